package teleport

import "github.com/gravitational/teleport/api/types"

// maxPageSize is what a request without a limit gets, and the most that one with a limit gets.
const maxPageSize = 1000

// paginate cuts one page out of a list sorted by name; start is the first name of the page.
func paginate(all []types.Resource, limit int, start string) (page []types.Resource, next string) {
	if limit <= 0 || limit > maxPageSize {
		limit = maxPageSize
	}
	for _, resource := range all {
		if resource.GetName() < start {
			continue
		}
		if len(page) == limit {
			return page, resource.GetName()
		}
		page = append(page, resource)
	}
	return page, ""
}

// as narrows a list to the kind's own type.
func as[T types.Resource](resources []types.Resource) []T {
	out := make([]T, 0, len(resources))
	for _, resource := range resources {
		if typed, ok := resource.(T); ok {
			out = append(out, typed)
		}
	}
	return out
}
