package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// ServiceAccount is the operator's, in every world, and the name of its Role, binding and Pod.
const ServiceAccount = "teleport-operator"

const (
	joinTokenLife    = 600 * time.Second // what the chart asks for; the API server refuses less
	apiTokenLife     = time.Hour
	tokenRenewPeriod = 4 * time.Minute
)

// leaseVerbs: list and watch are ours, so that a Lease that is let go of is taken at once.
var leaseVerbs = []string{"get", "create", "update", "list", "watch"}

// operatorRules are the least rights that the operator works with (facts/operator-behaviour.md §1.8;
// events/patch is ours: repeats are counted into one Event; so are leases/list and leases/watch).
func operatorRules() []rbacv1.PolicyRule {
	var plurals []string
	for _, kind := range kinds() {
		plurals = append(plurals, kind.plural, kind.plural+"/status")
	}
	rule := func(group string, resources, verbs []string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: resources, Verbs: verbs}
	}
	return []rbacv1.PolicyRule{
		rule(Group, plurals, []string{"get", "list", "watch", "patch", "update"}),
		rule("", []string{"events"}, []string{"create", "patch"}),
		rule("", []string{"secrets"}, []string{"get", "list", "watch"}),
		rule("coordination.k8s.io", []string{"leases"}, leaseVerbs),
	}
}

// createAccount makes the namespace (its name is made up when none is given) and in it the account,
// its rights, and a Pod that runs under it, which nothing schedules: it exists so that tokens can be
// bound to it.
func createAccount(ctx context.Context, client kubernetes.Interface, name string) (namespace string, err error) {
	made, err := client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{Name: name, GenerateName: "operator-test-"},
	}, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("creating a namespace: %w", err)
	}
	namespace = made.Name
	meta := metav1.ObjectMeta{Name: ServiceAccount, Namespace: namespace}
	if _, err := client.CoreV1().ServiceAccounts(namespace).Create(ctx,
		&corev1.ServiceAccount{ObjectMeta: meta}, metav1.CreateOptions{}); err != nil {
		return "", fmt.Errorf("creating the operator's ServiceAccount: %w", err)
	}
	if _, err := client.RbacV1().Roles(namespace).Create(ctx,
		&rbacv1.Role{ObjectMeta: meta, Rules: operatorRules()}, metav1.CreateOptions{}); err != nil {
		return "", fmt.Errorf("creating the operator's Role: %w", err)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: meta,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: ServiceAccount},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: ServiceAccount, Namespace: namespace}},
	}
	if _, err := client.RbacV1().RoleBindings(namespace).Create(ctx, binding, metav1.CreateOptions{}); err != nil {
		return "", fmt.Errorf("creating the operator's RoleBinding: %w", err)
	}
	pod := &corev1.Pod{
		ObjectMeta: meta,
		Spec: corev1.PodSpec{
			ServiceAccountName: ServiceAccount,
			Containers:         []corev1.Container{{Name: "operator", Image: "teleport-operator"}},
		},
	}
	if _, err := client.CoreV1().Pods(namespace).Create(ctx, pod, metav1.CreateOptions{}); err != nil {
		return "", fmt.Errorf("creating the operator's Pod: %w", err)
	}
	return namespace, nil
}

// tokens are the two projected tokens of the operator's Pod, kept fresh in files as a kubelet would.
type tokens struct {
	client    kubernetes.Interface
	namespace string
	audience  string // of the join token: the Teleport cluster's name
	apiFile   string
	joinFile  string
}

func newTokens(client kubernetes.Interface, namespace, audience, dir string) *tokens {
	return &tokens{
		client: client, namespace: namespace, audience: audience,
		apiFile:  filepath.Join(dir, "api-token"),
		joinFile: filepath.Join(dir, "join-token"),
	}
}

// renew asks for both tokens anew and swaps the files in one step each.
func (t *tokens) renew(ctx context.Context) error {
	if err := t.project(ctx, t.apiFile, nil, apiTokenLife); err != nil {
		return err
	}
	return t.project(ctx, t.joinFile, []string{t.audience}, joinTokenLife)
}

// keepFresh renews until the context ends. A failure is left to the next turn, and if it lasts, to
// the test that then cannot join.
func (t *tokens) keepFresh(ctx context.Context) {
	ticker := time.NewTicker(tokenRenewPeriod)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_ = t.renew(ctx)
		}
	}
}

func (t *tokens) project(ctx context.Context, path string, audiences []string, life time.Duration) error {
	token, err := RequestToken(ctx, t.client, t.namespace, audiences, life)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", []byte(token), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// RequestToken asks the API server for a token of the operator's account that is bound to its Pod.
// No audience means the API server's own.
func RequestToken(ctx context.Context, client kubernetes.Interface, namespace string, audiences []string, life time.Duration) (string, error) {
	seconds := int64(life.Seconds())
	pod, err := client.CoreV1().Pods(namespace).Get(ctx, ServiceAccount, metav1.GetOptions{})
	if err != nil {
		return "", fmt.Errorf("the operator's Pod: %w", err)
	}
	answer, err := client.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, ServiceAccount,
		&authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{
			Audiences:         audiences,
			ExpirationSeconds: &seconds,
			BoundObjectRef: &authenticationv1.BoundObjectReference{
				APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID,
			},
		}}, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("requesting a token for %s/%s: %w", namespace, ServiceAccount, err)
	}
	return answer.Status.Token, nil
}

// OperatorMay asks the API server whether the operator's account may do this in its namespace.
func (h *Test) OperatorMay(ctx context.Context, group, resource, verb string) (bool, error) {
	review, err := h.Kube.AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{
		Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "system:serviceaccount:" + h.Namespace + ":" + ServiceAccount,
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: h.Namespace, Group: group, Resource: resource, Verb: verb,
			},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return review.Status.Allowed, nil
}
