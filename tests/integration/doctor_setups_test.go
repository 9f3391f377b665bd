package integration

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/teleport-operator-caf/tests/harness"
	"github.com/teleport-operator-caf/tests/teleport"
)

// The set-ups that the doctor is shown, each broken in one way.

// roleThatLacks the verb delete on users, everything on locks, and labels for servers.
const roleThatLacks = `
kind: role
version: v7
metadata: {name: operator}
spec:
  allow:
    app_labels: {'*': '*'}
    db_labels: {env: test}
    rules:
    - {resources: [user], verbs: [list, create, read, update]}
    - {resources: [token], verbs: ['*'], where: 'equals(resource.metadata.name, "x")'}
    - resources: [role, access_list, access_monitoring_rule, app, auth_connector, autoupdate_config,
        autoupdate_version, bot, db, inference_model, inference_policy, inference_secret, login_rule, node,
        okta_import_rule, retrieval_model, saml_idp_service_provider, scoped_role, scoped_role_assignment,
        scoped_token, trusted_cluster, workload_identity]
      verbs: [list, create, read, update, delete]
  deny:
    rules:
    - {resources: [bot], verbs: [delete]}
`

func withSwitches(states teleport.Switches) func(*harness.Test, *harness.OperatorOptions) {
	return func(h *harness.Test, _ *harness.OperatorOptions) {
		if err := h.Teleport.SetSwitches(states); err != nil {
			h.Fatal(err)
		}
	}
}

func withIdentity(life time.Duration) func(*harness.Test, *harness.OperatorOptions) {
	return func(h *harness.Test, opts *harness.OperatorOptions) {
		if life < 0 { // by the true time; no clock hands out what has ended
			states := teleport.Switches{Troubles: teleport.Troubles{ClockOffsetSeconds: int(2 * life.Seconds())}}
			if err := h.Teleport.SetSwitches(states); err != nil {
				h.Fatal(err)
			}
			life = -life
		}
		identity, err := h.Teleport.IdentityFile("bot-operator", []string{harness.OperatorRole}, life)
		if err != nil {
			h.Fatal(err)
		}
		*opts = flag("identity", writeFile(h, "identity", identity))
	}
}

// withHTTPProxy lets nobody to Teleport but through a proxy that alone knows the name, and wants a
// password that is shown nowhere.
func withHTTPProxy(h *harness.Test, opts *harness.OperatorOptions) {
	const credentials = "joe:swordfish"
	proxy := h.StartConnectProxy(map[string]string{"test.example.com:443": h.Teleport.ProxyAddr()})
	proxy.Demand(credentials)
	*opts = flag("auth-server", "test.example.com:443")
	opts.Env = []string{"HTTPS_PROXY=" + proxy.URL(credentials), "NO_PROXY=127.0.0.1"}
}

// withWebServer puts a web server whose certificate is trusted where Teleport should be.
func withWebServer(h *harness.Test, opts *harness.OperatorOptions) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	h.Cleanup(server.Close)
	*opts = flag("auth-server", server.Listener.Addr().String())
	opts.Env = []string{"SSL_CERT_FILE=" + writeFile(h, "web-server.pem", pemOf(server.Certificate()))}
}

// withSilentServer puts something there that hangs up on everybody.
func withSilentServer(h *harness.Test, opts *harness.OperatorOptions) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("220 mail.example.com ESMTP\r\n"))
			_ = conn.Close()
		}
	}()
	*opts = flag("auth-server", listener.Addr().String())
}

func withTokenOfAnotherMethod(h *harness.Test, opts *harness.OperatorOptions) {
	h.ApplyInTeleport(`
kind: token
version: v2
metadata: {name: single-use}
spec: {roles: [Bot], bot_name: operator, join_method: token}
`)
	*opts = flag("token", "single-use")
}

func withSingleUseToken(h *harness.Test, opts *harness.OperatorOptions) {
	withTokenOfAnotherMethod(h, opts)
	opts.Flags["join-method"] = "token"
}

func withWrongAudience(h *harness.Test, opts *harness.OperatorOptions) {
	token, err := harness.RequestToken(h.Context, h.Kube, h.Namespace, []string{"another.example.com"}, 10*time.Minute)
	if err != nil {
		h.Fatal(err)
	}
	opts.Env = []string{"KUBERNETES_TOKEN_PATH=" + writeFile(h, "wrong-token", []byte(token))}
}

func withPortClosed(h *harness.Test, opts *harness.OperatorOptions) {
	*opts = flag("auth-server", closedPort(h))
}

func withKubernetesDown(h *harness.Test, opts *harness.OperatorOptions) {
	text, err := os.ReadFile(h.Kubeconfig())
	if err != nil {
		h.Fatal(err)
	}
	server := regexp.MustCompile(`127\.0\.0\.1:\d+`)
	*opts = flag("kubeconfig", writeFile(h, "down.kubeconfig", server.ReplaceAll(text, []byte(closedPort(h)))))
}

