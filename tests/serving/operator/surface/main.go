// Surface walks through what client-go offers, each way once, and says what it has seen; any surprise ends it.
package main

import (
	"context"
	"fmt"
	"os"

	apps "k8s.io/api/apps/v1"
	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	scaling "k8s.io/api/autoscaling/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	configs "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/scale"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"
)

const namespace = "default"

var (
	ctx         = context.Background()
	mapsPath    = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	deployments = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
)

func main() {
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	must(err)
	clients := kubernetes.NewForConfigOrDie(config)
	typed(clients)
	applied(clients)
	pages(clients)
	onlyMetadata(config)
	discovered(config)
	scaled(config, clients)
	asked(clients)
	fmt.Println("surface")
}

func typed(clients kubernetes.Interface) {
	maps := clients.CoreV1().ConfigMaps(namespace)
	made, err := maps.Create(ctx, &core.ConfigMap{ObjectMeta: meta.ObjectMeta{GenerateName: "surface-"}}, meta.CreateOptions{DryRun: []string{meta.DryRunAll}})
	must(err)
	_, err = maps.Get(ctx, made.Name, meta.GetOptions{})
	expect(errors.IsNotFound(err), "a dry run has made something: ", err)
	_, err = maps.Create(ctx, &core.ConfigMap{ObjectMeta: meta.ObjectMeta{Name: "Loud"}}, meta.CreateOptions{})
	status, known := err.(errors.APIStatus)
	expect(known && errors.IsInvalid(err) && status.Status().Details.Causes[0].Field == "metadata.name", "not invalid: ", err)
	_, err = maps.Create(ctx, &core.ConfigMap{ObjectMeta: meta.ObjectMeta{Name: "surface"}, Data: map[string]string{"n": "0"}}, meta.CreateOptions{})
	must(err)
	must(retry.RetryOnConflict(retry.DefaultRetry, func() error {
		found, err := maps.Get(ctx, "surface", meta.GetOptions{})
		must(err)
		found.Data["n"] = "1"
		_, err = maps.Update(ctx, found, meta.UpdateOptions{FieldValidation: meta.FieldValidationStrict})
		return err
	}))
	patched, err := maps.Patch(ctx, "surface", types.StrategicMergePatchType, []byte(`{"metadata":{"labels":{"a":"b"}}}`), meta.PatchOptions{})
	must(err)
	expect(patched.Data["n"] == "1" && patched.Labels["a"] == "b", "patched to ", patched)
}

func applied(clients kubernetes.Interface) {
	maps := clients.CoreV1().ConfigMaps(namespace)
	wanted := configs.ConfigMap("applied", namespace).WithData(map[string]string{"a": "1"}).WithFinalizers("surface.example.com/wait")
	made, err := maps.Apply(ctx, wanted, meta.ApplyOptions{FieldManager: "one"})
	must(err)
	owned, err := configs.ExtractConfigMap(made, "one")
	must(err)
	expect(owned.Data["a"] == "1", "one owns ", owned)
	_, err = maps.Apply(ctx, configs.ConfigMap("applied", namespace).WithData(map[string]string{"a": "2"}), meta.ApplyOptions{FieldManager: "two"})
	expect(errors.IsConflict(err), "no conflict: ", err)
	must(maps.Delete(ctx, "applied", meta.DeleteOptions{Preconditions: meta.NewUIDPreconditions(string(made.UID))}))
	ending, err := maps.Apply(ctx, configs.ConfigMap("applied", namespace).WithData(map[string]string{"a": "1"}), meta.ApplyOptions{FieldManager: "one", Force: true})
	must(err)
	expect(ending.DeletionTimestamp != nil, "it does not end: ", ending)
	_, err = maps.Get(ctx, "applied", meta.GetOptions{})
	expect(errors.IsNotFound(err), "its last finalizer is gone, it is not: ", err)
}

func pages(clients kubernetes.Interface) {
	maps := clients.CoreV1().ConfigMaps(namespace)
	for _, name := range []string{"page-a", "page-b", "page-c"} {
		_, err := maps.Create(ctx, &core.ConfigMap{ObjectMeta: meta.ObjectMeta{Name: name, Labels: map[string]string{"page": "yes"}}}, meta.CreateOptions{})
		must(err)
	}
	seen, options := 0, meta.ListOptions{LabelSelector: "page", Limit: 2}
	for more := true; more; more = options.Continue != "" {
		page, err := maps.List(ctx, options)
		must(err)
		seen += len(page.Items)
		options.Continue = page.Continue
	}
	expect(seen == 3, "objects on all pages: ", seen)
	must(maps.DeleteCollection(ctx, meta.DeleteOptions{}, meta.ListOptions{LabelSelector: "page"}))
	left, err := maps.List(ctx, meta.ListOptions{LabelSelector: "page"})
	must(err)
	expect(len(left.Items) == 0, "left of a collection: ", left.Items)
}

