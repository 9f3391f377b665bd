package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/teleport-operator-caf/tests/cluster"
)

// What -write replaces in docs/performance.md is between these lines.
const (
	beginMark = "<!-- tools/bench -write: begin -->\n"
	endMark   = "<!-- tools/bench -write: end -->\n"
	chartFile = "performance.svg"
)

// writeDocument puts the tables into docs/performance.md and the chart beside it.
func (r result) writeDocument() error {
	root, err := cluster.ProjectRoot()
	if err != nil {
		return err
	}
	path := filepath.Join(root, "docs", "performance.md")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	content := r.markdown()
	if chart := r.chart(); chart != "" {
		content = fmt.Sprintf("![The operator beside the API server alone](%s)\n\n", chartFile) + content
		if err := os.WriteFile(filepath.Join(root, "docs", chartFile), []byte(chart), 0o644); err != nil {
			return err
		}
	}
	changed, err := betweenMarks(string(text), "\n"+content+"\n")
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(changed), 0o644)
}

// betweenMarks replaces what stands between the marks.
func betweenMarks(document, content string) (string, error) {
	before, rest, begins := strings.Cut(document, beginMark)
	_, after, ends := strings.Cut(rest, endMark)
	if !begins || !ends {
		return "", fmt.Errorf("it lacks the lines %q and %q", strings.TrimSpace(beginMark), strings.TrimSpace(endMark))
	}
	return before + beginMark + content + endMark + after, nil
}
