package harness

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/teleport"
)

// The process under test is this test binary again, which then plays an operator.
const playEnv = "HARNESS_PLAY_OPERATOR"

func TestMain(m *testing.M) {
	if role := os.Getenv(playEnv); role != "" {
		os.Exit(playOperator(role))
	}
	os.Exit(m.Run())
}

func playOperator(role string) int {
	addressFile := flag.String("address-file", "", "")
	for _, name := range []string{"auth-server", "token", "join-method", "namespace", "kubeconfig",
		"metrics-bind-address", "health-probe-bind-address", "log-level", "drift-interval"} {
		flag.String(name, "", "")
	}
	flag.Parse()
	fmt.Fprintln(os.Stderr, `{"level":"info","message":"playing `+role+`"}`)
	if role == "failure" {
		fmt.Fprintln(os.Stdout, "no reason at all")
		return 3
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 1
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "# TYPE passes counter\npasses{kind=\"a\"} 2\npasses{kind=\"b\"} 3\n")
	})
	go func() { _ = http.Serve(listener, mux) }()
	bound, _ := json.Marshal(addresses{Metrics: listener.Addr().String(), Health: listener.Addr().String()})
	if err := os.WriteFile(*addressFile, bound, 0o600); err != nil {
		return 1
	}
	<-terminated
	if role == "bad-loser" {
		return 1
	}
	return 0
}

// worldWithoutKubernetes is enough to start a process that does not look at its kubeconfig.
func worldWithoutKubernetes(t *testing.T) *World {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(BinaryEnv, self)
	dir := t.TempDir()
	server, err := teleport.Start(teleport.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return &World{Dir: dir, Namespace: "none", Teleport: server, tokens: newTokens(nil, "none", "none", dir)}
}

func launch(t *testing.T, role string) *Operator {
	t.Helper()
	op, err := worldWithoutKubernetes(t).Launch(OperatorOptions{Env: []string{playEnv + "=" + role}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = op.Kill() })
	return op
}

func TestOperatorIsStartedScrapedAndStopped(t *testing.T) {
	op := launch(t, "success")
	if err := op.WaitReady(t.Context(), usualWait); err != nil {
		t.Fatal(err)
	}
	metrics, err := op.Scrape(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if all, one := metrics.Sum("passes"), metrics.Sum("passes", "kind", "b"); all != 5 || one != 3 {
		t.Errorf("sums %v and %v, wanted 5 and 3", all, one)
	}
	if resident, err := op.ResidentBytes(); err != nil || resident < 1<<20 {
		t.Errorf("%d bytes resident, %v", resident, err)
	}
	if err := op.Stop(); err != nil {
		t.Error(err)
	}
	if logs, _ := op.Output.Logs(); len(logs) != 1 || logs[0].Text("message") != "playing success" {
		t.Errorf("logs %v", logs)
	}
}

func TestStopWantsExitCodeZero(t *testing.T) {
	op := launch(t, "bad-loser")
	if err := op.WaitReady(t.Context(), usualWait); err != nil {
		t.Fatal(err)
	}
	if err := op.Stop(); err == nil || !strings.Contains(err.Error(), "exit code 1") {
		t.Errorf("stopped with %v", err)
	}
}

func TestEndedOperatorIsNotWaitedFor(t *testing.T) {
	op := launch(t, "failure")
	started := time.Now()
	err := op.WaitReady(t.Context(), usualWait)
	if err == nil || !strings.Contains(err.Error(), "no reason at all") {
		t.Errorf("WaitReady says %v", err)
	}
	if time.Since(started) > usualWait/2 {
		t.Error("it was waited for although it had ended")
	}
	if code, err := op.WaitExit(time.Second); err != nil || code != 3 {
		t.Errorf("exit code %d, %v", code, err)
	}
}

func TestKilledOperatorShowsItsSignal(t *testing.T) {
	op := launch(t, "success")
	if err := op.Kill(); err != nil {
		t.Fatal(err)
	}
	if code, err := op.WaitExit(time.Second); err != nil || code != -int(syscall.SIGKILL) {
		t.Errorf("exit code %d, %v", code, err)
	}
}
