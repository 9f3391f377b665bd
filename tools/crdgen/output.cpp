#include "tools/crdgen/output.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

namespace crdgen {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> strays(const fs::path& folder, const files& all,
                             const std::string& extension) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto& path = entry.path();
    if (path.extension() == extension && all.count(path.filename().string()) == 0)
      found.push_back(path);
  }
  return found;
}

/// The first line in which two texts differ, counted from 1.
std::size_t first_difference(const std::string& left, const std::string& right) {
  const auto shorter = std::min(left.size(), right.size());
  const auto end = left.begin() + static_cast<std::ptrdiff_t>(shorter);
  const auto at = std::mismatch(left.begin(), end, right.begin()).first;
  return 1 + static_cast<std::size_t>(std::count(left.begin(), at, '\n'));
}

}  // namespace

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("can't read " + path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write(const fs::path& folder, const files& all, const std::string& extension) {
  fs::create_directories(folder);
  for (const auto& [name, content] : all) {
    std::ofstream file(folder / name, std::ios::binary | std::ios::trunc);
    file << content;
    if (!file.flush()) throw std::runtime_error("can't write " + (folder / name).string());
  }
  for (const auto& path : strays(folder, all, extension)) fs::remove(path);
}

bool check(const fs::path& folder, const files& all, const std::string& extension,
           std::ostream& out) {
  bool good = true;
  for (const auto& [name, content] : all) {
    const auto path = folder / name;
    const bool there = fs::exists(path);
    const auto stored = there ? read_file(path) : std::string();
    if (there && stored == content) continue;
    good = false;
    out << path.string();
    if (there) {
      out << ':' << first_difference(stored, content) << ": stale from here\n";
    } else {
      out << ": missing\n";
    }
  }
  if (!fs::exists(folder)) return false;
  for (const auto& path : strays(folder, all, extension)) {
    good = false;
    out << path.string() << ": of no kind in the registry\n";
  }
  return good;
}

}  // namespace crdgen
