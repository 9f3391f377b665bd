// Command bench measures the operator's speed and memory on one machine: a real Kubernetes API, the
// test Teleport, the operator's binary. What it prints is for comparing two builds, or the operator
// with the API server alone; it asserts nothing about times, so it fails only when something does
// not work.
//
//	bench [-binary FILE] [-only SCENARIO,…] [-roles N] [-sizes N,…] [-singles N] [-json] [-write] [-log FILE] [-perf FILE]
//
// Standard output has the result: Markdown, or JSON. What happens meanwhile goes to standard error.
// tools/bench says what the options mean, builds what this needs and calls it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/teleport-operator-caf/tests/harness"
)

func main() {
	opts := options{sizes: []int{1000, 10000}, only: scenarioNames()}
	binary := flag.String("binary", "", "the operator's binary (default: build/teleport-operator of the checkout)")
	flag.Func("only", "scenarios, by comma: "+strings.Join(scenarioNames(), ", ")+" (default all)", opts.setOnly)
	flag.IntVar(&opts.roles, "roles", 1000, "CRs in every scenario but sizes and single")
	flag.Func("sizes", "CRs to measure creation, memory and restart with, by comma (default 1000,10000)", opts.setSizes)
	flag.IntVar(&opts.singles, "singles", 100, "roles created one after another")
	asJSON := flag.Bool("json", false, "print JSON instead of Markdown")
	write := flag.Bool("write", false, "write table and chart into docs/ as well")
	flag.StringVar(&opts.log, "log", "", "write what the operator said into this file")
	flag.StringVar(&opts.perf, "perf", "", "keep what perf recorded for the scenario profile in this file")
	flag.Parse()
	if opts.roles < 1 || opts.singles < 1 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if *binary != "" {
		_ = os.Setenv(harness.BinaryEnv, *binary) // fails only for a malformed name
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	measured, err := run(ctx, opts)
	if err == nil && *asJSON {
		err = measured.printJSON(os.Stdout)
	} else if err == nil {
		_, err = os.Stdout.WriteString(measured.markdown())
	}
	if err == nil && *write {
		err = measured.writeDocument()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

type options struct {
	only           []string // names of scenarios
	roles, singles int
	sizes          []int  // ascending
	log            string // path; "": the operator's log is shown only after a failure
	perf           string // path; "": it is not kept
}

func (o *options) setOnly(text string) error {
	o.only = strings.Split(text, ",")
	for _, name := range o.only {
		if !slices.Contains(scenarioNames(), name) {
			return fmt.Errorf("there is no scenario %q", name)
		}
	}
	return nil
}

func (o *options) setSizes(text string) error {
	o.sizes = nil
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is not a number of CRs", word)
		}
		o.sizes = append(o.sizes, n)
	}
	slices.Sort(o.sizes)
	return nil
}
