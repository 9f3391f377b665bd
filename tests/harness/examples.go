package harness

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/teleport-operator-caf/tests/cluster"
)

// Example is one file of crds/examples/: what a user would apply, in order.
type Example struct {
	File    string
	Objects []*unstructured.Unstructured // the last one is the CR
}

// CR of the example.
func (e Example) CR() *unstructured.Unstructured { return e.Objects[len(e.Objects)-1] }

// Examples reads all of crds/examples/.
func Examples() ([]Example, error) {
	root, err := cluster.ProjectRoot()
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(root, "crds", "examples", "*.yaml"))
	if err != nil {
		return nil, err
	}
	var all []Example
	for _, path := range paths {
		objects, err := readObjects(path)
		if err != nil {
			return nil, fmt.Errorf("example %s: %w", filepath.Base(path), err)
		}
		all = append(all, Example{filepath.Base(path), objects})
	}
	return all, nil
}

func readObjects(path string) ([]*unstructured.Unstructured, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		object := &unstructured.Unstructured{}
		err := decoder.Decode(&object.Object)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(object.Object) != 0 {
			objects = append(objects, object)
		}
	}
	if len(objects) == 0 {
		return nil, errors.New("it has no object")
	}
	return objects, nil
}
