package main

import (
	"fmt"
	"os"

	"github.com/teleport-operator-caf/tests/harness"
)

// cpuTimes are the CPU seconds, user and system, that each process has used so far.
type cpuTimes map[string]float64

// cpuTimes of everything that takes part. The test Teleport and the client that creates the CRs are
// this program itself.
func (b *bench) cpuTimes() (cpuTimes, error) {
	pids := b.cluster.Info().Pids
	times := cpuTimes{}
	for name, pid := range map[string]int{
		"operator":       b.operator.Pid(),
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
