package oracle

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// encoderEnv names the program encode_cr; without it the one in build/ is taken.
const encoderEnv = "ENCODE_CR"

// encoder is the operator's codec as a process: what it would send for a CR.
type encoder struct {
	lock    sync.Mutex
	in      io.WriteCloser
	out     *bufio.Reader
	process *exec.Cmd
}

func startEncoder(t *testing.T) *encoder {
	t.Helper()
	path := os.Getenv(encoderEnv)
	if path == "" {
		path = filepath.Join("..", "..", "build", "tests", "unit", "teleport", "encode_cr")
	}
	command := exec.Command(path)
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("%v: build the target encode_cr, or set %s", err, encoderEnv)
	}
	e := &encoder{in: in, out: bufio.NewReader(out), process: command}
	t.Cleanup(e.stop)
	return e
}

func (e *encoder) stop() {
	_ = e.in.Close() // it ends at the end of its input
	_ = e.process.Wait()
}

// answer of encode_cr: the wire bytes, or why there are none.
type answer struct {
	Wire  []byte
	Error string
}

func (e *encoder) encode(kind string, cr json.RawMessage) (answer, error) {
	e.lock.Lock()
	defer e.lock.Unlock()
	request, err := json.Marshal(map[string]any{"kind": kind, "cr": cr})
	if err != nil {
		return answer{}, fmt.Errorf("writing the request: %w", err)
	}
	if _, err := e.in.Write(append(request, '\n')); err != nil {
		return answer{}, fmt.Errorf("encode_cr is gone: %w", err)
	}
	line, err := e.out.ReadBytes('\n')
	if err != nil {
		return answer{}, fmt.Errorf("encode_cr is gone: %w", err)
	}
	var reply struct{ Wire, Error string }
	if err := json.Unmarshal(line, &reply); err != nil {
		return answer{}, fmt.Errorf("reading %q: %w", line, err)
	}
	wire, err := base64.StdEncoding.DecodeString(reply.Wire)
	if err != nil {
		return answer{}, fmt.Errorf("reading %q: %w", line, err)
	}
	return answer{Wire: wire, Error: reply.Error}, nil
}
