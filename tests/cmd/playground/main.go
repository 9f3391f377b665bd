// Command playground shows the operator at work on one machine: a real Kubernetes API, the test
// Teleport, the operator's binary, and a tour through the life of a role, a user and a join token.
// Every step of the tour is checked; the first that does not hold ends it with exit code 1 and the
// operator's last log lines.
//
//	playground [-once] [-binary build/teleport-operator]
//
// Without -once everything stays up after the tour, until Ctrl-C. tools/playground builds what this
// needs and calls it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/teleport-operator-caf/tests/harness"
)

func main() {
	once := flag.Bool("once", false, "end after the tour instead of staying up")
	binary := flag.String("binary", "", "the operator's binary (default: build/teleport-operator of the checkout)")
	flag.Parse()
	if *binary != "" {
		_ = os.Setenv(harness.BinaryEnv, *binary) // fails only for a malformed name
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	p := &playground{narrator: newNarrator(os.Stdout)}
	err := p.run(ctx, *once)
	if ctx.Err() != nil && p.toured {
		err = nil // somebody ended the stay
	}
	if err != nil {
		p.failed(err)
	}
	if cleanup := p.close(); cleanup != nil && err == nil {
		err = cleanup
		p.failed(err)
	}
	if err != nil {
		os.Exit(1)
	}
}

// run is everything from the first server to the end of the stay.
func (p *playground) run(ctx context.Context, once bool) error {
	for _, step := range append(p.surroundings(), p.tour()...) {
		p.step(step.title)
		if err := step.do(ctx); err != nil {
			return err
		}
	}
	p.toured = true
	p.done()
	if once {
		return nil
	}
	p.invite()
	select {
	case <-ctx.Done():
		p.note("stopping: the operator first, as a rolling update would")
		return nil
	case <-p.operator.Ended():
		return errors.New("the operator has ended by itself")
	case <-p.cluster.Ended():
		return errors.New("a server of the Kubernetes API has ended by itself")
	}
}

// failed says what went wrong, with the operator's last words.
func (p *playground) failed(err error) {
	p.error(err)
	if p.operator == nil {
		return
	}
	if words := p.operator.Output.Tail(25); words != "" {
		p.note("the operator's last log lines:")
		fmt.Fprintln(os.Stdout, words)
	}
}
