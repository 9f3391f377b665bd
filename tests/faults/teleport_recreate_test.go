package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apitypes "k8s.io/apimachinery/pkg/types"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
	"github.com/teleport-operator-caf/tests/workload"
)

// heldMS is how long a call to Teleport is held back, so that other things happen meanwhile.
const heldMS = 1500

// recreateCase is a CR that is deleted, and made anew under its name with another spec.
type recreateCase struct {
	kind     workload.Kind
	moment   string // how far the first one is when it is deleted
	deletion string // what happens to the call that deletes its resource
	forced   bool   // its finalizers are removed by hand, so that the new one is there before that call ends
}

func (c recreateCase) String() string {
	how := "kept"
	if c.forced {
		how = "forced"
	}
	return strings.ToLower(fmt.Sprintf("again-%s-%s-%s-%s", c.moment, c.deletion, how, c.kind.CR))
}

func recreateCases() []recreateCase {
	var all []recreateCase
	for _, kind := range []workload.Kind{
		workload.KindOf("TeleportRoleV7"), workload.KindOf("TeleportProvisionToken"), workload.KindOf("TeleportBotV1"),
	} {
		for _, moment := range []string{"unseen", "create-held", "create-lost", "ready", "update-held"} {
			for _, deletion := range []string{"plain", "held", "lost"} {
				for _, forced := range []bool{false, true} {
					all = append(all, recreateCase{kind, moment, deletion, forced})
				}
			}
		}
	}
	return all
}

// The first CR is deleted at each of its effects and made anew, with its delete call held back or its
// answer lost, with and without its finalizer: Teleport ends with what the new one says, and keeps it.
// So it is when the process dies between the two.
func TestDeletedAndMadeAnew(t *testing.T) {
	t.Parallel()
	for _, restart := range []bool{false, true} {
		t.Run(fmt.Sprintf("restart=%v", restart), func(t *testing.T) {
			t.Parallel()
			h := harness.NewTest(t)
			op := h.StartOperator()
			seen := h.Witness(kindsOf(plainKinds)...)
			methods := findWriteMethods(h, seen)
			cases := recreateCases()
			var between, wait sync.WaitGroup
			between.Add(len(cases))
			resume := make(chan struct{})
			failures := make([]error, len(cases))
			for i, one := range cases {
				wait.Go(func() {
					failures[i] = one.run(h, seen, methods, sync.OnceFunc(between.Done), resume)
				})
			}
			between.Wait()
			if restart {
				if err := op.Kill(); err != nil {
					t.Error(err)
				}
				h.LaunchOperator(harness.OperatorOptions{})
			}
			close(resume)
			wait.Wait()
			for i, err := range failures {
				// Looked at again when all is over: nothing may have come late.
				if life := (crLife{h, seen, cases[i].kind, cases[i].String()}); err == nil {
					err = life.has("10002")
				}
				if err != nil {
					t.Errorf("%s: %v", cases[i], err)
				}
			}
			for _, oddity := range workload.Insane(h.Teleport.Audit(), "again-") {
				t.Error(oddity)
			}
			t.Logf("deleted and made anew, restart=%v: %d cases", restart, len(cases))
		})
	}
}

// run calls between when the first CR is being deleted, and waits for resume.
func (c recreateCase) run(h *harness.Test, seen *harness.Witness, methods writeMethods, between func(), resume chan struct{}) error {
	defer between()
	life := crLife{h, seen, c.kind, c.String()}
	if err := c.begin(life, methods); err != nil {
		return fmt.Errorf("the first one: %w", err)
	}
	if err := c.remove(life, methods); err != nil {
		return fmt.Errorf("the first one's deletion: %w", err)
	}
	between()
	<-resume
	again, err := c.makeAnew(life)
	if err != nil {
		return fmt.Errorf("the new one: %w", err)
	}
	if err := seen.WaitReady(h.Context, again, patience); err != nil {
		return err
	}
	if err := harness.Poll(h.Context, patience, func(context.Context) error { return life.has("10002") }); err != nil {
		return err
	}
	return c.mustBeCreatedRarely(life)
}

