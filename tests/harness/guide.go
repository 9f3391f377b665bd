package harness

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/teleport-operator-caf/tests/cluster"
)

// Names in deploy/teleport/.
const (
	JoinToken    = "operator-bot"
	BotName      = "operator"
	OperatorRole = "operator"
)

// guideManifests are the role, bot and join token of deploy/teleport/, one document each, filled in
// as an administrator does for this cluster and namespace. So every test runs with no more rights in
// Teleport than users are told to give.
func guideManifests(namespace, jwks string) ([]byte, error) {
	root, err := cluster.ProjectRoot()
	if err != nil {
		return nil, err
	}
	fill := strings.NewReplacer("<JWKS>", jwks, "<NAMESPACE>", namespace)
	var documents [][]byte
	for _, name := range []string{"role", "bot", "token"} {
		text, err := os.ReadFile(filepath.Join(root, "deploy", "teleport", name+".yaml"))
		if err != nil {
			return nil, fmt.Errorf("manifests for Teleport: %w", err)
		}
		documents = append(documents, []byte(fill.Replace(string(text))))
	}
	return bytes.Join(documents, []byte("\n---\n")), nil
}
