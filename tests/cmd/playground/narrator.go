package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// part is who did what a line tells.
type part string

const (
	kubernetes part = "kubernetes"
	operator   part = "operator"
	teleport   part = "teleport"
)

// narrator writes for a person: numbered steps, and below each who did what. Colours only on a
// terminal, and not when NO_COLOR is set.
type narrator struct {
	out     io.Writer
	colours bool
	steps   int
	started time.Time
}

func newNarrator(out *os.File) narrator {
	_, refused := os.LookupEnv("NO_COLOR")
	return narrator{
		out:     out,
		colours: !refused && term.IsTerminal(int(out.Fd())),
		started: time.Now(),
	}
}

const (
	bold    = "1"
	dim     = "2"
	red     = "31"
	green   = "32"
	yellow  = "33"
	magenta = "35"
	cyan    = "36"
)

func (n *narrator) paint(colour, text string) string {
	if !n.colours {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// step begins a numbered step.
func (n *narrator) step(title string) {
	n.steps++
	fmt.Fprintf(n.out, "\n%s\n", n.paint(bold, fmt.Sprintf("%2d  %s", n.steps, title)))
}

// tell is one line about one part.
func (n *narrator) tell(who part, format string, args ...any) {
	colour := map[part]string{kubernetes: cyan, operator: green, teleport: magenta}[who]
	label := n.paint(colour, fmt.Sprintf("%-10s", who))
	fmt.Fprintf(n.out, "    %s  %s\n", label, fmt.Sprintf(format, args...))
}

// note is a line of nobody's.
func (n *narrator) note(format string, args ...any) {
	fmt.Fprintf(n.out, "    %s\n", n.paint(dim, fmt.Sprintf(format, args...)))
}

// command is a command line as the reader could type it.
func (n *narrator) command(line string) {
	fmt.Fprintf(n.out, "    %s %s\n", n.paint(yellow, "$"), line)
}

// output is what a command answered, or a document.
func (n *narrator) output(text string) {
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if line = strings.TrimRight(line, " "); line != "" {
			line = "      " + n.paint(dim, line)
		}
		fmt.Fprintln(n.out, line)
	}
}

func (n *narrator) error(err error) {
	fmt.Fprintf(n.out, "\n%s %v\n", n.paint(red, "failed:"), err)
}

// since is a duration for a reader: "38 ms", "6.2 s".
func since(start time.Time) string {
	took := time.Since(start)
	if took < time.Second {
		return fmt.Sprintf("%d ms", took.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", took.Seconds())
}
