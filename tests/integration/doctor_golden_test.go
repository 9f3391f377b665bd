package integration

import (
	commandline "flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

var updateGolden = commandline.Bool("update", false, "write the doctor's golden files anew")

// doctorMasks are what differs between two runs on the same set-up, and what stands for it.
var doctorMasks = []struct {
	seen *regexp.Regexp
	mask string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`port \d+ after \d+ ms`), "port PORT after N ms"},
	{regexp.MustCompile(`\b\d+ is open`), "PORT is open"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "TIME"},
	{regexp.MustCompile(`operator-test-\w+`), "NAMESPACE"},
	{regexp.MustCompile(`/[\w/.-]+/(\d{3})/`), "DIR/"},
	{regexp.MustCompile(`version v1\.\d+\.\d+[\w.+-]*`), "version VERSION"},
	{regexp.MustCompile(`teleport-operator \d+\.\d+\.\d+\S*, doctor`), "teleport-operator VERSION, doctor"},
	{regexp.MustCompile(`"version": "\d+\.\d+\.\d+",\n  "ok"`), "\"version\": \"VERSION\",\n  \"ok\""},
	{regexp.MustCompile(` \(took \d+\.\d s\)`), ""},
	{regexp.MustCompile(`"milliseconds": \d+`), `"milliseconds": 0`},
	{regexp.MustCompile(`serialNumber = \d+`), "serialNumber = NUMBER"},
	// What a machine's resolver says depends on whether it can ask anybody.
	{regexp.MustCompile(`(resolving [\w.]+): [A-Z][^"\n]*`), "$1: REASON"},
}

// compareDoctor holds a run against its golden file, or writes that with -update.
func compareDoctor(h *harness.Test, file string, run harness.DoctorRun, code int) {
	h.Helper()
	if run.ExitCode != code {
		h.Errorf("exit code %d, wanted %d", run.ExitCode, code)
	}
	if run.Errors != "" {
		h.Errorf("it said on standard error: %s", run.Errors)
	}
	text := run.Output
	for _, secret := range []string{"swordfish", "am9lOnN3b3JkZmlzaA"} { // of the HTTP proxy, also as it is sent
		if strings.Contains(text, secret) {
			h.Error("the output holds a password")
		}
	}
	for _, one := range doctorMasks {
		text = one.seen.ReplaceAllString(text, one.mask)
	}
	root, err := cluster.ProjectRoot()
	if err != nil {
		h.Fatal(err)
	}
	path := filepath.Join(root, "tests", "data", "doctor", file)
	if *updateGolden {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			h.Fatal(err)
		}
		return
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		h.Fatalf("%v (go test ./integration -run Doctor -update writes it)", err)
	}
	if text != string(golden) {
		h.Errorf("it differs from %s; now it says:\n%s", path, text)
	}
}

// TestDoctorFilesAreUsed: each golden file belongs to a test.
func TestDoctorFilesAreUsed(t *testing.T) {
	t.Parallel()
	root, err := cluster.ProjectRoot()
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(root, "tests", "data", "doctor", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	used := []string{"healthy.json", "no-definitions.txt", "definitions-missing-and-old.txt"}
	for _, c := range doctorCases() {
		used = append(used, c.file+".txt")
	}
	for _, path := range paths {
		if !slices.Contains(used, filepath.Base(path)) {
			t.Errorf("%s is of no test", path)
		}
	}
}
