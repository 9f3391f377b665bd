package harness

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// pollInterval is short because a condition usually holds within milliseconds.
	pollInterval = 15 * time.Millisecond
	// usualWait is for what takes milliseconds on a quiet machine, and may take seconds on a busy one.
	usualWait = 20 * time.Second
	// longWait is for what includes a retry with back-off or the start of a server.
	longWait = 60 * time.Second
)

// Poll asks until check answers nil, and answers check's last error when the time is over.
func Poll(ctx context.Context, timeout time.Duration, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	var last error
	for {
		err := check(ctx)
		if err == nil {
			return nil
		}
		// An answer that was cut off by the time-out says less than the one before it.
		if last == nil || !errors.Is(err, context.DeadlineExceeded) {
			last = err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("still not so after %v: %w", timeout, last)
		case <-ticker.C:
		}
	}
}