func onlyMetadata(config *rest.Config) {
	clients := metadata.NewForConfigOrDie(config)
	one, err := clients.Resource(mapsPath).Namespace(namespace).Get(ctx, "surface", meta.GetOptions{})
	must(err)
	expect(one.Labels["a"] == "b", "metadata: ", one)
	factory := metadatainformer.NewSharedInformerFactory(clients, 0)
	informer := factory.ForResource(mapsPath).Informer()
	stop := make(chan struct{})
	defer close(stop)
	factory.Start(stop)
	expect(cache.WaitForCacheSync(stop, informer.HasSynced), "metadata is never complete")
	_, known, err := informer.GetStore().GetByKey(namespace + "/surface")
	must(err)
	expect(known, "the informer misses it")
}

func discovered(config *rest.Config) {
	client := discovery.NewDiscoveryClientForConfigOrDie(config)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client))
	mapping, err := mapper.RESTMapping(schema.GroupKind{Group: "apps", Kind: "Deployment"})
	must(err)
	expect(mapping.Resource == deployments, "mapped to ", mapping.Resource)
	list, err := dynamic.NewForConfigOrDie(config).Resource(mapping.Resource).List(ctx, meta.ListOptions{})
	must(err)
	expect(list.GetKind() == "DeploymentList", "kind of a list: ", list.GetKind())
}

func scaled(config *rest.Config, clients kubernetes.Interface) {
	none, labels := int32(0), map[string]string{"app": "surface"}
	_, err := clients.AppsV1().Deployments(namespace).Create(ctx, &apps.Deployment{
		ObjectMeta: meta.ObjectMeta{Name: "surface"},
		Spec: apps.DeploymentSpec{Replicas: &none, Selector: &meta.LabelSelector{MatchLabels: labels}, Template: core.PodTemplateSpec{
			ObjectMeta: meta.ObjectMeta{Labels: labels}, Spec: core.PodSpec{Containers: []core.Container{{Name: "main", Image: "nothing"}}},
		}},
	}, meta.CreateOptions{})
	must(err)
	client := discovery.NewDiscoveryClientForConfigOrDie(config)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client))
	scales, err := scale.NewForConfig(config, mapper, dynamic.LegacyAPIPathResolverFunc, scale.NewDiscoveryScaleKindResolver(client))
	must(err)
	found, err := scales.Scales(namespace).Get(ctx, deployments.GroupResource(), "surface", meta.GetOptions{})
	must(err)
	found.Spec.Replicas = 1
	found, err = scales.Scales(namespace).Update(ctx, deployments.GroupResource(), found, meta.UpdateOptions{})
	must(err)
	expect(found.Spec.Replicas == 1 && found.Status.Selector == "app=surface", "scaled to ", found)
	wanted := &scaling.Scale{ObjectMeta: meta.ObjectMeta{Name: "surface", Namespace: namespace}}
	_, err = clients.AppsV1().Deployments(namespace).UpdateScale(ctx, "surface", wanted, meta.UpdateOptions{})
	must(err)
}

func asked(clients kubernetes.Interface) {
	token, err := clients.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, "default", &authentication.TokenRequest{}, meta.CreateOptions{})
	must(err)
	review, err := clients.AuthenticationV1().TokenReviews().Create(ctx, &authentication.TokenReview{
		Spec: authentication.TokenReviewSpec{Token: token.Status.Token},
	}, meta.CreateOptions{})
	must(err)
	expect(review.Status.User.Username == "system:serviceaccount:default:default", "whose token: ", review.Status)
	access, err := clients.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorization.SelfSubjectAccessReview{
		Spec: authorization.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorization.ResourceAttributes{Verb: "list", Resource: "pods"}},
	}, meta.CreateOptions{})
	must(err)
	expect(access.Status.Allowed, "pods cannot be listed: ", access.Status)
}

func expect(holds bool, surprise ...any) {
	if !holds {
		panic(fmt.Sprint(surprise...))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
