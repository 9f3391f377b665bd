package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// process is one child that the cluster started. It is in a group of its own, dies with the process
// that started it, and writes what it says into a log file beside its data.
type process struct {
	name    string
	logPath string
	command *exec.Cmd
	ended   chan struct{} // closed when it is gone; exit is set then
	exit    error
}

// start runs the binary. The kernel's "signal me when my parent dies" follows the thread that
// started the child, so one locked thread starts it and waits for it.
func start(name, dir, binary string, args ...string) (*process, error) {
	p := &process{name: name, logPath: filepath.Join(dir, name+".log"), ended: make(chan struct{})}
	log, err := os.OpenFile(p.logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p.command = exec.Command(binary, args...)
	p.command.Stdout, p.command.Stderr = log, log
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}

	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer log.Close()
		err := p.command.Start()
		started <- err
		if err == nil {
			p.exit = p.command.Wait()
			close(p.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	return p, nil
}

func (p *process) pid() int { return p.command.Process.Pid }

// stop asks the child to end, ends it by force after the patience, and answers when it is gone.
func (p *process) stop(patience time.Duration) error {
	if err := p.signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
		return p.kill()
	}
}

// kill ends the child at once and answers when it is gone.
func (p *process) kill() error {
	if err := p.signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.ended
	return nil
}

func (p *process) signal(s syscall.Signal) error {
	select {
	case <-p.ended:
		return nil
	default:
	}
	if err := p.command.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal to %s: %w", p.name, err)
	}
	return nil
}

// failure describes a child that ended by itself, with the end of what it said.
func (p *process) failure() error {
	return fmt.Errorf("%s ended by itself (%v):\n%s", p.name, p.exit, tail(p.logPath, 15))
}

func tail(path string, lines int) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
