package harness

import (
	"context"
	"errors"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// A world has one namespace, the operator's own. These are for tests with more of them.

// NewNamespace makes a namespace in which the operator has no rights yet. A name is made up when
// none is given.
func (h *Test) NewNamespace(name string) string {
	h.Helper()
	made, err := h.Kube.CoreV1().Namespaces().Create(h.Context, &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{Name: name, GenerateName: "operator-test-"},
	}, metav1.CreateOptions{})
	if err != nil {
		h.Fatalf("creating a namespace: %v", err)
	}
	return made.Name
}

// At is the same world as seen from another namespace: CRs are made, read and looked for there.
func (h *Test) At(namespace string) *Test {
	world := *h.World
	world.Namespace = namespace
	return &Test{TB: h.TB, World: &world, Context: h.Context}
}

// AllowIn gives the operator its usual rights in another namespace.
func (h *Test) AllowIn(namespace string) {
	h.Helper()
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: ServiceAccount}, Rules: operatorRules()}
	_, err := h.Kube.RbacV1().Roles(namespace).Create(h.Context, role, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		h.Fatalf("creating a Role in %s: %v", namespace, err)
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: ServiceAccount},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: ServiceAccount},
		Subjects:   h.operatorSubjects(),
	}
	_, err = h.Kube.RbacV1().RoleBindings(namespace).Create(h.Context, binding, metav1.CreateOptions{})
	if err != nil {
		h.Fatalf("creating a RoleBinding in %s: %v", namespace, err)
	}
}

// ForbidIn takes the operator's rights in another namespace away again.
func (h *Test) ForbidIn(namespace string) {
	h.Helper()
	err := h.Kube.RbacV1().RoleBindings(namespace).Delete(h.Context, ServiceAccount, metav1.DeleteOptions{})
	if err != nil {
		h.Fatalf("deleting the RoleBinding in %s: %v", namespace, err)
	}
}

// AllowEverywhere gives the operator its usual rights in all namespaces, until the test ends.
func (h *Test) AllowEverywhere() {
	h.Helper()
	name := ServiceAccount + "-" + h.Namespace
	roles, bindings := h.Kube.RbacV1().ClusterRoles(), h.Kube.RbacV1().ClusterRoleBindings()
	_, err := roles.Create(h.Context, &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: operatorRules(),
	}, metav1.CreateOptions{})
	if err != nil {
		h.Fatalf("creating a ClusterRole: %v", err)
	}
	_, err = bindings.Create(h.Context, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
		Subjects:   h.operatorSubjects(),
	}, metav1.CreateOptions{})
	if err != nil {
		h.Fatalf("creating a ClusterRoleBinding: %v", err)
	}
	h.Cleanup(func() {
		err := errors.Join(bindings.Delete(context.Background(), name, metav1.DeleteOptions{}),
			roles.Delete(context.Background(), name, metav1.DeleteOptions{}))
		if err != nil {
			h.Errorf("taking the operator's rights away: %v", err)
		}
	})
}

func (h *Test) operatorSubjects() []rbacv1.Subject {
	return []rbacv1.Subject{{Kind: "ServiceAccount", Name: ServiceAccount, Namespace: h.tokens.namespace}}
}

// AllCRs of the namespace, of these kinds, or of every kind.
func (h *Test) AllCRs(only ...string) []*unstructured.Unstructured {
	h.Helper()
	var all []*unstructured.Unstructured
	for _, kind := range kinds() {
		if len(only) > 0 && !slices.Contains(only, kind.name) {
			continue
		}
		resource := schema.GroupVersionResource{Group: Group, Version: kind.version, Resource: kind.plural}
		list, err := h.Dynamic.Resource(resource).Namespace(h.Namespace).List(h.Context, metav1.ListOptions{})
		if err != nil {
			h.Fatalf("listing %s in %s: %v", kind.plural, h.Namespace, err)
		}
		for i := range list.Items {
			all = append(all, &list.Items[i])
		}
	}
	return all
}
