package main

import (
	"context"
	"log"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
)

const nodePrefix = "virtual-kubelet-" // and the zone

// kubelet does the work of all virtual nodes, one pod after the other. It remembers nothing but addresses.
type kubelet struct {
	*server
	given map[types.UID]netip.Addr
}

// runPods hears of each change of a pod, and once a second of each pod, so that those that wait are tried again.
func (api *server) runPods(ctx context.Context) {
	our := &kubelet{api, map[types.UID]netip.Addr{}}
	eventually(ctx, func() error { // which addresses are taken, if this is not our first life
		pods, err := api.CoreV1().Pods("").List(ctx, meta.ListOptions{FieldSelector: "status.phase=Running"})
		for i := 0; err == nil && i < len(pods.Items); i++ {
			our.given[pods.Items[i].UID], _ = netip.ParseAddr(pods.Items[i].Status.PodIP)
		}
		return err
	})
	factory := informers.NewSharedInformerFactory(api, time.Second)
	must(factory.Core().V1().Pods().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(pod any) { our.step(ctx, pod.(*core.Pod)) },
		UpdateFunc: func(_, pod any) { our.step(ctx, pod.(*core.Pod)) },
		DeleteFunc: func(gone any) { // its address is free now, not earlier
			if missed, unseen := gone.(cache.DeletedFinalStateUnknown); unseen {
				gone = missed.Obj
			}
			delete(our.given, gone.(*core.Pod).UID)
		},
	}))
	factory.Start(ctx.Done())
}

// step brings a pod further: one that is new gets a place, one that is being deleted goes.
func (our *kubelet) step(ctx context.Context, pod *core.Pod) {
	var err error
	if zone, ours := strings.CutPrefix(pod.Spec.NodeName, nodePrefix); !ours {
		return
	} else if pod.DeletionTimestamp != nil {
		err = our.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, *meta.NewDeleteOptions(0))
	} else if _, started := our.given[pod.UID]; !started && pod.Status.Phase == core.PodPending {
		err = our.start(ctx, pod, zone)
	}
	if err != nil && !errors.IsNotFound(err) {
		log.Printf("pod %s/%s: %v", pod.Namespace, pod.Name, err)
	}
}

// start gives a pod an address of a vSwitch, and says that it runs. If there is none, the pod waits.
func (our *kubelet) start(ctx context.Context, pod *core.Pod, zone string) error {
	cloud, groups := our.cloud, pod.Annotations[groupKey]
	candidates := cloud.among(strings.Split(pod.Annotations[vSwitchKey], ","), zone)
	if pod.Annotations[planeKey] == "" { // the default plane: a vSwitch of the zone first, but any will do
		groups = strings.Join(cloud.Default.SecurityGroups, ",")
		candidates = append(cloud.among(cloud.Default.VSwitches, zone), cloud.among(cloud.Default.VSwitches, "")...)
	}
	for _, vSwitch := range candidates {
		address, found := vSwitch.idle(our.isGiven)
		if !found {
			continue
		}
		our.given[pod.UID] = address
		path := "/api/v1/namespaces/" + pod.Namespace + "/pods/" + pod.Name
		err := our.applyStatus(ctx, path, "pod", "$NAME", pod.Name, "$UID", string(pod.UID),
			"$VSWITCH", vSwitch.ID, "$GROUP", groups, "$IP", address.String())
		if err != nil {
			delete(our.given, pod.UID) // and try again
		}
		return err
	}
	return nil
}

func (our *kubelet) isGiven(address netip.Addr) bool {
	return slices.Contains(slices.Collect(maps.Values(our.given)), address)
}
