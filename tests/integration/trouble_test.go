package integration

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// Every row of the table of facts/teleport-connection.md §10.2 has a test that provokes it, in the
// files trouble_*_test.go by theme. A row says what begins and what ends it; what must come of it is the
// same for all and is checked here.

// troublePatience is for a trouble to be seen and to be over; each includes some back-off.
const troublePatience = 60 * time.Second

// soonAgain makes an operator come to its bot identity every second, and so to what is wrong with it.
var soonAgain = map[string]string{"renewal-interval": "1s", "certificate-ttl": "1h"}

// shown is what /readyz says of a trouble.
type shown int

const (
	notReady       shown = iota // 503, with the word
	readyMeanwhile              // 200 as long as the certificate lives, with the word in the detail
	eitherWay                   // depends on which is noticed first: the renewal or the refused calls
)

// troubleRow is a row of the table.
type troubleRow struct {
	name     string // as the table calls it
	word     string // teleport::trouble
	teleport teleport.Options
	operator harness.OperatorOptions
	prepare  func(*troubled) // before the operator starts
	begin    func(*troubled) // makes it so
	end      func(*troubled) // and no more
	says     string          // in the log line: what the server or the operator found
	remedy   string          // in the log line
	shown    shown
	// edits makes a CR while the trouble is on, so that calls are made. It is Ready in the end.
	edits bool
}

// troubled is one row's world.
type troubled struct {
	*harness.Test
	op *harness.Operator
	// kept is what a row puts aside at its beginning for its end.
	kept []byte
}

func runTroubles(t *testing.T, rows []troubleRow) {
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.run(t)
		})
	}
}

func (row troubleRow) run(t *testing.T) {
	w := &troubled{Test: harness.NewTestWith(t, harness.Settings{Teleport: row.teleport})}
	if row.prepare != nil {
		row.prepare(w)
	}
	w.op = w.StartOperatorWith(w.options(row.operator))
	w.WaitReady(w.Create(harness.CR("TeleportRoleV7", "before", roleWithLogins("one"))))

	row.begin(w)
	edited := harness.CR("TeleportRoleV7", "meanwhile", roleWithLogins("one"))
	if row.edits {
		edited = w.Create(edited)
	}
	w.waitTrouble(row)
	w.waitShown(row)
	w.waitAttempts(3)
	if said := w.linesAbout(row.word); len(said) != 1 {
		t.Errorf("%q is said %d times, wanted once: %v", row.word, len(said), said)
	}

	row.end(w)
	w.waitOver(row)
	w.WaitReadyLater(w.Create(harness.CR("TeleportRoleV7", "after", roleWithLogins("one"))))
	if row.edits {
		w.WaitReadyLater(edited)
	}
}

// options are the row's, renewing each second unless it says otherwise; "$DIR/" in front of a value is
// the test's directory.
func (w *troubled) options(opts harness.OperatorOptions) harness.OperatorOptions {
	flags := map[string]string{}
	for _, some := range []map[string]string{soonAgain, opts.Flags} {
		for name, value := range some {
			flags[name] = value
		}
	}
	opts.Flags = flags
	for name, value := range flags {
		if path, is := strings.CutPrefix(value, "$DIR/"); is {
			flags[name] = w.inDir(path)
		}
	}
	return opts
}

func (w *troubled) inDir(name string) string { return w.Dir + "/" + name }

// setSwitches is SetSwitches that must succeed.
func (w *troubled) setSwitches(next teleport.Switches) {
	w.Helper()
	if err := w.Teleport.SetSwitches(next); err != nil {
		w.Fatal(err)
	}
}

func (w *troubled) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// write replaces a file in one step, as a kubelet does.
func (w *troubled) write(path string, content []byte) {
	w.Helper()
	w.must(os.WriteFile(path+".new", content, 0o600))
	w.must(os.Rename(path+".new", path))
}

// linesAbout are the log lines, above debug, that name the trouble as begun.
func (w *troubled) linesAbout(word string) (found []harness.LogLine) {
	logs, _ := w.op.Output.Logs()
	for _, line := range logs {
		level := line.Text("level")
		if line.Text("trouble") == word && (level == "warning" || level == "error") {
			found = append(found, line)
		}
	}
	return found
}

