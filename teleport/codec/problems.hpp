#pragma once

/// What is wrong with a CR, collected while it is decoded, and said in one text for its author.
/// Used by one decode on one thread. Values of the CR never get in, except words where only known
/// words may stand.

#include <string>
#include <vector>

namespace teleport::codec {

class problems {
 public:
  /// `path` is from the top of the CR: `spec.allow.rules[0].foo`.
  void unknown_field(std::string path);
  /// "path: expected <expected>, found <found>".
  void mismatch(const std::string& path, const std::string& expected, const std::string& found);
  void other(const std::string& path, const std::string& what);

  bool empty() const noexcept { return unknown_.empty() && wrong_.empty(); }

  /// Unknown fields as the official operator words them (facts/operator-behaviour.md §2.9), sorted,
  /// then the rest.
  std::string text() const;

 private:
  std::vector<std::string> unknown_;
  std::vector<std::string> wrong_;
};

}  // namespace teleport::codec
