package harness

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"strings"
	"time"
)

// doctorPatience is more than the doctor may take for everything together.
const doctorPatience = 3 * time.Minute

// DoctorRun is what one run of `teleport-operator doctor` came to.
type DoctorRun struct {
	Output   string // standard output: the report
	Errors   string // standard error
	ExitCode int
}

// RunDoctor runs the doctor with the flags and in the surroundings that an operator of the same
// options would have.
func (h *Test) RunDoctor(opts OperatorOptions) DoctorRun {
	h.Helper()
	binary := opts.Binary
	if binary == "" {
		found, err := OperatorBinary()
		if err != nil {
			h.Fatal(err)
		}
		binary = found
	}
	ctx, cancel := context.WithTimeout(h.Context, doctorPatience)
	defer cancel()
	home := h.TempDir()
	line := append([]string{"doctor"}, h.commandLine(opts, home+"/addresses.json")...)
	command := exec.CommandContext(ctx, binary, line...)
	command.Env = h.environment(opts, home)
	var output, failures bytes.Buffer
	command.Stdout, command.Stderr = &output, &failures
	err := command.Run()
	if exited := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exited) {
		h.Fatalf("running the doctor: %v", err)
	}
	run := DoctorRun{Output: output.String(), Errors: failures.String(), ExitCode: command.ProcessState.ExitCode()}
	for _, secret := range h.Secrets() {
		if strings.Contains(run.Output+run.Errors, secret) {
			h.Error("the doctor's output holds a service-account token")
		}
	}
	if strings.Contains(run.Output+run.Errors, "PRIVATE KEY") {
		h.Error("the doctor's output holds a private key")
	}
	return run
}
