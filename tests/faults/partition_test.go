package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gravitational/teleport/api/types"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/teleport-operator-caf/tests/harness"
)

// partitionEnv is how many seconds the long partitions last; the default is longer than the lease of
// these operators and than the time after which a silent Teleport is given up.
const (
	partitionEnv   = "PARTITION_SECONDS"
	usualPartition = 15 * time.Second
	shortPartition = 2 * time.Second
)

// Ways in which a network is parted.
const (
	dropped  = "drop"    // every packet is lost
	rejected = "reject"  // connections are reset, new ones refused
	oneWay   = "one-way" // what is asked arrives, answers do not
)

const (
	kubernetesSide = "kubernetes"
	teleportSide   = "teleport"
)

// The way to either server or to both is parted, shorter than anything notices and longer than lease
// and deadlines. Meanwhile CRs are edited and somebody changes Teleport. Nothing is lost, the process
// lives, readiness and metrics say which side it is, and who can't renew the Lease writes nothing.
func TestPartitions(t *testing.T) {
	t.Parallel()
	long := longPartition(t)
	for _, sides := range [][]string{{kubernetesSide}, {teleportSide}, {kubernetesSide, teleportSide}} {
		for _, way := range []string{dropped, rejected, oneWay} {
			t.Run(strings.Join(sides, "+")+"/"+way, func(t *testing.T) {
				t.Parallel()
				h := harness.NewTest(t)
				p := &partition{h: h, cables: layCables(h), sides: sides, way: way}
				p.op = h.StartOperatorWith(p.cables.with(quickLease()))
				p.drifting = startDrifting(h)
				p.traffic = startTraffic(h, 3, 2, trafficKinds...)
				p.traffic.waitChanges(20)

				p.part()
				networkTime(h, shortPartition)
				p.mend()
				p.traffic.waitChanges(20)

				p.part()
				p.drifting.disturb()
				p.mustNameTheSide()
				p.mustStayQuiet(long)
				p.mend()
				p.traffic.waitChanges(20)

				p.traffic.settle(nil)
				p.drifting.mustBeHealed()
				mustStillRun(h, p.op)
				mustGetReady(h, p.op)
				t.Logf("partition %v %s: 2 lengths, %d changes", sides, way, p.traffic.made())
			})
		}
	}
}

func longPartition(t testing.TB) time.Duration {
	t.Helper()
	text := os.Getenv(partitionEnv)
	if text == "" {
		return usualPartition
	}
	seconds, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", partitionEnv, err)
	}
	return time.Duration(seconds) * time.Second
}

// quickLease makes leadership change within seconds, and can be kept on a machine that is overloaded.
func quickLease() map[string]string {
	return map[string]string{
		"leader-elect-lease-duration": "8s",
		"leader-elect-renew-deadline": "6s",
		"leader-elect-retry-period":   "500ms",
	}
}

type partition struct {
	h        *harness.Test
	op       *harness.Operator
	cables   *cables
	sides    []string
	way      string
	traffic  *traffic
	drifting *drifting
}

func (p *partition) part() {
	p.h.Helper()
	for _, side := range p.sides {
		cable := p.cables.of(side)
		var err error
		switch p.way {
		case dropped:
			err = cable.wire.Cut()
		case rejected:
			cable.wire.Refuse()
		case oneWay:
			err = cable.toxic.Add("timeout", harness.FromServer, map[string]any{"timeout": 0})
		}
		if err != nil {
			p.h.Fatal(err)
		}
	}
}

func (p *partition) mend() {
	p.h.Helper()
	for _, side := range p.sides {
		cable := p.cables.of(side)
		cable.toxic.Clear()
		if err := cable.wire.Mend(); err != nil {
			p.h.Fatal(err)
		}
	}
}

func (p *partition) parted(side string) bool { return slices.Contains(p.sides, side) }

// mustNameTheSide waits until readiness and metrics say what can't be reached, and nothing else.
func (p *partition) mustNameTheSide() {
	p.h.Helper()
	p.h.EventuallyIn(patience, "readiness and metrics name what can't be reached", func(ctx context.Context) error {
		status, body, err := p.op.Probe(ctx, "/readyz")
		if err != nil {
			return err
		}
		scraped, err := p.op.Scrape(ctx)
		if err != nil {
			return err
		}
		if status == http.StatusOK {
			return errors.New("still ready")
		}
		teleportLost := strings.Contains(body, "[-]teleport ")
		kubernetesLost := strings.Contains(body, "[-]leadership ")
		if teleportLost != p.parted(teleportSide) || kubernetesLost != p.parted(kubernetesSide) {
			return fmt.Errorf("/readyz: %s", body)
		}
		connected := scraped.Sum("teleport_operator_teleport_connected") == 1
		leads := scraped.Sum("leader_election_master_status") == 1
		if connected == p.parted(teleportSide) || leads == p.parted(kubernetesSide) {
			return fmt.Errorf("connected to Teleport: %v, leads: %v", connected, leads)
		}
		return nil
	})
}

// mustStayQuiet lets the time pass. Who has lost the Lease, or Teleport, writes nothing.
func (p *partition) mustStayQuiet(length time.Duration) {
	p.h.Helper()
	before := len(p.ownWrites())
	networkTime(p.h, length)
	if p.parted(kubernetesSide) {
		if now := len(p.ownWrites()); now != before {
			p.h.Errorf("%d writes to Teleport by an operator that can't renew its Lease", now-before)
		}
	}
}

// ownWrites are those to Teleport that the operator made.
func (p *partition) ownWrites() []string {
	var all []string
	for _, write := range p.h.Teleport.Audit() {
		if write.Peer != "" {
			all = append(all, write.Verb+" "+write.Name)
		}
	}
	return all
}

// drifting are two roles that somebody changes in Teleport: one is edited, one deleted.
type drifting struct {
	h               *harness.Test
	edited, deleted *unstructured.Unstructured
}

func startDrifting(h *harness.Test) *drifting {
	h.Helper()
	d := &drifting{h, h.Create(role("drift-edited", "right")), h.Create(role("drift-deleted", "right"))}
	waitLogin(h, d.edited.GetName(), "right")
	waitLogin(h, d.deleted.GetName(), "right")
	return d
}

func (d *drifting) disturb() {
	d.h.Helper()
	stored := harness.InTeleport[*types.RoleV6](d.h, types.KindRole, d.edited.GetName())
	body, err := d.h.Teleport.GetJSON(types.KindRole, stored.GetName())
	if err != nil {
		d.h.Fatal(err)
	}
	wrong := strings.ReplaceAll(string(body), `"right"`, `"wrong"`)
	if err := d.h.Teleport.PutJSON(types.KindRole, []byte(wrong)); err != nil {
		d.h.Fatal(err)
	}
	d.h.DeleteInTeleport(types.KindRole, d.deleted.GetName())
}

func (d *drifting) mustBeHealed() {
	d.h.Helper()
	waitLogin(d.h, d.edited.GetName(), "right")
	waitLogin(d.h, d.deleted.GetName(), "right")
}
