package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// WaitReady waits until /readyz says yes. A process that ends first is an error with its last words.
func (op *Operator) WaitReady(ctx context.Context, timeout time.Duration) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-op.ended:
			cancel(errors.New("the operator has ended"))
		case <-ctx.Done():
		}
	}()
	err := Poll(ctx, timeout, op.readiness)
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err != nil {
		return fmt.Errorf("not ready: %w; it said:\n%s", err, op.Output.Tail(15))
	}
	return nil
}

// readiness is nil when /readyz answers 200, or says what it answered.
func (op *Operator) readiness(ctx context.Context) error {
	status, body, err := op.Probe(ctx, "/readyz")
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("/readyz answers %d: %s", status, strings.TrimSpace(body))
	}
	return err
}

// Probe asks the health port, for example /readyz or /healthz.
func (op *Operator) Probe(ctx context.Context, path string) (status int, body string, err error) {
	bound, err := op.addresses()
	if err != nil {
		return 0, "", err
	}
	return httpGet(ctx, "http://"+bound.Health+path)
}

// addresses is what the operator writes into its -address-file once its ports are bound.
type addresses struct {
	Metrics string `json:"metrics"`
	Health  string `json:"health"`
}

func (op *Operator) addresses() (addresses, error) {
	op.addressLock.Lock()
	defer op.addressLock.Unlock()
	if op.bound.Health != "" {
		return op.bound, nil
	}
	text, err := os.ReadFile(op.addressFile)
	if err != nil {
		return addresses{}, fmt.Errorf("no ports bound yet: %w", err)
	}
	if err := json.Unmarshal(text, &op.bound); err != nil {
		return addresses{}, fmt.Errorf("address file: %w", err)
	}
	return op.bound, nil
}

// URL is where a person would ask the same: "/metrics" on the metrics port, anything else on the
// health port.
func (op *Operator) URL(path string) (string, error) {
	bound, err := op.addresses()
	if path == "/metrics" {
		return "http://" + bound.Metrics + path, err
	}
	return "http://" + bound.Health + path, err
}

func httpGet(ctx context.Context, url string) (int, string, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}
