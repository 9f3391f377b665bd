package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"github.com/teleport-operator-caf/tests/cluster"
)

var crdResource = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

// InstallCRDs puts the project's CRDs (crds/*.yaml) into the cluster and waits until they are
// served. Those named in except, by plural, are left out. Older versions of them are replaced.
func InstallCRDs(ctx context.Context, c *cluster.Cluster, except ...string) error {
	crds, err := readCRDs()
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(c.AdminConfig())
	if err != nil {
		return err
	}
	var names []string
	for _, crd := range crds {
		plural, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "plural")
		if slices.Contains(except, plural) {
			continue
		}
		if err := putCRD(ctx, client, crd); err != nil {
			return fmt.Errorf("CRD %s: %w", crd.GetName(), err)
		}
		names = append(names, crd.GetName())
	}
	for _, name := range names {
		served := func(ctx context.Context) error { return crdServed(ctx, client, name) }
		if err := Poll(ctx, longWait, served); err != nil {
			return fmt.Errorf("CRD %s: %w", name, err)
		}
	}
	return nil
}

func readCRDs() ([]*unstructured.Unstructured, error) {
	root, err := cluster.ProjectRoot()
	if err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(root, "crds", "*.yaml"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, errors.New("no CRD in crds/: generate them with tools/crdgen")
	}
	var crds []*unstructured.Unstructured
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		crd := &unstructured.Unstructured{}
		if err := yaml.Unmarshal(text, &crd.Object); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if crd.GetKind() != "CustomResourceDefinition" {
			return nil, fmt.Errorf("%s holds a %q, expected one CustomResourceDefinition", path, crd.GetKind())
		}
		crds = append(crds, crd)
	}
	return crds, nil
}

func putCRD(ctx context.Context, client dynamic.Interface, crd *unstructured.Unstructured) error {
	_, err := client.Resource(crdResource).Create(ctx, crd, metav1.CreateOptions{})
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	current, err := client.Resource(crdResource).Get(ctx, crd.GetName(), metav1.GetOptions{})
	if err != nil {
		return err
	}
	crd = crd.DeepCopy()
	crd.SetResourceVersion(current.GetResourceVersion())
	_, err = client.Resource(crdResource).Update(ctx, crd, metav1.UpdateOptions{})
	return err
}

// crdServed is an error until the API server has the CRD established and its watch cache answers.
func crdServed(ctx context.Context, client dynamic.Interface, name string) error {
	crd, err := client.Resource(crdResource).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	if established, ok := conditionOf(crd, "Established"); !ok || established.Status != "True" {
		return errors.New("not established yet")
	}
	group, _, _ := unstructured.NestedString(crd.Object, "spec", "group")
	plural, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "plural")
	versions, _, _ := unstructured.NestedSlice(crd.Object, "spec", "versions")
	for _, version := range versions {
		number, _, _ := unstructured.NestedString(version.(map[string]any), "name")
		resource := schema.GroupVersionResource{Group: group, Version: number, Resource: plural}
		if _, err := client.Resource(resource).List(ctx, metav1.ListOptions{Limit: 1}); err != nil {
			return err
		}
	}
	return nil
}
