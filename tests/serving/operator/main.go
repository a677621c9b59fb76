// Operator is a program as others write them: a manager of controller-runtime that leads, watches, writes and tells.
// It copies what PodNetworkings select into a ConfigMap each, and prints one line for each thing that has worked.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const namespace = "default"

var kind = schema.GroupVersionKind{Group: "network.alibabacloud.com", Version: "v1beta1", Kind: "PodNetworking"}

type reconciler struct {
	client.Client
	manager ctrl.Manager
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	plane := &unstructured.Unstructured{}
	plane.SetGroupVersionKind(kind)
	if err := r.Get(ctx, request.NamespacedName, plane); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	copied := &core.ConfigMap{ObjectMeta: meta.ObjectMeta{Namespace: namespace, Name: "of-" + request.Name}}
	_, err := ctrl.CreateOrUpdate(ctx, r.Client, copied, func() error {
		copied.Data = map[string]string{"generation": fmt.Sprint(plane.GetGeneration())}
		return nil
	})
	if err != nil {
		return ctrl.Result{}, err
	}
	base := plane.DeepCopy()
	_ = unstructured.SetNestedField(plane.Object, "Ready", "status", "status")
	if err := r.Status().Patch(ctx, plane, client.MergeFrom(base)); err != nil {
		return ctrl.Result{}, err
	}
	r.manager.GetEventRecorderFor("operator").Event(copied, core.EventTypeNormal, "Copied", "seen "+request.Name) //nolint
	say("reconciled " + request.Name)
	return ctrl.Result{}, nil
}

func main() {
	log.SetLogger(zap.New())
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	must(err)
	ctx := ctrl.SetupSignalHandler()
	typed(ctx, kubernetes.NewForConfigOrDie(config))

	manager, err := ctrl.NewManager(config, ctrl.Options{
		LeaderElection: true, LeaderElectionID: "operator.podnet", LeaderElectionNamespace: namespace,
		Metrics: server.Options{BindAddress: "0"},
	})
	must(err)
	plane := &unstructured.Unstructured{}
	plane.SetGroupVersionKind(kind)
	must(ctrl.NewControllerManagedBy(manager).For(plane).Owns(&core.ConfigMap{}).
		Complete(&reconciler{manager.GetClient(), manager}))
	must(manager.Start(ctx))
	say("ended")
}

// typed does what generated clients do: built-in kinds as protobuf, and an informer that streams its first list.
func typed(ctx context.Context, clients kubernetes.Interface) {
	maps := clients.CoreV1().ConfigMaps(namespace)
	made, err := maps.Create(ctx, &core.ConfigMap{
		ObjectMeta: meta.ObjectMeta{Name: "typed"}, Data: map[string]string{"a": "1"}, BinaryData: map[string][]byte{"b": {0, 255}},
	}, meta.CreateOptions{})
	must(err)
	stale := made.DeepCopy()
	made.Data["a"] = "2"
	_, err = maps.Update(ctx, made, meta.UpdateOptions{})
	must(err)
	if _, err = maps.Update(ctx, stale, meta.UpdateOptions{}); !errors.IsConflict(err) {
		panic(fmt.Sprint("a stale update is no conflict: ", err))
	}
	grace := int64(0)
	_, err = clients.CoreV1().Pods(namespace).Create(ctx, &core.Pod{
		ObjectMeta: meta.ObjectMeta{Name: "typed"},
		Spec: core.PodSpec{
			TerminationGracePeriodSeconds: &grace,
			Containers:                    []core.Container{{Name: "main", Image: "nothing"}},
		},
	}, meta.CreateOptions{})
	must(err)
	holder, seconds, now := "me", int32(15), meta.NowMicro()
	_, err = clients.CoordinationV1().Leases(namespace).Create(ctx, &coordination.Lease{
		ObjectMeta: meta.ObjectMeta{Name: "typed"},
		Spec:       coordination.LeaseSpec{HolderIdentity: &holder, LeaseDurationSeconds: &seconds, RenewTime: &now},
	}, meta.CreateOptions{})
	must(err)

	factory := informers.NewSharedInformerFactory(clients, 0)
	informer := factory.Core().V1().ConfigMaps().Informer()
	seen := make(chan string, 100)
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(obj any) { seen <- "added " + obj.(*core.ConfigMap).Name },
		DeleteFunc: func(obj any) { seen <- "deleted " + obj.(*core.ConfigMap).Name },
	})
	must(err)
	stop := make(chan struct{})
	defer close(stop)
	factory.Start(stop)
	factory.WaitForCacheSync(stop)
	until(seen, "added typed")
	must(maps.Delete(ctx, "typed", meta.DeleteOptions{Preconditions: meta.NewUIDPreconditions(string(made.UID))}))
	until(seen, "deleted typed")
	say("typed")
}

func until(seen chan string, wanted string) {
	deadline := time.After(30 * time.Second)
	for {
		select {
		case found := <-seen:
			if found == wanted {
				return
			}
		case <-deadline:
			panic("never " + wanted)
		}
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func say(line string) {
	fmt.Println(line)
}