// waitTrouble waits for the log line, and looks at what it says.
func (w *troubled) waitTrouble(row troubleRow) {
	w.Helper()
	var line harness.LogLine
	w.Cleanup(func() {
		if w.Failed() {
			w.Logf("Teleport was called: %v", w.Teleport.Calls())
		}
	})
	w.EventuallyIn(troublePatience, "a log line about "+row.word, func(context.Context) error {
		said := w.linesAbout(row.word)
		if len(said) == 0 {
			return errors.New("there is none")
		}
		line = said[0]
		return nil
	})
	if !strings.Contains(line.Text("err"), row.says) {
		w.Errorf("the log says %q, wanted %q in it", line.Text("err"), row.says)
	}
	if !strings.Contains(line.Text("remedy"), row.remedy) {
		w.Errorf("the log advises %q, wanted %q in it", line.Text("remedy"), row.remedy)
	}
	if strings.ContainsAny(line.Text("err"), "\n\t") {
		w.Errorf("the error has several lines: %q", line.Text("err"))
	}
}

// waitShown waits for readiness, metric and Event.
func (w *troubled) waitShown(row troubleRow) {
	w.Helper()
	w.EventuallyIn(troublePatience, "/readyz shows "+row.word, func(ctx context.Context) error {
		status, body, err := w.op.Probe(ctx, "/readyz")
		switch {
		case err != nil:
			return err
		case !strings.Contains(body, row.word+": "):
			return fmt.Errorf("%d %s", status, body)
		case (row.shown == notReady && status == http.StatusOK) || (row.shown == readyMeanwhile && status != http.StatusOK):
			return fmt.Errorf("it answers %d: %s", status, body)
		}
		return nil
	})
	w.Eventually("the metric of "+row.word, func(ctx context.Context) error { return w.metricIs(ctx, row.word, 1) })
	w.waitEvent(corev1.EventTypeWarning, "TeleportTrouble", row.word+": ")
}

func (w *troubled) metricIs(ctx context.Context, word string, wanted float64) error {
	metrics, err := w.op.Scrape(ctx)
	if err != nil {
		return err
	}
	if value := metrics.Sum("teleport_operator_teleport_trouble", "reason", word); value != wanted {
		return fmt.Errorf("teleport_operator_teleport_trouble{reason=%q} is %v, wanted %v", word, value, wanted)
	}
	return nil
}

// waitEvent waits for an Event about the operator's own Pod.
func (w *troubled) waitEvent(eventType, reason, text string) {
	w.Helper()
	w.Eventually("an Event "+reason+" about the operator's Pod", func(ctx context.Context) error {
		events, err := w.Kube.CoreV1().Events(w.Namespace).List(ctx, metav1.ListOptions{
			FieldSelector: "involvedObject.kind=Pod,involvedObject.name=" + harness.ServiceAccount,
		})
		if err != nil {
			return err
		}
		var said []string
		for _, event := range events.Items {
			if event.Type == eventType && event.Reason == reason && strings.Contains(event.Message, text) {
				return nil
			}
			said = append(said, event.Reason+": "+event.Message)
		}
		return fmt.Errorf("none with %q among %q", text, said)
	})
}

// waitAttempts waits until so many attempts to connect have failed, so that repeating oneself would show.
func (w *troubled) waitAttempts(wanted int) {
	w.Helper()
	w.EventuallyIn(troublePatience, "further attempts", func(context.Context) error {
		failed := 0
		logs, _ := w.op.Output.Logs()
		for _, line := range logs {
			if line.Text("message") == "an attempt to connect to Teleport failed" {
				failed++
			}
		}
		if failed < wanted {
			return fmt.Errorf("%d of %d", failed, wanted)
		}
		return nil
	})
}

// waitOver: everything that showed the trouble shows that it is over.
func (w *troubled) waitOver(row troubleRow) {
	w.Helper()
	w.EventuallyIn(troublePatience, row.word+" is over", func(ctx context.Context) error {
		status, body, err := w.op.Probe(ctx, "/readyz")
		if err != nil {
			return err
		}
		if status != http.StatusOK || strings.Contains(body, " since ") {
			return fmt.Errorf("/readyz answers %d: %s", status, body)
		}
		if !strings.Contains(w.op.Output.Text(), "the trouble with Teleport is over") {
			return errors.New("the log does not say that it is over")
		}
		return w.metricIs(ctx, row.word, 0)
	})
	w.waitEvent(corev1.EventTypeNormal, "TeleportRecovered", "is over, after ")
}

// mustNotBeTroubled: nothing was said of any trouble.
func (w *troubled) mustNotBeTroubled() {
	w.Helper()
	logs, _ := w.op.Output.Logs()
	for _, line := range logs {
		if level := line.Text("level"); line.Text("trouble") != "" && (level == "warning" || level == "error") {
			w.Errorf("it says: %v", line)
		}
	}
}
