// Command testteleport runs one test Teleport cluster (package teleport) for programs that are not
// written in Go. It prints one JSON line with addresses and CA files on standard output, and stays
// until SIGTERM, SIGINT or, unless -detached, the end of its standard input.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/teleport-operator-caf/tests/teleport"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "testteleport:", err)
		os.Exit(1)
	}
}

func run() error {
	opts, detached, err := parseFlags()
	if err != nil {
		return err
	}
	server, err := teleport.Start(opts)
	if err != nil {
		return err
	}
	defer server.Stop()
	if err := json.NewEncoder(os.Stdout).Encode(server.Describe()); err != nil {
		return fmt.Errorf("printing the addresses: %w", err)
	}
	waitForEnd(detached)
	return nil
}

// waitForEnd returns on a signal or, unless detached, when the parent closes our standard input.
func waitForEnd(detached bool) {
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	if !detached {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end <- syscall.SIGTERM
		}()
	}
	<-end
}

func parseFlags() (opts teleport.Options, detached bool, err error) {
	var suite, features, account, jwks string
	var files, vars pairs
	flag.StringVar(&opts.ClusterName, "cluster-name", teleport.DefaultClusterName, "logical name of the cluster")
	flag.StringVar(&opts.ServerVersion, "server-version", teleport.DefaultServerVersion, "version that the cluster says it has")
	flag.StringVar(&opts.Dir, "dir", "", "directory for the CA files (none are written without it)")
	flag.StringVar(&suite, "signature-suite", "", "legacy, balanced-v1, fips-v1 or hsm-v1; default: the version's")
	flag.StringVar(&features, "entitlements", "", "comma-separated entitlements, or \"oss\" for none; default: all that the operator asks for")
	flag.Var(&files, "apply", "YAML file with resources to store at start; may be repeated")
	flag.Var(&vars, "set", "NAME=VALUE or NAME=@FILE: replaces ${NAME} in the applied files; may be repeated")
	flag.StringVar(&account, "guide", "", "service account (namespace:name) to store the standalone guide's role, bot and join token for")
	flag.StringVar(&jwks, "guide-jwks", "", "file with the JWKS of that account's Kubernetes cluster")
	flag.BoolVar(&detached, "detached", false, "do not end with standard input")
	flag.Parse()

	if err := opts.SignatureSuite.UnmarshalText([]byte(suite)); err != nil {
		return opts, detached, fmt.Errorf("-signature-suite: %w", err)
	}
	switch features {
	case "":
	case "oss":
		opts.Features = teleport.FeaturesOf()
	default:
		opts.Features = teleport.FeaturesOf(strings.Split(features, ",")...)
	}
	if opts.Resources, err = readResources(files, vars); err != nil {
		return opts, detached, err
	}
	if account == "" {
		return opts, detached, nil
	}
	keys, err := os.ReadFile(jwks)
	if err != nil {
		return opts, detached, fmt.Errorf("-guide-jwks: %w", err)
	}
	guide := append(teleport.Guide(account, string(keys)), "\n---\n"...)
	opts.Resources = append(guide, opts.Resources...)
	return opts, detached, nil
}

// readResources joins the files into one stream of documents.
func readResources(files, vars pairs) ([]byte, error) {
	var stream strings.Builder
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("-apply: %w", err)
		}
		stream.WriteString("\n---\n")
		stream.Write(body)
	}
	text := stream.String()
	for _, pair := range vars {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("-set %q: want NAME=VALUE", pair)
		}
		if path, isFile := strings.CutPrefix(value, "@"); isFile {
			body, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("-set %s: %w", name, err)
			}
			value = strings.TrimSpace(string(body))
		}
		text = strings.ReplaceAll(text, "${"+name+"}", value)
	}
	return []byte(text), nil
}

// pairs is a flag that may be given several times.
type pairs []string

func (p *pairs) String() string     { return strings.Join(*p, ",") }
func (p *pairs) Set(v string) error { *p = append(*p, v); return nil }
