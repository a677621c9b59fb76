// Witness holds what client-go's shared informer and controller-runtime's cache believe there is, and says so when asked:
// for each line on standard input it prints one of JSON, with the ConfigMaps in each, and how often each has listed them.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	managed "sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const namespace = "default"

// told is what handlers have been told of: the same as there is if every deletion has come as well.
type told struct {
	sync.Mutex
	data map[string]string
}

func (t *told) set(obj any) {
	t.Lock()
	defer t.Unlock()
	found := obj.(*core.ConfigMap)
	t.data[found.Name] = found.Data["turn"]
}

func (t *told) remove(obj any) {
	t.Lock()
	defer t.Unlock()
	if last, ok := obj.(cache.DeletedFinalStateUnknown); ok {
		obj = last.Obj
	}
	delete(t.data, obj.(*core.ConfigMap).Name)
}

func (t *told) handlers() cache.ResourceEventHandlerFuncs {
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    t.set,
		UpdateFunc: func(_, obj any) { t.set(obj) },
		DeleteFunc: t.remove,
	}
}

func (t *told) copied() map[string]string {
	t.Lock()
	defer t.Unlock()
	all := map[string]string{}
	for name, turn := range t.data {
		all[name] = turn
	}
	return all
}

// counter counts the requests that ask for all there is, as a list or as a stream that begins with one.
type counter struct {
	http.RoundTripper
	lists *atomic.Int32
}

func (c counter) RoundTrip(request *http.Request) (*http.Response, error) {
	query := request.URL.Query()
	all := query.Get("watch") == "" || query.Get("sendInitialEvents") != ""
	if all && strings.HasSuffix(request.URL.Path, "/configmaps") {
		c.lists.Add(1)
	}
	return c.RoundTripper.RoundTrip(request)
}

func counted(config *rest.Config) (*rest.Config, *atomic.Int32) {
	lists := &atomic.Int32{}
	copied := rest.CopyConfig(config)
	copied.Wrap(func(inner http.RoundTripper) http.RoundTripper { return counter{inner, lists} })
	return copied, lists
}

type answer struct {
	Seen  map[string]map[string]string `json:"seen"`
	Lists map[string]int32             `json:"lists"`
}

func main() {
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	must(err)
	ctx := ctrl.SetupSignalHandler()

	shared, handled := &told{data: map[string]string{}}, &told{data: map[string]string{}}
	ofInformer, informerLists := counted(config)
	factory := informers.NewSharedInformerFactoryWithOptions(
		kubernetes.NewForConfigOrDie(ofInformer), 0, informers.WithNamespace(namespace))
	informer := factory.Core().V1().ConfigMaps()
	_, err = informer.Informer().AddEventHandler(shared.handlers())
	must(err)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())

	ofCache, cacheLists := counted(config)
	store, err := managed.New(ofCache, managed.Options{DefaultNamespaces: map[string]managed.Config{namespace: {}}})
	must(err)
	stored, err := store.GetInformer(ctx, &core.ConfigMap{}, managed.BlockUntilSynced(false))
	must(err)
	_, err = stored.AddEventHandler(handled.handlers())
	must(err)
	go func() { must(store.Start(ctx)) }()
	store.WaitForCacheSync(ctx)

	lister := informer.Lister().ConfigMaps(namespace)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		listed, err := lister.List(labels.Everything())
		must(err)
		var read core.ConfigMapList
		must(store.List(ctx, &read, client.InNamespace(namespace)))
		cached := make([]*core.ConfigMap, 0, len(read.Items))
		for at := range read.Items {
			cached = append(cached, &read.Items[at])
		}
		must(json.NewEncoder(os.Stdout).Encode(answer{
			Seen: map[string]map[string]string{
				"lister": turns(listed), "handlers of the informer": shared.copied(),
				"cache": turns(cached), "handlers of the cache": handled.copied(),
			},
			Lists: map[string]int32{"informer": informerLists.Load(), "cache": cacheLists.Load()},
		}))
	}
}

func turns(all []*core.ConfigMap) map[string]string {
	found := map[string]string{}
	for _, one := range all {
		found[one.Name] = one.Data["turn"]
	}
	return found
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
