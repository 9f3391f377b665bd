package soak

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/teleport-operator-caf/tests/harness"
)

const (
	// churned CRs come and go, a few at a time, so that memory has no peaks which would stay with the
	// allocator for some time. As many come before: what is remembered of Events has reached its limit
	// then.
	churned = 1000
	// keptForAll of them is less than half of what one dead actor takes.
	keptForAll = churned * 1536
	// settling is time enough for what is under way to end.
	settling = 5 * time.Second
)

// CRs come and go by the hundreds. When they are gone, so is the memory of their actors.
func TestCRsThatAreGoneTakeNoMemory(t *testing.T) {
	t.Parallel()
	h := harness.NewTest(t)
	coming := &crowd{h: h, op: h.StartOperator(), count: churned}
	seen := h.Witness("TeleportRoleV7")
	comeAndGo := func(ctx context.Context, i int) error { return coming.comeAndGo(ctx, i, seen) }
	coming.each("coming and going", comeAndGo)
	before := coming.memoryAtRest()
	coming.each("coming and going", comeAndGo)
	after := coming.memoryAtRest()
	text := fmt.Sprintf("%d → %d bytes of anonymous memory over %d CRs", before, after, churned)
	t.Log(text)
	if after-before > keptForAll {
		t.Errorf("something is kept of each: %s", text)
	}
}

func (c *crowd) comeAndGo(ctx context.Context, i int, seen *harness.Witness) error {
	cr, err := c.create(ctx, i)
	if err == nil {
		err = seen.WaitReady(ctx, cr, editPatience)
	}
	if err == nil {
		err = c.client().Delete(ctx, c.name(i), metav1.DeleteOptions{})
	}
	if err == nil {
		err = seen.WaitGone(ctx, cr, editPatience)
	}
	return err
}

// memoryAtRest is the least that the operator has while nothing happens for some time.
func (c *crowd) memoryAtRest() int64 {
	c.h.Helper()
	least := int64(0)
	rested := time.Now().Add(settling)
	c.h.EventuallyIn(4*settling, "rest", slowly(func() error {
		now, err := c.op.AnonymousBytes()
		if err != nil {
			return err
		}
		if least == 0 || now < least {
			least = now
		}
		if time.Now().Before(rested) {
			return errors.New("not yet")
		}
		return nil
	}))
	return least
}
