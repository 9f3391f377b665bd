// Command testcluster starts a Kubernetes API for tests (package cluster), prints one line of JSON
// that says how to reach it (cluster.Info), and stays until SIGTERM, SIGINT or the end of its
// standard input, whichever comes first. Then it removes all that it made.
//
//	testcluster [-dir DIR] [-no-stdin] [-- KUBE-APISERVER-FLAGS]
//
// Exit code: 0 after a stop that was asked for; 1 when the start failed or a server ended by itself.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/teleport-operator-caf/tests/cluster"
)

func main() {
	dir := flag.String("dir", "", "folder for data, logs and kubeconfig; kept at the end (default: a temporary one, removed)")
	noStdin := flag.Bool("no-stdin", false, "do not stop at the end of standard input")
	flag.Parse()
	if err := run(cluster.Options{Dir: *dir, APIServerArgs: flag.Args()}, *noStdin); err != nil {
		fmt.Fprintln(os.Stderr, "testcluster:", err)
		os.Exit(1)
	}
}

func run(opts cluster.Options, noStdin bool) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	if !noStdin {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			cancel()
		}()
	}
	started := time.Now()
	c, err := cluster.Start(ctx, opts)
	if err != nil {
		return err
	}
	defer c.Stop()
	fmt.Fprintf(os.Stderr, "testcluster: ready after %.1f s at %s\n", time.Since(started).Seconds(), c.Info().URL)
	if err := json.NewEncoder(os.Stdout).Encode(c.Info()); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return nil
	case <-c.Ended():
		return fmt.Errorf("a server ended by itself; its log was in %s", c.Info().Dir)
	}
}
