package harness

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/teleport-operator-caf/tests/cluster"
)

// BinaryEnv names the operator binary under test; without it build/teleport-operator is taken.
const BinaryEnv = "OPERATOR_BINARY"

// stopPatience is what the operator may take to finish what is in flight, and a second.
const stopPatience = 31 * time.Second

// OperatorOptions of Launch. The zero value is the operator of the standalone guide.
type OperatorOptions struct {
	// Binary is run instead of the one that BinaryEnv names.
	Binary string
	// Flags are set on top of the usual ones, or instead of them: name without dash → value. A flag
	// whose value is Omit is left out.
	Flags map[string]string
	// Args are put at the end of the command line as they are.
	Args []string
	// Env is added to the operator's environment ("NAME=value"); the last of a name wins.
	Env []string
	// Direct: join and talk to the auth service, not through the proxy.
	Direct bool
}

// Omit as a flag's value leaves the flag out.
const Omit = "\x00omit"

// Operator is one process of the operator. It dies with the test process.
type Operator struct {
	Output  *Output
	command *exec.Cmd
	ended   chan struct{} // closed when it is gone

	addressFile string
	addressLock sync.Mutex
	bound       addresses // empty until read
}

// Launch starts the operator and does not wait for it.
func (w *World) Launch(opts OperatorOptions) (*Operator, error) {
	binary := opts.Binary
	if binary == "" {
		found, err := OperatorBinary()
		if err != nil {
			return nil, err
		}
		binary = found
	}
	dir, err := os.MkdirTemp(w.Dir, "operator-")
	if err != nil {
		return nil, err
	}
	op := &Operator{
		Output:      &Output{},
		ended:       make(chan struct{}),
		addressFile: filepath.Join(dir, "addresses.json"),
	}
	op.command = exec.Command(binary, w.commandLine(opts, op.addressFile)...)
	op.command.Env = w.environment(opts, dir)
	op.command.Dir = dir
	op.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := op.start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", binary, err)
	}
	return op, nil
}

// OperatorBinary is the absolute path of the operator under test.
func OperatorBinary() (string, error) {
	binary := os.Getenv(BinaryEnv)
	if binary == "" {
		root, err := cluster.ProjectRoot()
		if err != nil {
			return "", err
		}
		binary = filepath.Join(root, "build", "teleport-operator")
	}
	if _, err := os.Stat(binary); err != nil {
		return "", fmt.Errorf("no operator binary (%w): build it, or name it in %s", err, BinaryEnv)
	}
	return filepath.Abs(binary)
}

func (w *World) commandLine(opts OperatorOptions, addressFile string) []string {
	flags := map[string]string{
		"auth-server":               w.Teleport.ProxyAddr(),
		"token":                     JoinToken,
		"join-method":               "kubernetes",
		"namespace":                 w.Namespace,
		"kubeconfig":                w.kubeconfig,
		"metrics-bind-address":      "127.0.0.1:0",
		"health-probe-bind-address": "127.0.0.1:0",
		"log-level":                 "DEBUG",
		"drift-interval":            "1h", // no list comes in between where tests count calls
		"address-file":              addressFile,
	}
	if opts.Direct {
		flags["auth-server"] = w.Teleport.AuthAddr()
		flags["ca-pin"] = caPin(w.Teleport.HostCA())
	}
	for name, value := range opts.Flags {
		flags[name] = value
	}
	var line []string
	for name, value := range flags {
		if value != Omit {
			line = append(line, "-"+name+"="+value)
		}
	}
	slices.Sort(line)
	return append(line, opts.Args...)
}

// environment is nothing but what the operator's Pod would have, and the sanitizers' settings.
func (w *World) environment(opts OperatorOptions, home string) []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + home,
		"KUBERNETES_TOKEN_PATH=" + w.JoinTokenFile(),
		"SSL_CERT_FILE=" + w.WebCAFile(),
		"POD_NAME=" + ServiceAccount,
		"POD_NAMESPACE=" + w.Namespace,
		"POD_UID=" + w.podUID,
	}
	for _, name := range []string{"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"} {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	return append(env, opts.Env...)
}

// start runs the command with its output taken in, from one thread that stays: the kernel's "signal
// me when my parent dies" is about the thread.
func (op *Operator) start() error {
	pipe, err := op.command.StderrPipe()
	if err != nil {
		return err
	}
	op.command.Stdout = op.command.Stderr
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := op.command.Start()
		started <- err
		if err == nil {
			op.Output.readFrom(pipe)
			_ = op.command.Wait()
			close(op.ended)
		}
	}()
	return <-started
}

// Pid of the process.
func (op *Operator) Pid() int { return op.command.Process.Pid }

// Ended is closed when the process is gone.
func (op *Operator) Ended() <-chan struct{} { return op.ended }

// WaitExit answers the exit code once the process is gone: minus the signal's number after a signal.
func (op *Operator) WaitExit(timeout time.Duration) (int, error) {
	select {
	case <-op.ended:
	case <-time.After(timeout):
		return 0, fmt.Errorf("the operator still runs after %v", timeout)
	}
	state := op.command.ProcessState
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return -int(status.Signal()), nil
	}
	return state.ExitCode(), nil
}

// Stop asks the operator to end, and is an error unless it does so in time with exit code 0.
func (op *Operator) Stop() error {
	if err := op.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	code, err := op.WaitExit(stopPatience)
	if err != nil {
		return errors.Join(err, op.Kill())
	}
	if code != 0 {
		return fmt.Errorf("the operator ended with exit code %d after SIGTERM, expected 0", code)
	}
	return nil
}

// Kill ends the operator as a crash would.
func (op *Operator) Kill() error {
	if err := op.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-op.ended
	return nil
}

// Signal sends a signal; to a process that is gone it does nothing.
func (op *Operator) Signal(signal syscall.Signal) error {
	err := op.command.Process.Signal(signal)
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}
