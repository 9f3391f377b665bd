package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
)

// cpuTimes are the CPU seconds, user and system, that each process has used so far.
type cpuTimes map[string]float64

// cpuTimes of everything that takes part. The test Teleport and the client that creates the CRs are
// this program itself.
func (a *arena) cpuTimes() (cpuTimes, error) {
	times, err := a.serversCPU()
	if err != nil {
		return nil, err
	}
	used, err := a.operator.CPUTime()
	times["operator"] = used.Seconds()
	return times, err
}

// serversCPU leaves the operator out.
func (b *bench) serversCPU() (cpuTimes, error) {
	pids := b.cluster.Info().Pids
	times := cpuTimes{}
	for name, pid := range map[string]int{
		"kube-apiserver": pids["kube-apiserver"],
		"etcd":           pids["etcd"],
		"bench":          os.Getpid(),
	} {
		used, err := harness.ProcessCPUTime(pid)
		if err != nil {
			return nil, fmt.Errorf("CPU time of %s: %w", name, err)
		}
		times[name] = used.Seconds()
	}
	return times, nil
}

// since answers milliseconds of CPU an object.
func (t cpuTimes) since(before cpuTimes, objects int) map[string]float64 {
	each := map[string]float64{}
	for name, seconds := range t {
		each[name] = (seconds - before[name]) * 1000 / float64(objects)
	}
	return each
}

func (t cpuTimes) sum() float64 {
	sum := 0.0
	for _, seconds := range t {
		sum += seconds
	}
	return sum
}

// clock tells at the end how busy the machine was with what does not belong to this program: numbers
// of a machine that others use as well deserve less trust.
type clock struct {
	bench *bench
	begun time.Time
	busy  float64 // seconds of all cores
	ours  float64 // likewise
}

func startClock(b *bench) (clock, error) {
	busy, err := busySeconds()
	if err != nil {
		return clock{}, err
	}
	ours, err := b.serversCPU()
	return clock{b, time.Now(), busy, ours.sum()}, err
}

// others is the share of all cores, in percent, that other programs and the kernel took.
func (c clock) others() (float64, error) {
	busy, err := busySeconds()
	if err != nil {
		return 0, err
	}
	ours, err := c.bench.serversCPU()
	if err != nil {
		return 0, err
	}
	all := time.Since(c.begun).Seconds() * float64(runtime.NumCPU())
	return max(0, 100*((busy-c.busy)-(ours.sum()-c.ours)-c.bench.operators)/all), nil
}

// busySeconds of all cores since the machine started: user, nice, system, interrupts, stolen.
func busySeconds() (float64, error) {
	const ticksASecond = 100 // proc(5): USER_HZ
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 {
		return 0, fmt.Errorf("/proc/stat begins with %q", line)
	}
	sum := 0.0
	for _, i := range []int{1, 2, 3, 6, 7, 8} {
		ticks, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return 0, err
		}
		sum += ticks / ticksASecond
	}
	return sum, nil
}
