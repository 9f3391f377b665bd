#include "teleport/codec/problems.hpp"

#include <algorithm>
#include <utility>

namespace teleport::codec {
namespace {

/// A condition's message holds 32 KiB; nobody reads more than this at once.
constexpr std::size_t most_shown = 20;

std::string joined(const std::vector<std::string>& parts, const char* separator) {
  std::string text;
  for (std::size_t i = 0; i < std::min(parts.size(), most_shown); ++i) {
    if (i != 0) text += separator;
    text += parts[i];
  }
  if (parts.size() > most_shown) {
    text += separator + std::string("and ") + std::to_string(parts.size() - most_shown) + " more";
  }
  return text;
}

}  // namespace

void problems::unknown_field(std::string path) {
  unknown_.push_back(std::move(path));
}

void problems::mismatch(const std::string& path, const std::string& expected,
                        const std::string& found) {
  other(path, "expected " + expected + ", found " + found);
}

void problems::other(const std::string& path, const std::string& what) {
  wrong_.push_back(path + ": " + what);
}

std::string problems::text() const {
  auto unknown = unknown_;
  std::sort(unknown.begin(), unknown.end());
  for (auto& path : unknown) path.insert(0, "unknown field \"").append("\"");
  std::string text;
  if (!unknown.empty()) text = "strict decoding error: " + joined(unknown, ", ");
  if (!unknown.empty() && !wrong_.empty()) text += "; ";
  return text + joined(wrong_, "; ");
}

}  // namespace teleport::codec
