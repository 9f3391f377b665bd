// Package cluster runs a Kubernetes API for tests: a real etcd and a real kube-apiserver, with RBAC,
// service-account tokens and their JWKS, on free local ports, from nothing, in a few seconds.
//
// What a full cluster has and this one has not: nodes, a scheduler, and the controller manager. So
// Pods stay pending, a deleted namespace stays Terminating, no "default" ServiceAccount appears, and
// nothing collects garbage. Objects, watches, CRDs, permissions and tokens are the real thing.
//
// The binaries are pinned by the modules in tests/tools and built on first use by tools/lib/world.
package cluster
