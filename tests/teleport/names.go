package teleport

import (
	"reflect"

	autoupdatev1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/autoupdate/v1"
	headerv1 "github.com/gravitational/teleport/api/gen/proto/go/teleport/header/v1"
	"github.com/gravitational/teleport/api/types"
)

// resourceName is the name of the resource that a request is about, empty if it is about none: the
// name in the request, or that of the resource in it.
func resourceName(request any) string {
	switch request.(type) {
	case *autoupdatev1.GetAutoUpdateConfigRequest, *autoupdatev1.DeleteAutoUpdateConfigRequest:
		return types.MetaNameAutoUpdateConfig
	case *autoupdatev1.GetAutoUpdateVersionRequest, *autoupdatev1.DeleteAutoUpdateVersionRequest:
		return types.MetaNameAutoUpdateVersion
	}
	if name, named := ownName(request); named {
		return name
	}
	message := reflect.Indirect(reflect.ValueOf(request))
	if message.Kind() != reflect.Struct {
		return ""
	}
	if name := message.FieldByName("Name"); name.Kind() == reflect.String {
		return name.String() // legacy requests have no getters
	}
	for i := range message.NumField() {
		if name := nameInside(message.Field(i)); name != "" {
			return name
		}
	}
	return ""
}

// nameInside is the name of the resource in a field, also of one in a oneof.
func nameInside(field reflect.Value) string {
	if !field.CanInterface() || (field.Kind() != reflect.Pointer && field.Kind() != reflect.Interface) || field.IsNil() {
		return ""
	}
	if name, named := ownName(field.Interface()); named {
		return name
	}
	if field.Kind() == reflect.Interface {
		if choice := reflect.Indirect(field.Elem()); choice.Kind() == reflect.Struct && choice.NumField() == 1 {
			return nameInside(choice.Field(0))
		}
	}
	return ""
}

// ownName knows the shapes in which requests and resources carry their name.
func ownName(message any) (name string, named bool) {
	switch m := message.(type) {
	case interface{ GetName() string }:
		return m.GetName(), true
	case interface{ GetBotName() string }:
		return m.GetBotName(), true
	case interface{ GetMetadata() *headerv1.Metadata }:
		return m.GetMetadata().GetName(), true
	case interface{ GetMetadata() *types.Metadata }:
		if metadata := m.GetMetadata(); metadata != nil {
			return metadata.Name, true
		}
	case interface {
		GetHeader() *headerv1.ResourceHeader
	}:
		return m.GetHeader().GetMetadata().GetName(), true
	}
	return "", false
}
