package main

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"

	admission "k8s.io/api/admission/v1"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/util/cert"
)

const (
	group      = "network.alibabacloud.com"
	eniKey     = "k8s.aliyun.com/pod-eni"
	planeKey   = "k8s.aliyun.com/pod-networking"
	groupKey   = "k8s.aliyun.com/eci-security-group"
	vSwitchKey = "k8s.aliyun.com/eci-vswitch" // those that the pod may use, until the kubelet has chosen one
)

type podNetworking struct {
	Metadata meta.ObjectMeta
	Spec     struct {
		Selector                         struct{ PodSelector, NamespaceSelector *meta.LabelSelector }
		SecurityGroupIDs, VSwitchOptions []string
	}
}

// podNetworkings asks the API server instead of a cache, so that not even the youngest is overlooked.
func (api *server) podNetworkings(ctx context.Context) ([]podNetworking, error) {
	list := struct{ Items []podNetworking }{}
	text, err := api.CoreV1().RESTClient().Get().AbsPath("/apis/" + group + "/v1beta1/podnetworkings").DoRaw(ctx)
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	return list.Items, err
}

// matches says whether every selector that is set selects the pod; where none is set, no pod is selected.
func (one podNetworking) matches(pod, namespace labels.Set) bool {
	ofPods, ofNamespaces := one.Spec.Selector.PodSelector, one.Spec.Selector.NamespaceSelector
	return (ofPods != nil || ofNamespaces != nil) && satisfied(ofPods, pod) && satisfied(ofNamespaces, namespace)
}

func satisfied(selector *meta.LabelSelector, set labels.Set) bool {
	compiled, err := meta.LabelSelectorAsSelector(selector)
	return selector == nil || err == nil && compiled.Matches(set)
}

// admit writes on a new pod which plane it gets, and confines it to the zones of that. This is decided here, once:
// whatever is edited later, the pod keeps its plane.
func (api *server) admit(ctx context.Context, pod *core.Pod, namespace string) error {
	for _, key := range []string{eniKey, planeKey, groupKey, vSwitchKey} { // users choose no plane
		delete(pod.Annotations, key)
	}
	home, err := api.CoreV1().Namespaces().Get(ctx, namespace, meta.GetOptions{})
	if err != nil {
		return err
	}
	known, err := api.podNetworkings(ctx)
	for _, one := range known {
		if !one.matches(pod.Labels, home.Labels) || len(one.Spec.SecurityGroupIDs) == 0 {
			continue
		}
		meta.SetMetaDataAnnotation(&pod.ObjectMeta, eniKey, "true")
		meta.SetMetaDataAnnotation(&pod.ObjectMeta, planeKey, one.Metadata.Name)
		meta.SetMetaDataAnnotation(&pod.ObjectMeta, groupKey, one.Spec.SecurityGroupIDs[0]) // only the first takes effect
		meta.SetMetaDataAnnotation(&pod.ObjectMeta, vSwitchKey, strings.Join(one.Spec.VSwitchOptions, ","))
		zones := core.NodeSelectorRequirement{Key: core.LabelTopologyZone, Operator: core.NodeSelectorOpIn}
		for _, vSwitch := range api.cloud.among(one.Spec.VSwitchOptions, "") {
			zones.Values = append(zones.Values, vSwitch.Zone)
		}
		confine(&pod.Spec, zones)
		break // of several that match, any will do
	}
	return err
}

// confine adds to what the pod asks of its node. The terms are alternatives, so that each of them gets it.
func confine(pod *core.PodSpec, requirement core.NodeSelectorRequirement) {
	if pod.Affinity == nil {
		pod.Affinity = &core.Affinity{}
	}
	if pod.Affinity.NodeAffinity == nil {
		pod.Affinity.NodeAffinity = &core.NodeAffinity{}
	}
	required := &pod.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	if *required == nil {
		*required = &core.NodeSelector{NodeSelectorTerms: make([]core.NodeSelectorTerm, 1)}
	}
	terms := (*required).NodeSelectorTerms
	for i := range terms {
		terms[i].MatchExpressions = append(terms[i].MatchExpressions, requirement)
	}
}

// review answers the API server.
func (api *server) review(writer http.ResponseWriter, request *http.Request) {
	review, pod, kind := admission.AdmissionReview{}, core.Pod{}, admission.PatchTypeJSONPatch
	err := json.NewDecoder(request.Body).Decode(&review)
	if err != nil || review.Request == nil || json.Unmarshal(review.Request.Object.Raw, &pod) != nil {
		http.Error(writer, "not the AdmissionReview of a pod", http.StatusBadRequest)
		return
	}
	answer := &admission.AdmissionResponse{UID: review.Request.UID}
	if err := api.admit(request.Context(), &pod, review.Request.Namespace); err != nil {
		answer.Result = &meta.Status{Message: err.Error()}
	} else {
		answer.Allowed, answer.PatchType = true, &kind
		answer.Patch = must(json.Marshal([]map[string]any{
			{"op": "add", "path": "/metadata/annotations", "value": pod.Annotations},
			{"op": "add", "path": "/spec/affinity", "value": pod.Spec.Affinity},
		}))
	}
	review.Request, review.Response = nil, answer
	json.NewEncoder(writer).Encode(review)
}

// serveWebhook registers the webhook, and returns once the API server asks it about new pods.
func (api *server) serveWebhook(ctx context.Context, host string) {
	bound := host
	if !net.ParseIP(host).IsLoopback() {
		bound = "0.0.0.0" // the API server is on another machine, or in a container
	}
	listener := must(net.Listen("tcp", net.JoinHostPort(bound, "0")))
	certificate, key, err := cert.GenerateSelfSignedCertKey(host, nil, nil)
	pair := must(tls.X509KeyPair(must(certificate, err), key))
	asked := atomic.Bool{}
	handle := func(writer http.ResponseWriter, request *http.Request) {
		asked.Store(true)
		api.review(writer, request)
	}
	go http.Serve(tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}}), http.HandlerFunc(handle))

	_, port, _ := net.SplitHostPort(listener.Addr().String())
	url, trusted := "https://"+net.JoinHostPort(host, port), base64.StdEncoding.EncodeToString(certificate)
	path := "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/podnet-example"
	eventually(ctx, func() error { return api.apply(ctx, path, "webhook", "$URL", url, "$CERTIFICATE", trusted) })
	pod := &core.Pod{Spec: core.PodSpec{Containers: []core.Container{{Name: "none", Image: "none"}}}}
	pod.GenerateName = "podnet-example-"
	eventually(ctx, func() error { // it learns of a configuration a moment after that was written
		_, err := api.CoreV1().Pods("default").Create(ctx, pod, meta.CreateOptions{DryRun: []string{meta.DryRunAll}})
		if err == nil && !asked.Load() {
			err = errors.New("the API server does not ask the webhook yet")
		}
		return err
	})
}
