package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// silenceToxics: some of toxiproxy's faults log past the logger that they are given.
var silenceToxics = sync.OnceFunc(func() { zerolog.SetGlobalLevel(zerolog.Disabled) })

// Toxic is a cable of toxiproxy between the operator and a server: slow, narrow, in pieces, broken in
// the middle of a stream, or silent in one direction. A Wire is better where a cable is to be cut: it
// loses the first packet of new connections, and lets what was held back arrive, which toxiproxy does
// not.
type Toxic struct {
	proxy *toxiproxy.Proxy
	mu    sync.Mutex
	added []string
}

// Directions of a toxic.
const (
	ToServer   = "upstream"   // what the operator says
	FromServer = "downstream" // what the operator hears
)

// LayToxic lays a cable without any fault to an address, "host:port", and ends it with the test.
func (h *Test) LayToxic(target string) *Toxic {
	h.Helper()
	silenceToxics()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "cable", "127.0.0.1:0", target)
	if err := proxy.Start(); err != nil {
		h.Fatalf("a toxic cable to %s: %v", target, err)
	}
	h.Cleanup(proxy.Stop)
	return &Toxic{proxy: proxy}
}

// Addr is where the cable begins, "host:port".
func (x *Toxic) Addr() string { return x.proxy.Listen }

// Add puts a toxic on the cable, for connections that exist and for new ones: its type and attributes
// are those of toxiproxy's documentation ("latency", "bandwidth", "slicer", "timeout", "reset_peer",
// "limit_data").
func (x *Toxic) Add(toxicType, direction string, attributes map[string]any) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	name := fmt.Sprintf("%s-%s-%d", toxicType, direction, len(x.added))
	body, err := json.Marshal(map[string]any{
		"name": name, "type": toxicType, "stream": direction, "attributes": attributes,
	})
	if err != nil {
		return err
	}
	if _, err := x.proxy.Toxics.AddToxicJson(bytes.NewReader(body)); err != nil {
		return fmt.Errorf("toxic %s: %w", toxicType, err)
	}
	x.added = append(x.added, name)
	return nil
}

// Clear takes all toxics off. A connection that "timeout" held silent ends, as toxiproxy has it.
func (x *Toxic) Clear() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.added = nil
	x.proxy.Toxics.ResetToxics(context.Background())
}
