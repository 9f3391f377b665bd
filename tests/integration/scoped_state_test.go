package integration

import (
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/teleport-operator-caf/tests/harness"
)

// stateSecret is where an operator with a scope keeps its id (facts/operator-behaviour.md §1.9).
type stateSecret struct {
	h    *harness.Test
	name string
}

// allowState gives the operator these rights on the state Secret of a release, and no more.
func allowState(h *harness.Test, release string, verbs ...string) stateSecret {
	h.Helper()
	state := stateSecret{h, release + "-shared-state"}
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: state.name}}
	for _, verb := range verbs {
		rule := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{verb}}
		if verb != "create" { // of what does not exist, the name is not known
			rule.ResourceNames = []string{state.name}
		}
		role.Rules = append(role.Rules, rule)
	}
	if _, err := h.Kube.RbacV1().Roles(h.Namespace).Create(h.Context, role, metav1.CreateOptions{}); err != nil {
		h.Fatalf("Role %s: %v", state.name, err)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: role.ObjectMeta,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: state.name},
		Subjects: []rbacv1.Subject{
			{Kind: "ServiceAccount", Name: harness.ServiceAccount, Namespace: h.Namespace},
		},
	}
	if _, err := h.Kube.RbacV1().RoleBindings(h.Namespace).Create(h.Context, binding, metav1.CreateOptions{}); err != nil {
		h.Fatalf("RoleBinding %s: %v", state.name, err)
	}
	return state
}

// put creates it empty, as the chart does.
func (s stateSecret) put() {
	s.h.Helper()
	empty := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: s.name}}
	if _, err := s.h.Kube.CoreV1().Secrets(s.h.Namespace).Create(s.h.Context, empty, metav1.CreateOptions{}); err != nil {
		s.h.Fatalf("Secret %s: %v", s.name, err)
	}
}

// id is the operator's id in it, "" when there is none.
func (s stateSecret) id() string {
	s.h.Helper()
	secret, err := s.h.Kube.CoreV1().Secrets(s.h.Namespace).Get(s.h.Context, s.name, metav1.GetOptions{})
	if err != nil {
		s.h.Fatalf("Secret %s: %v", s.name, err)
	}
	return string(secret.Data["operator-id"])
}