// begin brings the first CR to its moment.
func (c recreateCase) begin(life crLife, methods writeMethods) error {
	of := methods[c.kind.CR]
	held := func(verb string) error {
		return life.h.Teleport.SetFaults(teleport.Fault{Method: of[verb], Resource: life.inTeleport(), LatencyMS: heldMS, Count: 1})
	}
	custom := c.kind.Custom(life.name, "10001", "")
	create := func() error { _, err := life.client().create(life.h.Context, custom); return err }
	switch c.moment {
	case "unseen":
		return create()
	case "create-held":
		if err := errors.Join(held("create"), create()); err != nil {
			return err
		}
		return life.waitCalled(of["create"], 0)
	case "create-lost":
		lost := teleport.Fault{
			Method: of["create"], Resource: life.inTeleport(), Code: "UNAVAILABLE", AfterEffect: true, Count: 1,
		}
		if err := errors.Join(life.h.Teleport.SetFaults(lost), create()); err != nil {
			return err
		}
		return life.waitCalled(of["create"], 0)
	}
	if err := life.create("10001"); err != nil || c.moment == "ready" {
		return err
	}
	before := life.h.Teleport.CallsAbout(life.inTeleport())[of["update"]]
	if err := held("update"); err != nil {
		return err
	}
	if _, err := life.client().edit(life.h.Context, life.name, c.kind.SpecOf("10003", "")); err != nil {
		return err
	}
	return life.waitCalled(of["update"], before)
}

// remove deletes the first CR and, where its delete call is held back, waits for that.
func (c recreateCase) remove(life crLife, methods writeMethods) error {
	method := methods[c.kind.CR]["delete"]
	fault := teleport.Fault{Method: method, Resource: life.inTeleport(), Count: 1}
	switch c.deletion {
	case "held":
		fault.LatencyMS = heldMS
	case "lost":
		fault.Code, fault.AfterEffect = "UNAVAILABLE", true
	}
	if c.deletion != "plain" {
		if err := life.h.Teleport.SetFaults(fault); err != nil {
			return err
		}
	}
	if err := life.client().remove(life.h.Context, life.name); err != nil {
		return err
	}
	if c.deletion == "held" {
		if err := life.waitCalledOrGone(method); err != nil {
			return err
		}
	}
	if !c.forced {
		return nil
	}
	_, err := life.client().of.Patch(life.h.Context, life.name, apitypes.MergePatchType,
		[]byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// makeAnew creates the second CR as soon as the first one is gone.
func (c recreateCase) makeAnew(life crLife) (made *unstructured.Unstructured, err error) {
	err = harness.Poll(life.h.Context, patience, func(ctx context.Context) (err error) {
		made, err = life.client().create(ctx, c.kind.Custom(life.name, "10002", ""))
		return err
	})
	return made, err
}

// mustBeCreatedRarely: once for each CR. Where the delete of the first one may come after the second
// one was written, the resource is put back.
func (c recreateCase) mustBeCreatedRarely(life crLife) error {
	creates := 0
	for _, verb := range life.writes() {
		if verb == "create" {
			creates++
		}
	}
	allowed := 2
	if c.forced {
		allowed++
	}
	if creates > allowed {
		return fmt.Errorf("created %d times in Teleport: %v", creates, life.writes())
	}
	return nil
}

// waitCalled waits until the call about the resource came more often than that.
func (l crLife) waitCalled(method string, before int) error {
	return harness.Poll(l.h.Context, patience, func(context.Context) error {
		if l.h.Teleport.CallsAbout(l.inTeleport())[method] <= before {
			return fmt.Errorf("no %s yet", method)
		}
		return nil
	})
}

// waitCalledOrGone: a CR that was deleted before its finalizer was stored is gone without a call.
func (l crLife) waitCalledOrGone(method string) error {
	return harness.Poll(l.h.Context, patience, func(ctx context.Context) error {
		_, err := l.client().of.Get(ctx, l.name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) || l.h.Teleport.CallsAbout(l.inTeleport())[method] > 0 {
			return nil
		}
		return fmt.Errorf("no %s yet, and the CR is there", method)
	})
}
