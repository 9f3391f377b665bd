#pragma once

/// A parser for command lines in the style of Go's `flag` package, which the official operator
/// uses: `-name value`, `-name=value`, `--name`; a Boolean is set by its name alone. Used by
/// app/options.cpp; no global state.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// One flag of a set. `set` stores a value, or returns what is wrong with it.
struct flag {
  std::string name;
  std::string placeholder;  ///< what the usage shows for the value: "string", "duration"
  std::string usage;        ///< one sentence
  std::string fallback;     ///< the default as the usage shows it; empty: shows none
  bool boolean = false;     ///< may stand alone
  std::function<std::optional<std::string>(std::string_view value)> set;
};

class flag_set {
 public:
  explicit flag_set(std::string program) : program_(std::move(program)) {}

  // The variable keeps its present value as the default and must outlive `parse`.
  void add(std::string name, std::string& into, std::string usage);
  void add(std::string name, bool& into, std::string usage);
  void add(std::string name, std::chrono::nanoseconds& into, std::string usage);
  /// Comma-separated; a repeated flag replaces the earlier list. Empty parts are dropped.
  void add(std::string name, std::vector<std::string>& into, std::string usage);

  struct outcome {
    bool help = false;                   ///< -h or -help was given
    std::string error;                   ///< what is wrong; empty: nothing
    std::vector<std::string> arguments;  ///< what follows the flags
  };
  outcome parse(const std::vector<std::string>& arguments) const;

  /// The text that -h prints: every flag with its default, in alphabetical order.
  std::string usage() const;

 private:
  const flag* find(std::string_view name) const;

  std::string program_;
  std::vector<flag> flags_;
};

}  // namespace app
