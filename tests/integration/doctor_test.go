package integration

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// doctorCase is a set-up with what the doctor says of it: tests/data/doctor/<file>.txt.
type doctorCase struct {
	file  string
	opts  harness.OperatorOptions
	code  int
	setUp func(h *harness.Test, opts *harness.OperatorOptions)
}

// Each set-up is broken in one way, and the doctor says in which, what to do, and all the rest.
func TestDoctorSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range doctorCases() {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			opts := c.opts
			if c.setUp != nil {
				c.setUp(h, &opts)
			}
			compareDoctor(h, c.file+".txt", h.RunDoctor(opts), c.code)
		})
	}
}

func doctorCases() []doctorCase {
	return []doctorCase{
		{file: "healthy"},
		{file: "healthy-direct", opts: harness.OperatorOptions{Direct: true}},
		{file: "healthy-direct-unpinned", opts: harness.OperatorOptions{
			Direct: true, Flags: map[string]string{"ca-pin": harness.Omit}}},
		{file: "healthy-identity", setUp: withIdentity(time.Hour)},
		{file: "healthy-upgrade", setUp: withSwitches(teleport.Switches{Front: teleport.FrontBalancer})},
		{file: "healthy-http-proxy", setUp: withHTTPProxy},
		{file: "name-not-found", code: 1, opts: flag("auth-server", "teleport.invalid:443")},
		{file: "port-closed", code: 1, setUp: withPortClosed},
		{file: "certificate-not-trusted", code: 1, setUp: func(h *harness.Test, opts *harness.OperatorOptions) {
			opts.Env = []string{"SSL_CERT_FILE=" + harness.NewTest(h.TB).WebCAFile()}
		}},
		{file: "not-teleport", code: 1, setUp: withWebServer},
		{file: "no-tls", code: 1, setUp: withSilentServer},
		{file: "auth-down", code: 1, setUp: withAuthDown},
		{file: "no-tls-routing", code: 1, setUp: withSwitches(teleport.Switches{Front: teleport.FrontNoTLSRouting})},
		{file: "unknown-token", code: 1, opts: flag("token", "nobody-knows-this")},
		{file: "wrong-join-method", code: 1, setUp: withTokenOfAnotherMethod},
		{file: "single-use-token", setUp: withSingleUseToken},
		{file: "wrong-audience", code: 1, setUp: withWrongAudience},
		{file: "bot-without-roles", code: 1, setUp: func(h *harness.Test, _ *harness.OperatorOptions) {
			h.ApplyInTeleport("{kind: bot, version: v1, metadata: {name: operator}, spec: {}}")
		}},
		{file: "role-without-verb", code: 1, setUp: func(h *harness.Test, _ *harness.OperatorOptions) {
			h.ApplyInTeleport(roleThatLacks)
		}},
		{file: "bot-locked", code: 1, setUp: func(h *harness.Test, _ *harness.OperatorOptions) {
			if err := h.Teleport.Lock("bot-operator", "under investigation"); err != nil {
				h.Fatal(err)
			}
		}},
		{file: "identity-expired", code: 1, setUp: withIdentity(-time.Hour)},
		{file: "no-kubeconfig", code: 1, opts: flag("kubeconfig", "/does/not/exist")},
		{file: "kubernetes-down", code: 1, setUp: withKubernetesDown},
		{file: "kubernetes-credential-refused", code: 1, setUp: withBadCredential},
		{file: "kubernetes-right-missing", code: 1, setUp: withoutOneRight},
		{file: "scope-without-state", code: 1, setUp: func(h *harness.Test, opts *harness.OperatorOptions) {
			*opts = flag("scope", "/team")
			opts.Env = []string{"KUBE_NAMESPACE=" + h.Namespace, "RELEASE_NAME=teleport"}
		}},
	}
}

// The rest is about definitions, so it has a cluster of its own.
func TestDoctorSaysWhatDefinitionsAreWrong(t *testing.T) {
	t.Parallel()
	c, err := cluster.Start(t.Context(), cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop() })
	h := harness.NewTestWith(t, harness.Settings{Cluster: c})
	compareDoctor(h, "no-definitions.txt", h.RunDoctor(harness.OperatorOptions{}), 1)
	if err := harness.InstallCRDs(t.Context(), c, "teleportrolesv7", "teleportusers"); err != nil {
		t.Fatal(err)
	}
	installOldUsers(h)
	allowReadingDefinitions(h)
	compareDoctor(h, "definitions-missing-and-old.txt", h.RunDoctor(harness.OperatorOptions{}), 1)
}

// The same for programs.
func TestDoctorAsJSON(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	run := h.RunDoctor(harness.OperatorOptions{Args: []string{"-o=json"}})
	var parsed struct {
		OK       bool `json:"ok"`
		Sections []struct {
			Findings []struct{ ID, Verdict string } `json:"findings"`
		} `json:"sections"`
	}
	if err := json.Unmarshal([]byte(run.Output), &parsed); err != nil {
		t.Fatal(err)
	}
	if !parsed.OK || len(parsed.Sections) != 2 {
		t.Errorf("ok is %v, with %d sections", parsed.OK, len(parsed.Sections))
	}
	seen := map[string]bool{}
	for _, section := range parsed.Sections {
		for _, finding := range section.Findings {
			if seen[finding.ID] {
				t.Errorf("the id %s comes twice", finding.ID)
			}
			seen[finding.ID] = true
		}
	}
	compareDoctor(h, "healthy.json", run, 0)
}

// A look changes nothing, but for the bot's instance.
func TestDoctorOnlyLooks(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	h.Teleport.ResetCounters()
	h.RunDoctor(harness.OperatorOptions{})
	if writes := h.Teleport.Audit(); len(writes) > 0 {
		t.Errorf("it wrote to Teleport: %v", writes)
	}
	if joins := h.Teleport.CallsOf("Join"); joins != 1 {
		t.Errorf("%d joins, wanted 1", joins)
	}
}

// A join token that is good for one join is used up only when that is asked for.
func TestDoctorUsesATokenUpOnlyWhenTold(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	var opts harness.OperatorOptions
	withSingleUseToken(h, &opts)
	h.RunDoctor(opts)
	if h.Teleport.Get(types.KindToken, "single-use") == nil {
		t.Fatal("the token is used up")
	}
	opts.Args = []string{"-consume-token"}
	run := h.RunDoctor(opts)
	if run.ExitCode != 0 || !strings.Contains(run.Output, "[!] Join: as bot-operator") {
		t.Errorf("exit code %d:\n%s", run.ExitCode, run.Output)
	}
	if strings.Contains(run.Output, "single-use") {
		t.Error("the output holds the join token")
	}
	if h.Teleport.Get(types.KindToken, "single-use") != nil {
		t.Error("the token is still there")
	}
}

func TestDoctorCommandLine(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	help := h.RunDoctor(harness.OperatorOptions{Args: []string{"-h"}})
	if help.ExitCode != 0 || !strings.Contains(help.Errors, "-consume-token") || !strings.Contains(help.Errors, "-auth-server") {
		t.Errorf("exit code %d:\n%s", help.ExitCode, help.Errors)
	}
	bad := h.RunDoctor(harness.OperatorOptions{Args: []string{"-o=yaml"}})
	if bad.ExitCode != 2 || !strings.Contains(bad.Errors, "-o must be text or json") || bad.Output != "" {
		t.Errorf("exit code %d:\n%s%s", bad.ExitCode, bad.Output, bad.Errors)
	}
}
