package teleport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"testing"

	"google.golang.org/grpc"

	"github.com/gravitational/teleport/api/client"
)

// official is the official Go client with the operator's identity; officialAs with another.
func (w *world) official(t *testing.T) *client.Client {
	t.Helper()
	identity, err := w.output(t, w.joined(t), GuideRole)
	must(t, err)
	return w.officialAs(t, identity)
}

func (w *world) officialAs(t *testing.T, identity tls.Certificate) *client.Client {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(w.HostCA())
	out, err := client.New(t.Context(), client.Config{
		Addrs: []string{w.AuthAddr()},
		Credentials: []client.Credentials{client.LoadTLS(&tls.Config{
			Certificates: []tls.Certificate{identity}, RootCAs: pool, MinVersion: tls.VersionTLS12,
		})},
	})
	must(t, err)
	t.Cleanup(func() { out.Close() })
	return out
}

// Adapters from the signatures of the official client, and of generated ones, to those of rpcs.

func put[M, O any](call func(context.Context, M) (O, error)) func(context.Context, any) error {
	return func(ctx context.Context, message any) error {
		_, err := call(ctx, message.(M))
		return err
	}
}

// putOnly is for calls that answer nothing.
func putOnly[M any](call func(context.Context, M) error) func(context.Context, any) error {
	return func(ctx context.Context, message any) error { return call(ctx, message.(M)) }
}

func get[M any](call func(context.Context, string) (M, error)) func(context.Context, string) (any, error) {
	return func(ctx context.Context, name string) (any, error) { return call(ctx, name) }
}

func list[M any](call func(context.Context) ([]M, error)) func(context.Context) ([]any, error) {
	return func(ctx context.Context) ([]any, error) {
		all, err := call(ctx)
		return anys(all), err
	}
}

// page is for paged lists, of which one page is enough.
func page[M any](call func(context.Context, int, string) ([]M, string, error)) func(context.Context) ([]any, error) {
	return func(ctx context.Context) ([]any, error) {
		first, _, err := call(ctx, 100, "")
		return anys(first), err
	}
}

func anys[M any](in []M) []any {
	out := make([]any, 0, len(in))
	for _, one := range in {
		out = append(out, one)
	}
	return out
}

// bare calls without secrets.
func bare[A, M any](call func(context.Context, A, bool) (M, error)) func(context.Context, A) (M, error) {
	return func(ctx context.Context, argument A) (M, error) { return call(ctx, argument, false) }
}

func bareList[M any](call func(context.Context, bool) (M, error)) func(context.Context) (M, error) {
	return func(ctx context.Context) (M, error) { return call(ctx, false) }
}

// sent is a generated call with the request made of the argument.
func sent[A, R, O any](call func(context.Context, R, ...grpc.CallOption) (O, error), request func(A) R) func(context.Context, A) (O, error) {
	return func(ctx context.Context, argument A) (O, error) { return call(ctx, request(argument)) }
}

// removed is sent for deletions.
func removed[R, O any](call func(context.Context, R, ...grpc.CallOption) (O, error), request func(string) R) func(context.Context, string) error {
	return func(ctx context.Context, name string) error {
		_, err := call(ctx, request(name))
		return err
	}
}

// nameless is for the calls of singletons, which need no name.
func nameless[M any](call func(context.Context) (M, error)) func(context.Context, string) (any, error) {
	return func(ctx context.Context, _ string) (any, error) { return call(ctx) }
}

func withoutRevision(t *testing.T, body []byte) string {
	t.Helper()
	var document map[string]any
	must(t, json.Unmarshal(body, &document))
	for _, key := range []string{"metadata", "header"} {
		if metadata, ok := document[key].(map[string]any); ok {
			delete(metadata, "revision")
		}
	}
	out, err := json.Marshal(document)
	must(t, err)
	return string(out)
}
