package wire

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	// Well-known types that the messages use.
	_ "google.golang.org/protobuf/types/known/durationpb"
	_ "google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/fieldmaskpb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
	_ "google.golang.org/protobuf/types/known/wrapperspb"
)

// Descriptor is the descriptor of a message of the facts, or of a well-known one.
func Descriptor(name string) (protoreflect.MessageDescriptor, error) {
	files, err := built()
	if err != nil {
		return nil, err
	}
	found, err := files.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		return nil, fmt.Errorf("no message %q in the facts: %w", name, err)
	}
	message, ok := found.(protoreflect.MessageDescriptor)
	if !ok {
		return nil, fmt.Errorf("%q is no message", name)
	}
	return message, nil
}

// New is an empty message of the facts.
func New(name string) (*dynamicpb.Message, error) {
	descriptor, err := Descriptor(name)
	if err != nil {
		return nil, err
	}
	return dynamicpb.NewMessage(descriptor), nil
}

// resolver finds what is built already, else well-known types.
type resolver struct{ *protoregistry.Files }

func (r resolver) FindFileByPath(path string) (protoreflect.FileDescriptor, error) {
	if file, err := r.Files.FindFileByPath(path); err == nil {
		return file, nil
	}
	return protoregistry.GlobalFiles.FindFileByPath(path)
}

func (r resolver) FindDescriptorByName(name protoreflect.FullName) (protoreflect.Descriptor, error) {
	if strings.HasPrefix(string(name), "google.") {
		return protoregistry.GlobalFiles.FindDescriptorByName(name)
	}
	return r.Files.FindDescriptorByName(name)
}

// built makes one file a package; packages of Teleport's API do not import each other in circles.
var built = sync.OnceValues(func() (resolver, error) {
	facts, err := Load()
	if err != nil {
		return resolver{}, err
	}
	b := builder{facts: facts, files: map[string]*descriptorpb.FileDescriptorProto{}}
	b.collect()
	out := resolver{new(protoregistry.Files)}
	for _, name := range sortedKeys(b.files) {
		if err := b.register(out, name); err != nil {
			return resolver{}, err
		}
	}
	return out, nil
})

// register builds a package's file after those that it imports.
func (b *builder) register(out resolver, pkg string) error {
	file := b.files[pkg]
	if _, err := out.Files.FindFileByPath(file.GetName()); err == nil {
		return nil
	}
	for _, path := range file.Dependency {
		name, ours := strings.CutPrefix(path, "facts/")
		if !ours {
			continue
		}
		if err := b.register(out, strings.TrimSuffix(name, ".proto")); err != nil {
			return err
		}
	}
	ready, err := protodesc.NewFile(file, out)
	if err != nil {
		return fmt.Errorf("the facts about package %s: %w", pkg, err)
	}
	return out.RegisterFile(ready)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
