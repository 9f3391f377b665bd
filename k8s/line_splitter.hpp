#pragma once

/// Cuts a byte stream into lines, wherever the chunks were cut. A line that lies whole inside a
/// chunk is not copied. Used by k8s/watcher for the JSON lines of a watch.

#include <cstddef>
#include <string>
#include <string_view>

namespace k8s {

class line_splitter {
 public:
  /// Lines longer than `longest` bytes are refused.
  explicit line_splitter(std::size_t longest) : longest_(longest) {}

  /// Calls `use(std::string_view)` for each line that `chunk` completes, without its line feed;
  /// empty lines are left out. `use` returns false to stop. False if `use` did, or if a line is too
  /// long.
  template <class Use>
  bool feed(std::string_view chunk, Use&& use) {
    while (!chunk.empty()) {
      const auto end = chunk.find('\n');
      if (end == std::string_view::npos) {
        return keep(chunk);
      }
      if (!complete(chunk.substr(0, end), use)) {
        return false;
      }
      chunk.remove_prefix(end + 1);
    }
    return true;
  }

  /// The last feed failed because of a line's length.
  bool too_long() const noexcept { return too_long_; }

 private:
  bool keep(std::string_view part) {
    too_long_ = rest_.size() + part.size() > longest_;
    if (!too_long_) {
      rest_.append(part);
    }
    return !too_long_;
  }

  template <class Use>
  bool complete(std::string_view part, Use& use) {
    if (rest_.empty() && part.size() <= longest_) {
      return part.empty() || use(part);
    }
    if (!keep(part)) {
      return false;
    }
    const std::string line = std::move(rest_);
    rest_ = std::string();  // a big line's buffer must not stay with an idle watch
    return use(std::string_view(line));
  }

  std::size_t longest_;
  std::string rest_;
  bool too_long_ = false;
};

}  // namespace k8s
