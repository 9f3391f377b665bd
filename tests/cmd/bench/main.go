// Command bench measures the operator's speed and memory on one machine: a real Kubernetes API, the
// test Teleport, the operator's binary. What it prints is for comparing two builds, or the operator
// with the API server alone; it asserts nothing about times, so it fails only when something does
// not work.
//
//	bench [-binary build/teleport-operator] [-roles 1000] [-singles 100] [-json] [-log FILE]
//
// Standard output has the result: a Markdown table, or JSON. What happens meanwhile goes to standard
// error. tools/bench builds what this needs and calls it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/teleport-operator-caf/tests/harness"
)

func main() {
	var opts options
	binary := flag.String("binary", "", "the operator's binary (default: build/teleport-operator of the checkout)")
	flag.IntVar(&opts.roles, "roles", 1000, "roles created at once")
	flag.IntVar(&opts.singles, "singles", 100, "roles created one after another")
	asJSON := flag.Bool("json", false, "print JSON instead of a Markdown table")
	flag.StringVar(&opts.log, "log", "", "write what the operator said into this file")
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
		err = measured.printTable(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}
