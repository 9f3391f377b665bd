package wire

import (
	"testing"

	gogo "github.com/gogo/protobuf/proto"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/gravitational/teleport/api/types"
)

func TestEveryMessageOfTheFactsIsBuilt(t *testing.T) {
	t.Parallel()
	facts, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, message := range facts.Messages {
		descriptor, err := Descriptor(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := descriptor.Fields().Len(), len(message.Fields); got != want {
			t.Errorf("%s has %d fields, the facts say %d", name, got, want)
		}
	}
}

func TestAMessageOfTheModuleIsReadByTheFacts(t *testing.T) {
	t.Parallel()
	user := &types.UserV2{Kind: "user", Metadata: types.Metadata{Name: "alice"}, Spec: types.UserSpecV2{Roles: []string{"access"}}}
	raw, err := gogo.Marshal(user)
	if err != nil {
		t.Fatal(err)
	}
	descriptor, err := Descriptor("types.UserV2")
	if err != nil {
		t.Fatal(err)
	}
	read := dynamicpb.NewMessage(descriptor)
	if err := proto.Unmarshal(raw, read); err != nil {
		t.Fatal(err)
	}
	fields := descriptor.Fields()
	metadata := read.Get(fields.ByName("Metadata")).Message()
	if name := metadata.Get(metadata.Descriptor().Fields().ByName("Name")).String(); name != "alice" {
		t.Errorf("name %q", name)
	}
	spec := read.Get(fields.ByName("Spec")).Message()
	if roles := spec.Get(spec.Descriptor().Fields().ByName("Roles")).List(); roles.Len() != 1 || roles.Get(0).String() != "access" {
		t.Errorf("roles %v", roles)
	}
	if unknown := read.GetUnknown(); len(unknown) > 0 {
		t.Errorf("unknown fields %x", unknown)
	}
}
