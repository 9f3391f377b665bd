#pragma once

/// What a fuzz target holds to be always true. A breach ends the process, which libFuzzer reports
/// with the input that led to it.

#include <cstdio>
#include <cstdlib>

namespace fuzz {

inline void expect(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", claim);
  std::abort();
}

}  // namespace fuzz
