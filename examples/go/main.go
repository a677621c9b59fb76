// A small implementation of PodNetworking, to be judged by: podnet conformance --implementation exec:./example
//
// A webhook binds new pods to a plane (webhook.go). Virtual nodes, each of them a whole zone, run these pods as far as
// records can tell (kubelet.go). README.md says what is left out.
package main

import (
	"context"
	"embed"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

//go:embed manifests
var manifests embed.FS

// server is a connection to the API server, and the cloud behind it.
type server struct {
	*kubernetes.Clientset
	cloud inventory
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	config := must(clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG")))
	config.QPS = -1 // pods wait for us, so we do not wait for ourselves
	api := &server{must(kubernetes.NewForConfig(config)), must(readInventory(os.Getenv("PODNET_INVENTORY")))}

	crds := "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
	eventually(ctx, func() error { return api.apply(ctx, crds+"podnetworkings."+group, "podnetworkings") })
	eventually(ctx, func() error { _, err := api.podNetworkings(ctx); return err })
	api.serveWebhook(ctx, os.Getenv("PODNET_WEBHOOK_HOST"))
	api.runPods(ctx)
	for _, zone := range api.cloud.Zones {
		if zone.Node == nil || *zone.Node {
			api.serveZone(ctx, zone.Name)
		}
	}
	if ctx.Err() == nil {
		fmt.Println("ready")
	}
	<-ctx.Done()
}

// serveZone keeps the virtual node of a zone alive, and returns once pods can be scheduled to it.
func (api *server) serveZone(ctx context.Context, zone string) {
	leases := "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/"
	beat := func() error {
		if err := api.apply(ctx, leases+nodePrefix+zone, "lease", "$ZONE", zone); err != nil {
			return err
		}
		return api.applyStatus(ctx, "/api/v1/nodes/"+nodePrefix+zone, "node", "$ZONE", zone)
	}
	eventually(ctx, beat)
	eventually(ctx, func() error {
		found, err := api.CoreV1().Nodes().Get(ctx, nodePrefix+zone, meta.GetOptions{})
		if err == nil && len(found.Spec.Taints) > 0 { // a controller takes it away once it has seen that we are Ready
			err = fmt.Errorf("node %s still has the taint %s", found.Name, found.Spec.Taints[0].Key)
		}
		return err
	})
	go func() {
		for ctx.Err() == nil {
			time.Sleep(10 * time.Second)
			eventually(ctx, beat)
		}
	}()
}

// apply makes an object what a manifest says, whoever made it before: another implementation may have left its own.
func (api *server) apply(ctx context.Context, path, manifest string, replaced ...string) error {
	text := must(manifests.ReadFile("manifests/" + manifest + ".yaml"))
	replaced = append(replaced, "$NOW", time.Now().UTC().Format(meta.RFC3339Micro))
	body := strings.NewReplacer(replaced...).Replace(string(text))
	request := api.CoreV1().RESTClient().Patch(types.ApplyYAMLPatchType).AbsPath(path).Body([]byte(body))
	return request.Param("fieldManager", "podnet-example").Param("force", "true").Do(ctx).Error()
}

// applyStatus applies a manifest twice, because a status is written by itself.
func (api *server) applyStatus(ctx context.Context, path, manifest string, replaced ...string) error {
	if err := api.apply(ctx, path, manifest, replaced...); err != nil {
		return err
	}
	return api.apply(ctx, path+"/status", manifest, replaced...)
}

// eventually tries until it works, and says every second what is in the way. How long is too long, podnet decides.
func eventually(ctx context.Context, try func() error) {
	for attempt := 1; ctx.Err() == nil; attempt++ {
		err := try()
		if err == nil {
			return
		}
		if attempt%20 == 0 {
			log.Print(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// must ends the process with the reason, where nothing can be done without the value.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
