package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/teleport-operator-caf/tests/harness"
)

const usualPatience = 30 * time.Second

// -- Kubernetes, as a user sees it -----------------------------------------------------------------

// kubectl runs a command in the operator's namespace, and shows it and what it answered.
func (p *playground) kubectl(ctx context.Context, args ...string) error {
	p.command("kubectl " + strings.Join(quoted(args), " "))
	answer, err := p.ask(ctx, args...)
	if answer != "" {
		p.output(answer)
	}
	return err
}

// ask runs kubectl without showing it.
func (p *playground) ask(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "kubectl", append([]string{"--namespace", namespace}, args...)...)
	command.Env = append(os.Environ(), "KUBECONFIG="+p.cluster.Info().Kubeconfig)
	command.Dir = p.root
	answer, err := command.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("kubectl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(answer)))
	}
	return strings.TrimRight(string(answer), "\n"), err
}

func (p *playground) waitReady(ctx context.Context, cr string) error {
	_, err := p.ask(ctx, "wait", "--for=condition=Ready", cr, "--timeout="+usualPatience.String())
	return err
}

func quoted(args []string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		if out[i] = arg; strings.ContainsAny(arg, `{}"*?[] `) {
			out[i] = "'" + arg + "'"
		}
	}
	return out
}

func (p *playground) eventually(ctx context.Context, what string, check func(context.Context) error) error {
	if err := harness.Poll(ctx, usualPatience, check); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// -- Teleport, through the test Teleport's admin port ----------------------------------------------

// resource is a Teleport resource in Teleport's own JSON.
type resource map[string]any

var errNotInTeleport = errors.New("not in Teleport")

func (p *playground) teleportResource(kind, name string) (resource, error) {
	answer, err := http.Get(fmt.Sprintf("%s/resources/%s/%s", p.world.Teleport.AdminURL(), kind, name))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return nil, err
	case answer.StatusCode == http.StatusNotFound:
		return nil, errNotInTeleport
	case answer.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s %s: %s: %s", kind, name, answer.Status, body)
	}
	var found resource
	return found, json.Unmarshal(body, &found)
}

// inTeleport shows what Teleport has, and checks it and that it bears the operator's mark.
func (p *playground) inTeleport(kind, name string, check func(resource) error) error {
	found, err := p.teleportResource(kind, name)
	if err == nil {
		err = errors.Join(check(found), found.want("metadata.labels.teleport~dev/origin", "kubernetes"))
	}
	if err != nil {
		return fmt.Errorf("%s %s in Teleport: %w", kind, name, err)
	}
	p.tell(teleport, "has %s %s, revision %s:", kind, name, found.text("metadata.revision"))
	p.output(found.excerpt())
	return nil
}

func (p *playground) goneFromTeleport(ctx context.Context, kind, name string) error {
	err := p.eventually(ctx, kind+" "+name+" goes", func(context.Context) error {
		_, err := p.teleportResource(kind, name)
		if errors.Is(err, errNotInTeleport) {
			return nil
		}
		return errors.Join(fmt.Errorf("it is still there"), err)
	})
	if err == nil {
		p.tell(teleport, "%s %s is gone", kind, name)
	}
	return err
}

// at follows a dotted path; "~" stands for a dot within a key.
func (r resource) at(path string) any {
	var value any = map[string]any(r)
	for _, key := range strings.Split(path, ".") {
		fields, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = fields[strings.ReplaceAll(key, "~", ".")]
	}
	return value
}

func (r resource) text(path string) string { return fmt.Sprint(r.at(path)) }

func (r resource) want(path, wanted string) error {
	if found := r.text(path); found != wanted {
		return fmt.Errorf("%s is %s, expected %s", path, found, wanted)
	}
	return nil
}

// told are the parts of a spec that come from the samples; the server adds long defaults.
var told = map[string][]string{
	"role":  {"allow"},
	"user":  {"roles", "traits"},
	"token": {"roles", "join_method", "github"},
}

// excerpt is what comes from the CR, as YAML.
func (r resource) excerpt() string {
	spec := map[string]any{}
	for _, field := range told[r.text("kind")] {
		spec[field] = r.at("spec." + field)
	}
	metadata := map[string]any{"name": r.at("metadata.name"), "labels": r.at("metadata.labels")}
	if description := r.at("metadata.description"); description != nil {
		metadata["description"] = description
	}
	text, err := yaml.Marshal(map[string]any{"metadata": metadata, "spec": spec})
	if err != nil {
		return err.Error()
	}
	return string(text)
}
