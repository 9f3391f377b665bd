package harness

// Kinds are the CR kinds of the CRDs in crds/, in the order of their files.
func Kinds() []string {
	names := make([]string, 0, len(kinds()))
	for _, kind := range kinds() {
		names = append(names, kind.name)
	}
	return names
}

// Plural is what the API server calls a CR kind.
func Plural(kind string) string { return kindNamed(kind).plural }
