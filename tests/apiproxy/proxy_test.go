package apiproxy_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/teleport-operator-caf/tests/apiproxy"
)

const things = "/apis/g.example/v1/namespaces/ns/things"

// bench is a server that counts what it carries out, the proxy before it, and a client.
type bench struct {
	*apiproxy.Proxy
	t       *testing.T
	client  *http.Client
	effects atomic.Int32
	events  chan string // of its watches
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, events: make(chan string, 10)}
	server := httptest.NewUnstartedServer(b)
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	proxy, err := apiproxy.Start(&rest.Config{Host: server.URL, TLSClientConfig: rest.TLSClientConfig{CAData: ca}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	b.Proxy = proxy
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(proxy.CA())
	b.client = &http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true},
	}
	return b
}

func (b *bench) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("watch") == "1" {
		w.(http.Flusher).Flush()
		for {
			select {
			case event := <-b.events:
				fmt.Fprintln(w, event)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	}
	if r.Method != http.MethodGet {
		b.effects.Add(1)
	}
	fmt.Fprintf(w, `{"limit":%q}`, r.URL.Query().Get("limit"))
}

// ask answers the status (0: no answer) and the body.
func (b *bench) ask(method, path string) (int, string, http.Header) {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.URL()+path, strings.NewReader("{}"))
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := b.client.Do(request)
	if err != nil {
		return 0, "", nil
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer.StatusCode, string(body), answer.Header
}

func (b *bench) mustAnswer(method, path string, wanted int) {
	b.t.Helper()
	if found, _, _ := b.ask(method, path); found != wanted {
		b.t.Errorf("%s %s: %d, wanted %d", method, path, found, wanted)
	}
}

func TestRulesHitWhatTheyName(t *testing.T) {
	b := newBench(t)
	b.Add(apiproxy.Rule{
		Verb: "patch", Resource: "things", Subresource: "-", Skip: 1, Count: 1,
		Fault: apiproxy.Fault{Status: 429, RetryAfter: 7},
	})
	b.mustAnswer(http.MethodPatch, things+"/a/status", 200)
	b.mustAnswer(http.MethodGet, things+"/a", 200)
	b.mustAnswer(http.MethodPatch, things+"/a", 200) // skipped
	code, _, header := b.ask(http.MethodPatch, things+"/a")
	if code != 429 || header.Get("Retry-After") != "7" {
		t.Errorf("%d, Retry-After %q, wanted 429 and 7", code, header.Get("Retry-After"))
	}
	b.mustAnswer(http.MethodPatch, things+"/a", 200) // used up
	if found := b.effects.Load(); found != 3 {
		t.Errorf("%d requests took effect, wanted 3", found)
	}
}

func TestLosesAnswersAfterTheEffect(t *testing.T) {
	for name, fault := range map[string]apiproxy.Fault{
		"status": {AfterEffect: true, Status: 500}, "reset": {AfterEffect: true, Reset: true}, "cut": {AfterEffect: true, Cut: true},
	} {
		b := newBench(t)
		remove := b.Add(apiproxy.Rule{Verb: "patch", Fault: fault})
		b.mustAnswer(http.MethodPatch, things+"/a", fault.Status)
		remove()
		b.mustAnswer(http.MethodPatch, things+"/a", 200)
		requests := b.Requests(apiproxy.About("patch", "things"))
		if len(requests) != 2 || !requests[0].TookEffect() || requests[0].Code() == 200 {
			t.Errorf("%s: %d requests, the first took effect: %v", name, len(requests), requests[0].TookEffect())
		}
		if found := b.effects.Load(); found != 2 {
			t.Errorf("%s: %d effects, wanted 2", name, found)
		}
	}
}

func TestShowsThePastAndSmallPages(t *testing.T) {
	b := newBench(t)
	b.SetPageSize(2)
	if _, body, _ := b.ask(http.MethodGet, things+"?limit=500"); body != `{"limit":"2"}` {
		t.Errorf("asked for %s", body)
	}
	b.ShowPast("things", []byte("old"))
	if _, body, _ := b.ask(http.MethodGet, things); body != "old" {
		t.Errorf("listed %s", body)
	}
	b.ShowPast("things", nil)
	if _, body, _ := b.ask(http.MethodGet, things); body == "old" {
		t.Error("the past is still shown")
	}
}

func TestWatchesFreezeAndAreRefused(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.URL()+things+"?watch=1&resourceVersion=5", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := b.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	next := func() string { lines.Scan(); return lines.Text() }

	watch, err := b.WaitWatch(ctx, "things")
	if err != nil || watch.Version != "5" || watch.Namespace != "ns" {
		t.Fatalf("watch %+v, %v", watch, err)
	}
	b.events <- "one"
	if found := next(); found != "one" {
		t.Errorf("heard %q", found)
	}
	b.Freeze("things")
	b.FilterBookmarks(true)
	b.events <- `{"type":"BOOKMARK"}`
	b.events <- "two"
	b.Thaw("things")
	if found := next(); found != "two" {
		t.Errorf("heard %q", found)
	}
	b.Freeze("things")
	b.events <- "never heard"
	watch.Refuse(410, "Expired")
	if found := next(); !strings.Contains(found, `"type":"ERROR"`) || !strings.Contains(found, `"code":410`) {
		t.Errorf("heard %q", found)
	}
	if lines.Scan() {
		t.Errorf("heard %q after the end", lines.Text())
	}
	if left := b.Watches(""); len(left) != 0 {
		t.Errorf("%d watches are open", len(left))
	}
}
