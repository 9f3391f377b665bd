package teleport

import "time"

// now is the time by the cluster's clock, which the switch ClockOffsetSeconds sets wrong: certificates
// begin and end by it, tokens are judged by it.
func (s *Server) now() time.Time {
	return time.Now().Add(time.Duration(s.switches.get().ClockOffsetSeconds) * time.Second)
}
