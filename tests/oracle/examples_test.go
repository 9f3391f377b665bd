package oracle

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

// example is a CR of crds/examples, which the reference pages show.
type example struct {
	file, kind string
	cr         map[string]any
}

// readExamples leaves out what a file has beside its CR, such as a Secret.
func readExamples(t *testing.T) []example {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "crds", "examples", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			var cr map[string]any
			if err := yaml.Unmarshal(document, &cr); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			kind := fmt.Sprint(cr["kind"])
			if strings.HasPrefix(kind, "Teleport") {
				out = append(out, example{filepath.Base(file), kind, cr})
			}
		}
	}
	return out
}

func TestExamplesAreDecodedAsTheirFactsSay(t *testing.T) {
	t.Parallel()
	e := startEncoder(t)
	kinds := map[string]*kindSchema{}
	for _, of := range readSchemas(t) {
		kinds[of.kind] = of
	}
	for _, example := range readExamples(t) {
		of := kinds[example.kind]
		if of == nil {
			continue // said below
		}
		delete(kinds, example.kind)
		ours := asJSON(example.cr)
		inSeconds(of.spec, example.cr["spec"])
		judged, err := judge(e, example.kind, ours, func(kind string, _ []byte) (Answer, error) {
			return DecodeByFacts(kind, asJSON(example.cr))
		})
		if err == nil {
			err = judged.theirs
		}
		if err == nil {
			err = judged.disagreement(example.kind)
		}
		if err != nil {
			t.Errorf("%s: %v", example.file, err)
		}
	}
	for kind := range kinds {
		t.Errorf("no example of %s", kind)
	}
}

// inSeconds writes durations as protobuf's JSON has them: examples use a form that people prefer
// and that only our operator takes (docs/differences.md).
func inSeconds(n *node, value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, child := range n.children {
			text, isText := value[child.name].(string)
			if duration, err := time.ParseDuration(text); isText && err == nil && child.shape() == seconds {
				value[child.name] = fmt.Sprintf("%ds", int64(duration.Seconds()))
			}
			inSeconds(child, value[child.name])
		}
	case []any:
		for _, item := range value {
			if n.element != nil {
				inSeconds(n.element, item)
			}
		}
	}
}
