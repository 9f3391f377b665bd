package faults

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/teleport-operator-caf/tests/harness"
)

// replicaLease leaves 3 s between the end of a leader's writes and the end of its Lease: what a server
// on an overloaded machine takes to carry out what it has read already.
func replicaLease() map[string]string {
	return map[string]string{
		"leader-elect-lease-duration": "8s",
		"leader-elect-renew-deadline": "5s",
		"leader-elect-retry-period":   "500ms",
	}
}

// replica is one operator process that both servers can tell from all others: by its token at the API
// server, by its connections at Teleport.
type replica struct {
	*harness.Operator
	identity   string // as the Lease names it
	credential string // as the audit log names it
	wire       *harness.Wire
}

// launchReplica starts one and does not wait.
func launchReplica(h *harness.Test) *replica {
	h.Helper()
	token, err := harness.RequestToken(h.Context, h.Kube, h.Namespace, nil, time.Hour)
	if err != nil {
		h.Fatal(err)
	}
	dir := h.TempDir()
	file, kubeconfig := filepath.Join(dir, "token"), filepath.Join(dir, "kubeconfig")
	if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
		h.Fatal(err)
	}
	if err := h.Cluster.WriteTokenKubeconfig(kubeconfig, h.Namespace, file); err != nil {
		h.Fatal(err)
	}
	credential, err := credentialOf(token)
	if err != nil {
		h.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		h.Fatal(err)
	}
	pod := uuid.NewString()
	r := &replica{identity: host + "_" + pod, credential: credential, wire: h.LayWire(h.Teleport.ProxyAddr())}
	flags := replicaLease()
	flags["kubeconfig"], flags["auth-server"] = kubeconfig, r.wire.Addr()
	r.Operator = h.LaunchOperator(harness.OperatorOptions{Flags: flags, Env: []string{"POD_UID=" + pod}})
	return r
}

// startReplica starts one and waits until it is ready, as leader or standby.
func startReplica(h *harness.Test) *replica {
	h.Helper()
	r := launchReplica(h)
	if err := r.WaitReady(h.Context, patience); err != nil {
		h.Fatal(err)
	}
	return r
}

// credentialOf is what the API server calls a service-account token: "JTI=" and the id in it.
func credentialOf(token string) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", fmt.Errorf("a token of %d parts", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	var claims struct {
		ID string `json:"jti"`
	}
	err = json.Unmarshal(text, &claims)
	return "JTI=" + claims.ID, err
}

// leaseHolder is who the Lease names; "": nobody.
func leaseHolder(ctx context.Context, h *harness.Test) (string, error) {
	lease, err := h.Kube.CoordinationV1().Leases(h.Namespace).Get(ctx, leaseName, metav1.GetOptions{})
	if err != nil || lease.Spec.HolderIdentity == nil {
		return "", err
	}
	return *lease.Spec.HolderIdentity, nil
}

// waitLeader waits until the Lease names one of these, and answers it.
func waitLeader(h *harness.Test, among ...*replica) (leader *replica) {
	h.Helper()
	h.EventuallyIn(patience, "one of the replicas holds the Lease", func(ctx context.Context) error {
		holder, err := leaseHolder(ctx, h)
		if err != nil {
			return err
		}
		for _, one := range among {
			if one.identity == holder {
				leader = one
				return nil
			}
		}
		return fmt.Errorf("it names %q", holder)
	})
	return leader
}

// replicaWrites are the writes of these replicas to both sides that took effect, and complaints about
// writes to Teleport by nobody of them.
func replicaWrites(h *harness.Test, events []auditEvent, replicas []*replica) (writes []write, strange []string) {
	byCredential := map[string]string{}
	for _, one := range replicas {
		byCredential[one.credential] = one.identity
	}
	for _, event := range events {
		by := byCredential[event.credential()]
		if event.ObjectRef.Resource == "leases" || by == "" {
			continue
		}
		what := fmt.Sprintf("%s %s/%s %s", event.Verb, event.ObjectRef.Resource, event.ObjectRef.Name, event.ObjectRef.Subresource)
		writes = append(writes, write{by, what, event.RequestReceivedTimestamp})
	}
	for _, record := range h.Teleport.Audit() {
		if record.Peer == "" || record.Method == "join" {
			continue
		}
		by, newest := "", time.Time{}
		for _, one := range replicas {
			if since, is := one.wire.CameFrom(record.Peer, record.Time); is && since.After(newest) {
				by, newest = one.identity, since
			}
		}
		what := fmt.Sprintf("Teleport: %s %s %s", record.Verb, record.Kind, record.Name)
		if by == "" {
			strange = append(strange, what+" by "+record.Peer)
			continue
		}
		writes = append(writes, write{by, what, record.Time})
	}
	return writes, strange
}

// mustHaveOneWriter looks at all writes of both sides: each by who held the Lease (invariant L). It
// answers how many there were.
func mustHaveOneWriter(h *harness.Test, audited auditedCluster, replicas []*replica) (writes, leaders int) {
	h.Helper()
	events, err := audited.events(h.Namespace)
	if err != nil {
		h.Fatal(err)
	}
	all := tenures(events)
	made, strange := replicaWrites(h, events, replicas)
	for _, one := range append(strange, outsideTenure(all, made)...) {
		h.Error(one)
	}
	inTeleport := 0
	for _, one := range made {
		if strings.HasPrefix(one.what, "Teleport: ") {
			inTeleport++
		}
	}
	if inTeleport == 0 || inTeleport == len(made) {
		h.Errorf("%d of %d writes were to Teleport: one of the logs tells nothing", inTeleport, len(made))
	}
	return len(made), len(all)
}
