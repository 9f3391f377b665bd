package apiproxy

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// Snapshot is the list at this path ("/apis/GROUP/VERSION/namespaces/NS/RESOURCE") as the API server
// has it now.
func (p *Proxy) Snapshot(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.target.JoinPath(path).String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	answer, err := p.admin.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("list %s: %d: %s", path, answer.StatusCode, body)
	}
	return body, err
}

// ShowPast answers lists of the resource with an older snapshot, as a server that lags behind does;
// nil ends that.
func (p *Proxy) ShowPast(resource string, snapshot []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.past[resource] = snapshot
}

func (p *Proxy) oldList(call Call) []byte {
	if call.Verb != "list" || call.Continue != "" {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.past[call.Resource]
}
