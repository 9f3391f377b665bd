package workload

import (
	"fmt"
	"strings"

	"github.com/teleport-operator-caf/tests/teleport"
)

// Insane looks at the order of all writes to resources whose name has the prefix and says what can't
// be right: something created that is there, or changed or deleted that is not (invariants D and R of
// facts/controller-testing.md §8).
func Insane(audit []teleport.WriteRecord, prefix string) []string {
	var all []string
	there := map[string]bool{}
	for _, write := range audit {
		if !strings.HasPrefix(write.Name, prefix) {
			continue
		}
		id := write.Kind + " " + write.Name
		if there[id] == (write.Verb == "create") {
			all = append(all, fmt.Sprintf("%s of %s, which is there: %v", write.Verb, id, there[id]))
		}
		there[id] = write.Verb != "delete"
	}
	return all
}

// Creates counts the creates of resources whose name has the prefix, by name.
func Creates(audit []teleport.WriteRecord, prefix string) map[string]int {
	return count(audit, prefix, "create")
}

// Deletes counts the deletes likewise.
func Deletes(audit []teleport.WriteRecord, prefix string) map[string]int {
	return count(audit, prefix, "delete")
}

func count(audit []teleport.WriteRecord, prefix, verb string) map[string]int {
	counts := map[string]int{}
	for _, write := range audit {
		if write.Verb == verb && strings.HasPrefix(write.Name, prefix) {
			counts[write.Name]++
		}
	}
	return counts
}
