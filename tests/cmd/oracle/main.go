// Command oracle answers, line by line, what custom resources mean to Teleport (package oracle).
//
// In: {"kind": "TeleportRoleV7", "cr": {"metadata": {…}, "spec": {…}}}
// Out: {"proto": "<canonical wire bytes, base64>", "json": {…Teleport's JSON…}} or {"error": "…"}
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/teleport-operator-caf/tests/oracle"
)

type question struct {
	Kind string          `json:"kind"`
	CR   json.RawMessage `json:"cr"`
}

type answer struct {
	Proto []byte          `json:"proto,omitempty"`
	JSON  json.RawMessage `json:"json,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := out.Encode(reply(lines.Bytes())); err != nil {
			fmt.Fprintln(os.Stderr, "oracle: writing an answer:", err)
			os.Exit(1)
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "oracle: reading standard input:", err)
		os.Exit(1)
	}
}

func reply(line []byte) answer {
	var asked question
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{Error: fmt.Sprintf("malformed question: %v", err)}
	}
	decoded, err := oracle.Decode(asked.Kind, asked.CR)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Proto: decoded.Wire, JSON: decoded.JSON}
}
