// Package integration tests the operator's binary from outside, on a real Kubernetes API server and
// the test Teleport: what a user of the CRs sees, and what the two servers count.
//
// Tests run in parallel, each in a namespace and with a Teleport of its own. Those in
// bounds_test.go do not: they read the API server's cluster-wide counters. Go runs them first, while
// the parallel ones wait.
//
//	go test ./integration                 # starts a cluster; takes build/teleport-operator
//	TEST_KUBECONFIG=… OPERATOR_BINARY=… go test ./integration -run TestDelete
package integration

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/gravitational/teleport/api/types"

	"github.com/teleport-operator-caf/tests/harness"
)

func TestMain(m *testing.M) { os.Exit(harness.Run(m)) }

// roleWithLogins is the spec of a role that differs from others in its logins only.
func roleWithLogins(logins string) string {
	return "allow: {logins: [" + logins + "], node_labels: {env: [test]}}"
}

// hasLogins checks a role in Teleport.
func hasLogins(wanted ...string) func(*types.RoleV6) error {
	return func(role *types.RoleV6) error {
		if err := sameTexts(role.GetLogins(types.Allow), wanted...); err != nil {
			return fmt.Errorf("logins: %w", err)
		}
		return nil
	}
}

// isOurs checks the origin label.
func isOurs(resource types.Resource) error {
	if origin := resource.GetMetadata().Labels[harness.OriginLabel]; origin != harness.OriginKubernetes {
		return fmt.Errorf("origin label %q", origin)
	}
	return nil
}

// sameTexts is nil when the list is exactly this.
func sameTexts(found []string, wanted ...string) error {
	if !slices.Equal(found, wanted) {
		return fmt.Errorf("%v, wanted %v", found, wanted)
	}
	return nil
}
