package harness

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// What the kernel knows of a process (proc(5)).

// ticks is how many there are in a second in /proc/PID/stat: USER_HZ, 100 on every Linux.
const ticks = 100

// ResidentBytes is the memory of the process that is in RAM now.
func (op *Operator) ResidentBytes() (int64, error) { return op.kilobytes("VmRSS:") }

// AnonymousBytes is the part of it that is the process's own: not pages of files, which the system
// can drop at any time.
func (op *Operator) AnonymousBytes() (int64, error) { return op.kilobytes("RssAnon:") }

// PeakResidentBytes is the most that it ever had.
func (op *Operator) PeakResidentBytes() (int64, error) { return op.kilobytes("VmHWM:") }

// Threads are how many it has now.
func (op *Operator) Threads() (int64, error) { return op.procStatus("Threads:") }

// Descriptors are how many files, sockets and the like it has open now.
func (op *Operator) Descriptors() (int64, error) {
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", op.Pid()))
	return int64(len(entries)), err
}

// CPUTime is what it used so far.
func (op *Operator) CPUTime() (time.Duration, error) { return ProcessCPUTime(op.Pid()) }

// ProcessCPUTime is what a process used so far, user and system, to a hundredth of a second.
func ProcessCPUTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The name in parentheses may hold anything; what follows it are numbers: state is the first, user
	// time the 12th, system time the 13th.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat has %d fields", pid, len(fields))
	}
	var sum time.Duration
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n) * time.Second / ticks
	}
	return sum, nil
}

func (op *Operator) kilobytes(key string) (int64, error) {
	n, err := op.procStatus(key)
	return n * 1024, err
}

// procStatus is the number of a line "Key: 123" or "Key: 123 kB".
func (op *Operator) procStatus(key string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", op.Pid()))
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == key {
			return strconv.ParseInt(fields[1], 10, 64)
		}
	}
	return 0, fmt.Errorf("no %s in /proc/%d/status", key, op.Pid())
}
