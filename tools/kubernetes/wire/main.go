// Wire prints, as JSON, how built-in kinds travel as protobuf: for each message its fields by number, as the struct tags
// of the Go types say it. podnet/kube/protobuf.py reads what tools/facts.py makes of it.
package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	apps "k8s.io/api/apps/v1"
	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	autoscaling "k8s.io/api/autoscaling/v1"
	batch "k8s.io/api/batch/v1"
	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	events "k8s.io/api/events/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	rbac "k8s.io/api/rbac/v1"
	scheduling "k8s.io/api/scheduling/v1"
	storage "k8s.io/api/storage/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var roots = []any{
	admissionregistration.MutatingWebhookConfiguration{}, admissionregistration.ValidatingWebhookConfiguration{},
	apiextensions.CustomResourceDefinition{},
	apps.ControllerRevision{}, apps.DaemonSet{}, apps.Deployment{}, apps.ReplicaSet{}, apps.StatefulSet{},
	authentication.SelfSubjectReview{}, authentication.TokenRequest{}, authentication.TokenReview{},
	authorization.SelfSubjectAccessReview{}, authorization.SelfSubjectRulesReview{}, authorization.SubjectAccessReview{},
	autoscaling.Scale{}, batch.Job{}, coordination.Lease{}, events.Event{},
	policy.Eviction{}, policy.PodDisruptionBudget{},
	core.Binding{}, core.ConfigMap{}, core.Event{}, core.Namespace{}, core.Node{}, core.Pod{}, core.Secret{},
	core.ServiceAccount{}, core.Service{}, core.Endpoints{}, core.PersistentVolume{}, core.PersistentVolumeClaim{},
	core.LimitRange{}, core.ResourceQuota{}, discovery.EndpointSlice{}, meta.DeleteOptions{},
	networking.Ingress{}, networking.IngressClass{}, networking.NetworkPolicy{}, policy.PodDisruptionBudget{},
	rbac.ClusterRole{}, rbac.ClusterRoleBinding{}, rbac.Role{}, rbac.RoleBinding{}, scheduling.PriorityClass{},
	storage.StorageClass{},
}

// Types whose JSON is not that of their fields; the reader knows them by name.
var special = map[string]bool{
	"Time": true, "MicroTime": true, "Quantity": true, "IntOrString": true, "FieldsV1": true, "RawExtension": true,
	"JSON": true, "JSONSchemaPropsOrArray": true, "JSONSchemaPropsOrBool": true, "JSONSchemaPropsOrStringArray": true,
	"Duration": true,
}

type field struct {
	Name     string `json:"name"`
	Type     string `json:"type"`               // a message, or string, bytes, bool, int, double
	Repeated bool   `json:"repeated,omitempty"` // a list
	Mapped   bool   `json:"mapped,omitempty"`   // a map from strings
	Inline   bool   `json:"inline,omitempty"`   // its fields are those of the message around it
	Omit     bool   `json:"omit,omitempty"`     // left out when it is zero: not a pointer, and omitempty
	Always   bool   `json:"always,omitempty"`   // there even when it is empty: neither a pointer nor omitempty
	Held     bool   `json:"held,omitempty"`     // a message that is always there: not a pointer
}

var messages = map[string]map[string]field{}

// name tells types of several groups apart, such as Event.
func name(of reflect.Type) string {
	if special[of.Name()] {
		return of.Name()
	}
	parts := strings.Split(of.PkgPath(), "/")
	return parts[len(parts)-2] + "." + of.Name()
}

func kind(of reflect.Type) string {
	switch of.Kind() {
	case reflect.Struct:
		describe(of)
		return name(of)
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Float64:
		return "double"
	case reflect.Slice:
		if of.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		// A named list (ExtraValue, Verbs) is a message with its items as first field.
		messages[name(of)] = map[string]field{"1": {Name: "items", Type: kind(of.Elem()), Repeated: true}}
		return name(of)
	default:
		return "int"
	}
}

func describe(of reflect.Type) {
	if special[of.Name()] {
		if of.Name() == "JSONSchemaPropsOrArray" {
			describe(of.Field(0).Type.Elem())
		}
		return
	}
	if _, known := messages[name(of)]; known {
		return
	}
	fields := map[string]field{}
	messages[name(of)] = fields
	for i := range of.NumField() {
		member := of.Field(i)
		parts := strings.Split(member.Tag.Get("protobuf"), ",")
		if len(parts) < 2 {
			continue
		}
		if _, err := strconv.Atoi(parts[1]); err != nil {
			panic(of.Name() + "." + member.Name)
		}
		tag := strings.Split(member.Tag.Get("json"), ",")
		omit := false
		for _, option := range tag[1:] {
			omit = omit || option == "omitempty" || option == "omitzero"
		}
		found := field{Name: tag[0], Inline: tag[0] == "", Always: !omit && member.Type.Kind() != reflect.Pointer}
		inner := member.Type
		switch {
		case inner.Kind() == reflect.Pointer:
			inner = inner.Elem()
		case inner.Kind() == reflect.Slice && inner.Name() == "" && inner.Elem().Kind() != reflect.Uint8:
			found.Repeated, inner = true, inner.Elem()
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
		case inner.Kind() == reflect.Map:
			found.Mapped, inner = true, inner.Elem()
		default:
			found.Omit = omit
			found.Held = inner.Kind() == reflect.Struct
		}
		found.Type = kind(inner)
		fields[parts[1]] = found
	}
}

func main() {
	for _, root := range roots {
		describe(reflect.TypeOf(root))
	}
	if err := json.NewEncoder(os.Stdout).Encode(messages); err != nil {
		panic(err)
	}
}
