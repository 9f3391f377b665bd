package integration

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// exitPatience is how long a start that cannot succeed may take to say so.
const exitPatience = 45 * time.Second

// Each of these ends with a code that is not zero and a line that names the cause.
func TestStartThatCannotSucceedSaysWhy(t *testing.T) {
	t.Parallel()
	refusingJoins := teleport.Switches{RefuseJoins: "joins are refused by this test"}
	cases := []struct {
		name     string
		opts     harness.OperatorOptions
		switches teleport.Switches
		code     int      // 0: any but 0
		says     []string // all of these, in one line
	}{
		{name: "unknown flag", opts: harness.OperatorOptions{Args: []string{"-no-such-flag"}},
			code: 2, says: []string{"no-such-flag"}},
		{name: "flag without its value", opts: harness.OperatorOptions{Args: []string{"-renewal-interval=soon"}},
			code: 2, says: []string{"renewal-interval", "soon"}},
		{name: "unknown log level", opts: flag("log-level", "LOUD"), says: []string{"LOUD"}},
		{name: "no namespace", opts: harness.OperatorOptions{
			Flags: map[string]string{"namespace": harness.Omit}, Env: []string{"POD_NAMESPACE="}},
			says: []string{"-namespace", "POD_NAMESPACE"}},
		{name: "no kubeconfig", opts: flag("kubeconfig", "/does/not/exist"), says: []string{"/does/not/exist"}},
		{name: "no service-account token", opts: harness.OperatorOptions{
			Env: []string{"KUBERNETES_TOKEN_PATH=/does/not/exist"}}, says: []string{"/does/not/exist"}},
		{name: "no join token file", opts: flag("token", "/does/not/exist"), says: []string{"/does/not/exist"}},
		{name: "unknown join token", opts: flag("token", "nobody-knows-this"),
			says: []string{"token expired or not found"}},
		{name: "no identity file", opts: flag("identity", "/does/not/exist"), says: []string{"/does/not/exist"}},
		{name: "refused join", switches: refusingJoins, says: []string{refusingJoins.RefuseJoins}},
		{name: "unreachable Teleport", switches: teleport.Switches{Down: "all"}, says: []string{"127.0.0.1:"}},
		{name: "wrong CA pin", opts: harness.OperatorOptions{Direct: true,
			Flags: map[string]string{"ca-pin": "sha256:" + strings.Repeat("ab", 32)}}, says: []string{"pin"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			if err := h.Teleport.SetSwitches(c.switches); err != nil {
				t.Fatal(err)
			}
			mustFailToStart(h, c.opts, c.code, c.says...)
		})
	}
}

func flag(name, value string) harness.OperatorOptions {
	return harness.OperatorOptions{Flags: map[string]string{name: value}}
}

func mustFailToStart(h *harness.Test, opts harness.OperatorOptions, code int, says ...string) {
	h.Helper()
	op := h.LaunchOperator(opts)
	got, err := op.WaitExit(exitPatience)
	if err != nil {
		h.Fatal(err)
	}
	if got <= 0 || (code != 0 && got != code) {
		h.Errorf("exit code %d (negative: a signal), wanted %d (0: any error)", got, code)
	}
	for _, line := range op.Output.Lines() {
		if containsAll(line, says) {
			return
		}
	}
	h.Errorf("no line has all of %q", says)
}

func containsAll(line string, parts []string) bool {
	for _, part := range parts {
		if !strings.Contains(line, part) {
			return false
		}
	}
	return true
}

func TestWrongCAIsRefused(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	other := harness.NewTest(t) // another Teleport, so another web CA
	mustFailToStart(h, harness.OperatorOptions{Env: []string{"SSL_CERT_FILE=" + other.WebCAFile()}}, 0, "certificate")
}

func TestUnreadableIdentityIsRefused(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	path := filepath.Join(h.Dir, "identity")
	if err := os.WriteFile(path, []byte("this is no identity file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustFailToStart(h, flag("identity", path), 0, path)
}

func TestHelpIsNoError(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	op := h.LaunchOperator(harness.OperatorOptions{Args: []string{"-h"}})
	if code, err := op.WaitExit(exitPatience); err != nil || code != 0 {
		t.Errorf("exit code %d, %v", code, err)
	}
	for _, flag := range []string{"auth-server", "join-method", "namespace", "identity"} {
		if !strings.Contains(op.Output.Text(), flag) {
			t.Errorf("the help does not name -%s", flag)
		}
	}
}

// SIGTERM while there is work in flight: it ends in time, with 0, and a successor finishes the rest.
func TestSigtermEndsWithZero(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			op := h.StartOperator()
			slow := teleport.Fault{Method: "UpsertRoleV2", LatencyMS: 300}
			if err := h.Teleport.SetFaults(slow); err != nil {
				t.Fatal(err)
			}
			cr := h.Create(harness.CR("TeleportRoleV7", "in-flight", roleWithLogins("one")))
			h.WaitFinalizer(cr)
			if err := op.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if code, err := op.WaitExit(31 * time.Second); err != nil || code != 0 {
				t.Fatalf("exit code %d, %v", code, err)
			}
			h.StartOperator()
			h.WaitReady(cr)
		})
	}
}
