package teleport

import (
	"fmt"

	"github.com/coreos/go-semver/semver"
)

// majorOf is the major version, 0 if the text is no version.
func majorOf(version string) int64 {
	parsed, err := semver.NewVersion(version)
	if err != nil {
		return 0
	}
	return parsed.Major
}

// minClientVersion is the oldest client that a server admits: one major behind.
func minClientVersion(server string) string {
	return fmt.Sprintf("%d.0.0", majorOf(server)-1)
}

// versionAdmitted says whether a client is at least that old. Pre-releases of the oldest version
// count, newer clients are never refused.
func versionAdmitted(client, oldest string) bool {
	parsed, err := semver.NewVersion(client)
	if err != nil {
		return false
	}
	least, err := semver.NewVersion(oldest)
	if err != nil {
		return false
	}
	parsed.PreRelease = ""
	return !parsed.LessThan(*least)
}
