#include "app/memory.hpp"

#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <malloc.h>
#include <sys/mman.h>

namespace app {

namespace {

struct mapping {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  bool file_backed = false;
  bool writable = true;
};

/// The first line of an entry of smaps: "begin-end rwxp offset device inode path".
std::optional<mapping> read_mapping(const std::string& line) {
  std::istringstream in{line};
  mapping result;
  char dash = 0;
  std::string mode;
  std::string skipped;
  std::uint64_t inode = 0;
  in >> std::hex >> result.begin >> dash >> result.end >> mode >> skipped >> skipped >> std::dec >>
      inode;
  if (!in || dash != '-' || mode.size() != 4) return std::nullopt;
  result.file_backed = inode != 0;
  result.writable = mode[1] == 'w';
  return result;
}

/// Mappings whose pages are all as in their file: text and constants. Relocated constants are
/// read-only too, but modified ("Anonymous" is not 0), and so not among them.
std::vector<mapping> unmodified_mappings() {
  constexpr std::string_view modified_key = "Anonymous:";
  std::vector<mapping> found;
  std::ifstream in{"/proc/self/smaps"};
  std::optional<mapping> current;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(modified_key)) {
      const bool modified = std::stoul(line.substr(modified_key.size())) != 0;
      if (current && current->file_backed && !current->writable && !modified) {
        found.push_back(*current);
      }
    } else if (auto next = read_mapping(line)) {
      current = next;
    }
  }
  return found;
}

}  // namespace

void tune_memory() {
  // NOLINTBEGIN(concurrency-mt-unsafe): there is one thread yet
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_TRIM_THRESHOLD, 256 * 1024);
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  // NOLINTEND(concurrency-mt-unsafe)
}

void give_memory_back() {
  malloc_trim(0);
  for (const auto& each : unmodified_mappings()) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of the kernel's
    madvise(reinterpret_cast<void*>(each.begin), each.end - each.begin, MADV_DONTNEED);
  }
}

}  // namespace app
