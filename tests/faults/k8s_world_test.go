package faults

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/apiproxy"
	"github.com/teleport-operator-caf/tests/harness"
)

// shareEnv set to "all" runs every case of the tests on the side of Kubernetes; otherwise those that
// take minutes, and most of the seeds, are left out.
const shareEnv = "FAULT_SHARE"

func everything() bool { return os.Getenv(shareEnv) == "all" }

// patience is how long anything may take under fire. It takes seconds on a quiet machine; minutes mean
// that something is lost.
const patience = 4 * time.Minute

const (
	roleKind   = "TeleportRoleV7"
	rolePlural = "teleportrolesv7"
)

// proxied is a world in which the operator reaches the API server through a proxy.
type proxied struct {
	*harness.Test
	api        *apiproxy.Proxy
	kubeconfig string
}

func newProxied(t testing.TB, settings harness.Settings) *proxied {
	t.Helper()
	h := harness.NewTestWith(t, settings)
	proxy, kubeconfig := h.ProxyAPI()
	return &proxied{h, proxy, kubeconfig}
}

func (w *proxied) options() harness.OperatorOptions {
	return harness.OperatorOptions{Flags: map[string]string{
		"kubeconfig": w.kubeconfig,
		// These tests are not about leadership, which a machine that is overloaded takes away for a while.
		"leader-elect-lease-duration": "300s", "leader-elect-renew-deadline": "240s",
	}}
}

// start starts the operator behind the proxy and waits until it is ready.
func (w *proxied) start() *harness.Operator {
	w.Helper()
	op := w.LaunchOperator(w.options())
	if err := op.WaitReady(w.Context, patience); err != nil {
		w.Fatal(err)
	}
	return op
}

// watching waits until a watch of the resource is open, and answers it.
func (w *proxied) watching(resource string) *apiproxy.Watch {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context, patience)
	defer cancel()
	watch, err := w.api.WaitWatch(ctx, resource)
	if err != nil {
		w.Fatal(err)
	}
	return watch
}

// count is how many requests of this verb about the resource came so far.
func (w *proxied) count(verb, resource string) int {
	return len(w.api.Requests(apiproxy.About(verb, resource)))
}

// waitMore waits until more requests came than there were.
func (w *proxied) waitMore(verb, resource string, than int) {
	w.Helper()
	w.EventuallyIn(patience, "another "+verb+" of "+resource, func(context.Context) error {
		if found := w.count(verb, resource); found <= than {
			return fmt.Errorf("%d so far", found)
		}
		return nil
	})
}

// allAnswered: every request got an answer but those that were disturbed. On a machine that is
// overloaded some get none in time; what they were about is rightly done again, and counts say nothing.
func (w *proxied) allAnswered() bool {
	lost := w.api.Requests(func(r *apiproxy.Request) bool {
		return r.Verb != "watch" && !r.Ended().IsZero() && r.Code() == 0 && !disturbed(r)
	})
	if len(lost) > 0 {
		w.Logf("%d requests got no answer in time: what was done again is not counted", len(lost))
	}
	return len(lost) == 0
}

func role(name, login string) *unstructured.Unstructured {
	return harness.CR(roleKind, name, loginSpec(login))
}

func loginSpec(login string) string {
	return fmt.Sprintf("allow: {logins: [%s], node_labels: {env: [test]}}", login)
}

// waitLogin waits until the role in Teleport is this version of its CR.
func waitLogin(h *harness.Test, name, login string) {
	h.Helper()
	h.EventuallyIn(patience, "role "+name+" in Teleport with "+login, func(context.Context) error {
		stored, there := h.Teleport.Get(types.KindRole, name).(*types.RoleV6)
		if !there {
			return fmt.Errorf("it is not there")
		}
		if found := stored.GetLogins(types.Allow); !slices.Equal(found, []string{login}) {
			return fmt.Errorf("it has %v", found)
		}
		return nil
	})
}

// waitNoRole waits until Teleport has no such role.
func waitNoRole(h *harness.Test, name string) {
	h.Helper()
	h.EventuallyIn(patience, "role "+name+" gone from Teleport", func(context.Context) error {
		if h.Teleport.Get(types.KindRole, name) != nil {
			return fmt.Errorf("it is there")
		}
		return nil
	})
}

// waitSettled waits until the CR is Ready in its newest generation.
func waitSettled(h *harness.Test, cr *unstructured.Unstructured) *unstructured.Unstructured {
	h.Helper()
	var now *unstructured.Unstructured
	h.EventuallyIn(patience, cr.GetKind()+" "+cr.GetName()+" Ready", func(ctx context.Context) (err error) {
		if now, err = h.Read(ctx, cr); err != nil {
			return err
		}
		for _, one := range harness.Conditions(now) {
			if one.Type == "Ready" && one.Status == "True" && one.ObservedGeneration == now.GetGeneration() {
				return nil
			}
		}
		return fmt.Errorf("generation %d, %+v", now.GetGeneration(), harness.Conditions(now))
	})
	return now
}

// mustHoldFinalizersFirst checks invariant F against what went through the proxy: nothing was written
// to Teleport for a role before a patch had stored the finalizer of its CR.
func (w *proxied) mustHoldFinalizersFirst() {
	w.Helper()
	first := map[string]time.Time{}
	for _, one := range w.api.Requests(apiproxy.About("patch", rolePlural)) {
		// A patch without an answer may have taken effect.
		if one.Subresource == "" && (one.TookEffect() || one.Upstream() == 0) && bytes.Contains(one.Body, []byte(harness.Finalizer)) {
			if _, known := first[one.Name]; !known {
				first[one.Name] = one.Began
			}
		}
	}
	for _, write := range w.Teleport.Audit() {
		if write.Kind != types.KindRole || !strings.HasPrefix(write.Name, "fault-") {
			continue
		}
		if began, known := first[write.Name]; !known || write.Time.Before(began) {
			w.Errorf("%s of role %s at %v, before its CR had the finalizer (%v, %v)",
				write.Verb, write.Name, write.Time, known, began)
		}
	}
}
