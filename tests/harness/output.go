package harness

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"sync"
)

// Output is what an operator process said on standard output and error, line by line. Safe for use
// from several goroutines.
type Output struct {
	mu    sync.Mutex
	lines []string
}

func (o *Output) readFrom(reader io.Reader) {
	buffered := bufio.NewReader(reader)
	for {
		line, err := buffered.ReadString('\n')
		if line != "" {
			o.mu.Lock()
			o.lines = append(o.lines, strings.TrimRight(line, "\n"))
			o.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// Lines is a copy of everything said so far.
func (o *Output) Lines() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.lines...)
}

// Text is everything said so far.
func (o *Output) Text() string { return strings.Join(o.Lines(), "\n") }

// Tail is the end of what was said so far.
func (o *Output) Tail(lines int) string {
	all := o.Lines()
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// LogLine is one line of the JSON log.
type LogLine map[string]any

// Text of one field, "" when it is missing or not text.
func (l LogLine) Text(key string) string { text, _ := l[key].(string); return text }

// Logs are the lines that are JSON objects; notJSON are all others.
func (o *Output) Logs() (logs []LogLine, notJSON []string) {
	for _, line := range o.Lines() {
		var parsed LogLine
		if json.Unmarshal([]byte(line), &parsed) != nil {
			notJSON = append(notJSON, line)
			continue
		}
		logs = append(logs, parsed)
	}
	return logs, notJSON
}
