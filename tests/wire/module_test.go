package wire

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"

	gogo "github.com/gogo/protobuf/proto"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	// The packages of newer kinds.
	_ "github.com/gravitational/teleport/api/client/proto"
	_ "github.com/gravitational/teleport/api/gen/proto/go/teleport/accesslist/v1"
	_ "github.com/gravitational/teleport/api/gen/proto/go/teleport/accessmonitoringrules/v1"
	_ "github.com/gravitational/teleport/api/gen/proto/go/teleport/autoupdate/v1"
	_ "github.com/gravitational/teleport/api/gen/proto/go/teleport/machineid/v1"
	_ "github.com/gravitational/teleport/api/gen/proto/go/teleport/workloadidentity/v1"
)

// typesFile holds the descriptors of Teleport's legacy resources. They are registered with gogo's
// registry only, and with their real field types, which the Go structs hide behind custom ones.
const typesFile = "teleport/legacy/types/types.proto"

// optionsFile defines gogo's options. It is left out of the imports: options stay raw bytes here,
// and gogo registers the file under another path than it is imported by.
const optionsFile = "gogoproto/gogo.proto"

var legacyFiles = sync.OnceValues(func() (*protoregistry.Files, error) {
	files := new(protoregistry.Files)
	return files, load(files, typesFile)
})

func moduleDescriptor(name protoreflect.FullName) (protoreflect.MessageDescriptor, error) {
	files, err := legacyFiles()
	if err != nil {
		return nil, err
	}
	found, err := files.FindDescriptorByName(name)
	if err != nil {
		found, err = protoregistry.GlobalFiles.FindDescriptorByName(name)
	}
	if err != nil {
		return nil, fmt.Errorf("no descriptor of %s: %w", name, err)
	}
	message, ok := found.(protoreflect.MessageDescriptor)
	if !ok {
		return nil, fmt.Errorf("%s is no message", name)
	}
	return message, nil
}

// load registers a file after those that it imports.
func load(files *protoregistry.Files, path string) error {
	if _, err := files.FindFileByPath(path); err == nil {
		return nil
	}
	file, err := fileDescriptor(path)
	if err != nil {
		return err
	}
	file.Dependency = slices.DeleteFunc(file.Dependency, func(path string) bool { return path == optionsFile })
	for _, imported := range file.Dependency {
		if err := load(files, imported); err != nil {
			return err
		}
	}
	built, err := protodesc.NewFile(file, files)
	if err != nil {
		return fmt.Errorf("building the descriptor of %s: %w", path, err)
	}
	return files.RegisterFile(built)
}

// fileDescriptor finds a file in either registry, gogo's first.
func fileDescriptor(path string) (*descriptorpb.FileDescriptorProto, error) {
	zipped := gogo.FileDescriptor(path)
	if zipped == nil {
		known, err := protoregistry.GlobalFiles.FindFileByPath(path)
		if err != nil {
			return nil, fmt.Errorf("descriptor of %s: %w", path, err)
		}
		return protodesc.ToFileDescriptorProto(known), nil
	}
	reader, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, fmt.Errorf("unzipping the descriptor of %s: %w", path, err)
	}
	raw, err := io.ReadAll(reader)
	if err != nil {
		return nil, fmt.Errorf("unzipping the descriptor of %s: %w", path, err)
	}
	file := &descriptorpb.FileDescriptorProto{}
	// An empty resolver leaves extensions as raw bytes.
	if err := (proto.UnmarshalOptions{Resolver: &protoregistry.Types{}}).Unmarshal(raw, file); err != nil {
		return nil, fmt.Errorf("reading the descriptor of %s: %w", path, err)
	}
	return file, nil
}

// The base of the facts must be what the API module's descriptors say.
func TestFactsAgreeWithTheModule(t *testing.T) {
	t.Parallel()
	facts, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for name, message := range facts.Messages {
		theirs, err := moduleDescriptor(protoreflect.FullName(name))
		if err != nil {
			continue // newer than the module, or in a file that is not loaded here
		}
		ours, err := Descriptor(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, field := range message.Fields {
			if field.Later() {
				continue
			}
			compared++
			number := protoreflect.FieldNumber(field.Number)
			if got, want := shape(ours.Fields().ByNumber(number)), shape(theirs.Fields().ByNumber(number)); got != want {
				t.Errorf("%s.%s: the facts say %s, the module says %s", name, field.Name, got, want)
			}
		}
	}
	if compared < 500 {
		t.Errorf("only %d fields were compared", compared)
	}
}

// shape is what matters of a field on the wire.
func shape(field protoreflect.FieldDescriptor) string {
	if field == nil {
		return "nothing"
	}
	out := fmt.Sprint(field.Name(), " ", field.Cardinality(), " ", field.Kind(), " ", field.HasPresence())
	switch {
	case field.IsMap():
		return out + " map of " + shape(field.MapKey()) + " to " + shape(field.MapValue())
	case field.Message() != nil:
		return out + " " + string(field.Message().FullName())
	case field.Enum() != nil:
		return out + " " + string(field.Enum().FullName())
	}
	return out
}