// closedPort is an address that refuses connections until the test ends.
func closedPort(h *harness.Test) string {
	h.Helper()
	return fmt.Sprintf("127.0.0.1:%d", occupy(h, 0))
}

// occupy keeps a local port, any one for 0, by a socket that does not listen: it refuses connections,
// and nobody else gets it while the test runs.
func occupy(h *harness.Test, port int) int {
	h.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { _ = syscall.Close(socket) })
	if err := syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		h.Fatal(err)
	}
	h.Eventually("a port to keep", func(context.Context) error { // a listener's end takes a moment
		return syscall.Bind(socket, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	})
	bound, err := syscall.Getsockname(socket)
	if err != nil {
		h.Fatal(err)
	}
	return bound.(*syscall.SockaddrInet4).Port
}

func withAuthDown(h *harness.Test, opts *harness.OperatorOptions) {
	withSwitches(teleport.Switches{Down: "auth"})(h, opts)
	address, err := netip.ParseAddrPort(h.Teleport.AuthAddr())
	if err != nil {
		h.Fatal(err)
	}
	occupy(h, int(address.Port()))
}

func withBadCredential(h *harness.Test, opts *harness.OperatorOptions) {
	token := writeFile(h, "bad-api-token", []byte("nobody-knows-this"))
	path := filepath.Join(h.Dir, "bad.kubeconfig")
	if err := h.Cluster.WriteTokenKubeconfig(path, h.Namespace, token); err != nil {
		h.Fatal(err)
	}
	*opts = flag("kubeconfig", path)
}

func writeFile(h *harness.Test, name string, content []byte) string {
	h.Helper()
	path := filepath.Join(h.Dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		h.Fatal(err)
	}
	return path
}

// withoutOneRight takes `patch` on the status of users, and all rights on Secrets.
func withoutOneRight(h *harness.Test, _ *harness.OperatorOptions) {
	roles := h.Kube.RbacV1().Roles(h.Namespace)
	role, err := roles.Get(h.Context, harness.ServiceAccount, metav1.GetOptions{})
	if err != nil {
		h.Fatal(err)
	}
	role = role.DeepCopy()
	for i, rule := range role.Rules {
		role.Rules[i].Resources = without(rule.Resources, "teleportusers/status", "secrets")
	}
	role.Rules = slices.DeleteFunc(role.Rules, func(rule rbacv1.PolicyRule) bool { return len(rule.Resources) == 0 })
	if _, err := roles.Update(h.Context, role, metav1.UpdateOptions{}); err != nil {
		h.Fatal(err)
	}
}

func pemOf(certificate *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
}

func without(all []string, these ...string) []string {
	return slices.DeleteFunc(all, func(one string) bool { return slices.Contains(these, one) })
}

var definitionResource = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

// installOldUsers installs a definition of users as it might have been long ago: another version,
// and no status.
func installOldUsers(h *harness.Test) {
	h.Helper()
	definition := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1",
		"kind":       "CustomResourceDefinition",
		"metadata":   map[string]any{"name": "teleportusers.resources.teleport.dev"},
		"spec": map[string]any{
			"group": "resources.teleport.dev",
			"scope": "Namespaced",
			"names": map[string]any{"kind": "TeleportUser", "listKind": "TeleportUserList",
				"plural": "teleportusers", "singular": "teleportuser"},
			"versions": []any{map[string]any{
				"name": "v1", "served": true, "storage": true,
				"schema": map[string]any{"openAPIV3Schema": map[string]any{
					"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
			}},
		},
	}}
	definitions := h.Dynamic.Resource(definitionResource)
	if _, err := definitions.Create(h.Context, definition, metav1.CreateOptions{}); err != nil {
		h.Fatal(err)
	}
	h.Eventually("users are served", func(context.Context) error {
		served, err := h.Kube.Discovery().ServerResourcesForGroupVersion("resources.teleport.dev/v1")
		if err != nil {
			return err
		}
		for _, resource := range served.APIResources {
			if resource.Name == "teleportusers" {
				return nil
			}
		}
		return errors.New("not yet")
	})
}

// allowReadingDefinitions gives the operator what it does not need, and the doctor can use.
func allowReadingDefinitions(h *harness.Test) {
	h.Helper()
	role := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: h.Namespace},
		Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{definitionResource.Group}, Resources: []string{definitionResource.Resource},
			Verbs: []string{"get"},
		}},
	}
	if _, err := h.Kube.RbacV1().ClusterRoles().Create(h.Context, role, metav1.CreateOptions{}); err != nil {
		h.Fatal(err)
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: h.Namespace},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: h.Namespace},
		Subjects: []rbacv1.Subject{{
			Kind: "ServiceAccount", Name: harness.ServiceAccount, Namespace: h.Namespace,
		}},
	}
	if _, err := h.Kube.RbacV1().ClusterRoleBindings().Create(h.Context, binding, metav1.CreateOptions{}); err != nil {
		h.Fatal(err)
	}
}
