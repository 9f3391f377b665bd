package faults

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/teleport-operator-caf/tests/cluster"
	"github.com/teleport-operator-caf/tests/harness"
)

// leaseName is that of the Lease by which replicas agree.
const leaseName = "431e83f4.teleport.dev"

// auditPolicy has who wrote which CR when, and what every Lease said.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: Request, verbs: [create, update, patch, delete], resources: [{group: coordination.k8s.io, resources: [leases]}]}
- {level: Metadata, verbs: [create, update, patch, delete], resources: [{group: resources.teleport.dev}]}
- {level: None}
`

// auditedCluster is a cluster of its own, whose API server writes down who wrote what and when.
type auditedCluster struct {
	*cluster.Cluster
	log string
}

func startAuditedCluster(t testing.TB) auditedCluster {
	t.Helper()
	dir := t.TempDir()
	policy, log := filepath.Join(dir, "policy.yaml"), filepath.Join(dir, "audit.log")
	if err := os.WriteFile(policy, []byte(auditPolicy), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := cluster.Start(t.Context(), cluster.Options{APIServerArgs: []string{
		"--audit-policy-file=" + policy, "--audit-log-path=" + log, "--audit-log-mode=blocking",
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Stop() })
	if err := harness.InstallCRDs(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return auditedCluster{c, log}
}

// auditEvent is one request in the API server's audit log (audit.k8s.io/v1).
type auditEvent struct {
	Verb string
	User struct {
		Extra map[string][]string
	}
	ObjectRef struct {
		Resource, Subresource, Namespace, Name string
	}
	ResponseStatus struct{ Code int }
	RequestObject  struct {
		Spec struct{ HolderIdentity string }
	}
	RequestReceivedTimestamp time.Time
	StageTimestamp           time.Time
}

// credential is the id of the token that the request came with.
func (e auditEvent) credential() string {
	ids := e.User.Extra["authentication.kubernetes.io/credential-id"]
	if len(ids) != 1 {
		return ""
	}
	return ids[0]
}

func (e auditEvent) tookEffect() bool {
	return e.ResponseStatus.Code >= 200 && e.ResponseStatus.Code < 300
}

// events are what the API server carried out in the namespace, in the order of their ends.
func (c auditedCluster) events(namespace string) ([]auditEvent, error) {
	file, err := os.Open(c.log)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []auditEvent
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event auditEvent
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			return nil, fmt.Errorf("audit log: %w: %s", err, lines.Text())
		}
		if event.ObjectRef.Namespace == namespace && event.tookEffect() {
			all = append(all, event)
		}
	}
	slices.SortStableFunc(all, func(a, b auditEvent) int { return a.StageTimestamp.Compare(b.StageTimestamp) })
	return all, lines.Err()
}

// tenure is the time in which the Lease named one holder. It begins when the write of the Lease that
// said so was answered; it is over when the write that named the next holder was.
type tenure struct {
	holder      string
	begin, over time.Time // over is zero for the last one
}

// tenures follow from what the Lease said, in order. A Lease that was released names nobody.
func tenures(events []auditEvent) []tenure {
	var all []tenure
	last := ""
	for _, event := range events {
		if event.ObjectRef.Resource != "leases" {
			continue
		}
		holder := event.RequestObject.Spec.HolderIdentity
		if event.Verb == "delete" {
			holder = ""
		}
		if holder == last {
			continue
		}
		if last != "" {
			all[len(all)-1].over = event.StageTimestamp
		}
		if last = holder; holder != "" {
			all = append(all, tenure{holder: holder, begin: event.StageTimestamp})
		}
	}
	return all
}

// write is one that took effect on either side, by one of the replicas.
type write struct {
	by   string // the identity of the replica
	what string
	at   time.Time // when the API server took the request; when Teleport stored it
}

// outsideTenure are the writes by who did not hold the Lease then (invariant L).
func outsideTenure(all []tenure, writes []write) []string {
	var bad []string
	for _, one := range writes {
		held := slices.ContainsFunc(all, func(t tenure) bool {
			began := !one.at.Before(t.begin.Add(-clockGrain))
			return t.holder == one.by && began && (t.over.IsZero() || !one.at.After(t.over))
		})
		if !held {
			bad = append(bad, fmt.Sprintf("%s at %s by %s, who did not hold the Lease",
				one.what, one.at.Format(time.StampMicro), one.by))
		}
	}
	return bad
}

// clockGrain: who got the Lease hears of it before the audit log notes the time, and on a busy machine
// long before. The end of a tenure, which is what matters, is taken as it is.
const clockGrain = time.Second
