package soak

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/teleport-operator-caf/tests/harness"
)

const (
	samplePeriod = time.Second
	// What a process may have more at the end than at the beginning, in the median: a sample may fall
	// into a renewal, in which two sessions live for a moment.
	moreMemory      = 3 << 20
	moreThreads     = 2
	moreDescriptors = 4
)

// size is what the operator takes, in samples over time.
type size struct {
	h     *harness.Test
	op    *harness.Operator
	ended chan struct{}
	done  sync.WaitGroup

	memory, threads, descriptors []int64
	failed                       error
}

func watchSize(h *harness.Test, op *harness.Operator) *size {
	s := &size{h: h, op: op, ended: make(chan struct{})}
	s.done.Go(s.sample)
	return s
}

func (s *size) sample() {
	ticker := time.NewTicker(samplePeriod)
	defer ticker.Stop()
	for s.failed == nil {
		select {
		case <-s.ended:
			return
		case <-s.h.Context.Done():
			return
		case <-ticker.C:
		}
		for _, one := range []struct {
			into *[]int64
			read func() (int64, error)
		}{
			{&s.memory, s.op.AnonymousBytes}, {&s.threads, s.op.Threads}, {&s.descriptors, s.op.Descriptors},
		} {
			value, err := one.read()
			if err != nil {
				s.failed = err
				return
			}
			*one.into = append(*one.into, value)
		}
	}
}

// mustNotHaveGrown compares the first quarter of the samples with the last one.
func (s *size) mustNotHaveGrown() {
	s.h.Helper()
	close(s.ended)
	s.done.Wait()
	if s.failed != nil {
		s.h.Fatal(s.failed)
	}
	for _, one := range []struct {
		what    string
		samples []int64
		more    int64
	}{
		{"bytes of anonymous memory", s.memory, moreMemory},
		{"threads", s.threads, moreThreads},
		{"descriptors", s.descriptors, moreDescriptors},
	} {
		quarter := len(one.samples) / 4
		if quarter < 3 {
			s.h.Fatalf("%d samples are too few", len(one.samples))
		}
		first, last := median(one.samples[:quarter]), median(one.samples[len(one.samples)-quarter:])
		text := fmt.Sprintf("%d → %d %s (most: %d, %d samples)",
			first, last, one.what, slices.Max(one.samples), len(one.samples))
		s.h.Log(text)
		if last-first > one.more {
			s.h.Errorf("the operator grows: %s", text)
		}
	}
}

func median(of []int64) int64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
