package harness

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/gravitational/teleport/api/types"
)

// caPin is the pin of the first certificate of a PEM text, as `tctl status` prints it
// (facts/teleport-connection.md §2.5).
func caPin(text []byte) string {
	block, _ := pem.Decode(text)
	if block == nil {
		panic("harness: no PEM block in the Teleport host CA")
	}
	ca, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		panic(fmt.Sprintf("harness: Teleport host CA: %v", err))
	}
	sum := sha256.Sum256(ca.RawSubjectPublicKeyInfo)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// InTeleport reads what Teleport has stored; it must not be changed. It fails the test when there
// is no such resource or it is of another type.
func InTeleport[T types.Resource](h *Test, kind, name string) T {
	h.Helper()
	stored := h.Teleport.Get(kind, name)
	typed, ok := stored.(T)
	if !ok {
		h.Fatalf("%s %q in Teleport is %T, wanted %T", kind, name, stored, typed)
	}
	return typed
}

// WaitInTeleport waits until Teleport has the resource and check (if not nil) agrees with it.
func WaitInTeleport[T types.Resource](h *Test, kind, name string, check func(T) error) T {
	h.Helper()
	var typed T
	h.Eventually(kind+" "+name+" in Teleport", func(context.Context) error {
		stored := h.Teleport.Get(kind, name)
		if stored == nil {
			return errors.New("there is none")
		}
		var ok bool
		if typed, ok = stored.(T); !ok {
			return fmt.Errorf("it is a %T", stored)
		}
		if check == nil {
			return nil
		}
		return check(typed)
	})
	return typed
}

// WaitNotInTeleport waits until Teleport has no such resource.
func (h *Test) WaitNotInTeleport(kind, name string) {
	h.Helper()
	h.Eventually(kind+" "+name+" gone from Teleport", func(context.Context) error {
		if h.Teleport.Get(kind, name) != nil {
			return errors.New("it is there")
		}
		return nil
	})
}

// MustNotBeInTeleport fails the test if Teleport has the resource now.
func (h *Test) MustNotBeInTeleport(kind, name string) {
	h.Helper()
	if h.Teleport.Get(kind, name) != nil {
		h.Errorf("%s %q is in Teleport", kind, name)
	}
}

// ApplyInTeleport stores resources from YAML as an administrator does with tctl.
func (h *Test) ApplyInTeleport(documents string) {
	h.Helper()
	if err := h.Teleport.Apply([]byte(documents)); err != nil {
		h.Fatalf("storing in Teleport: %v\n%s", err, documents)
	}
}

// DeleteInTeleport removes a resource as an administrator does with tctl.
func (h *Test) DeleteInTeleport(kind, name string) {
	h.Helper()
	if err := h.Teleport.Delete(kind, name); err != nil {
		h.Fatalf("deleting %s %q in Teleport: %v", kind, name, err)
	}
}

// connectionMethods are the calls that belong to joining and to the connection, not to any CR.
var connectionMethods = []string{
	"/proto.AuthService/Ping", "/proto.AuthService/WatchEvents", "/proto.AuthService/GetClusterCACert",
	"/proto.AuthService/GenerateUserCerts", "/teleport.join.v1.JoinService/Join",
	"/proto.JoinService/RegisterUsingToken",
	"/teleport.clusterconfig.v1.ClusterConfigService/GetAuthPreference",
	"/teleport.machineid.v1.BotInstanceService/SubmitHeartbeat",
}

// ResourceCalls are Teleport's counters of gRPC calls without those that only keep the connection.
func (w *World) ResourceCalls() map[string]int {
	calls := w.Teleport.Calls()
	for method := range calls {
		if strings.Contains(method, " /") { // a web call: "GET /webapi/find"
			delete(calls, method)
		}
	}
	for _, method := range connectionMethods {
		delete(calls, method)
	}
	return calls
}
