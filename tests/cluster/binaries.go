package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ProjectRoot is the absolute path of the checkout that the working directory is in.
func ProjectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "tools", "lib", "world")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("not inside a checkout of the project: no tools/lib/world above " + dir)
		}
		dir = parent
	}
}

// Binaries answers the paths of pinned test binaries (names as in tools/lib/world), in the order
// asked for, and builds those that are missing, which takes minutes the first time.
func Binaries(ctx context.Context, names ...string) ([]string, error) {
	root, err := ProjectRoot()
	if err != nil {
		return nil, err
	}
	world := exec.CommandContext(ctx, filepath.Join(root, "tools", "lib", "world"), names...)
	world.Stderr = os.Stderr
	out, err := world.Output()
	if err != nil {
		return nil, fmt.Errorf("building %s: %w", strings.Join(names, ", "), err)
	}
	paths := strings.Fields(string(out))
	if len(paths) != len(names) {
		return nil, fmt.Errorf("tools/lib/world answered %d paths for %d names", len(paths), len(names))
	}
	return paths, nil
}
