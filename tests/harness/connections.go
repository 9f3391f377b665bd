package harness

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// States in /proc/net/tcp.
const (
	tcpEstablished = "01"
	tcpSynSent     = "02"
)

// ConnectionsTo counts the process's established TCP connections to the port of a URL.
func (op *Operator) ConnectionsTo(address string) (int, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return 0, err
	}
	return op.connections(parsed.Host, tcpEstablished)
}

// DialsTo counts those that the process tries to make to "host:port" and nobody answers.
func (op *Operator) DialsTo(address string) (int, error) {
	return op.connections(address, tcpSynSent)
}

func (op *Operator) connections(to, state string) (int, error) {
	_, text, err := net.SplitHostPort(to)
	if err != nil {
		return 0, err
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("the port of %q: %w", to, err)
	}
	sockets, err := op.sockets()
	if err != nil {
		return 0, err
	}
	count := 0
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", op.Pid(), table))
		if err != nil {
			return 0, err
		}
		for _, line := range strings.Split(string(text), "\n") {
			// sl local remote st queues timer retransmits uid timeout inode …
			fields := strings.Fields(line)
			if len(fields) > 9 && fields[3] == state && sockets[fields[9]] &&
				strings.HasSuffix(fields[2], fmt.Sprintf(":%04X", port)) {
				count++
			}
		}
	}
	return count, nil
}

// sockets are the inodes of the process's sockets.
func (op *Operator) sockets() (map[string]bool, error) {
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", op.Pid()))
	if err != nil {
		return nil, err
	}
	inodes := map[string]bool{}
	for _, link := range links {
		target, err := os.Readlink(link)
		if err != nil {
			continue // closed meanwhile
		}
		if inode, is := strings.CutPrefix(target, "socket:["); is {
			inodes[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return inodes, nil
}
