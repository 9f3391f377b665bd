#include "app/flags.hpp"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "app/duration.hpp"

namespace app {

namespace {

std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> no{"0", "f", "F", "false", "FALSE", "False"};
  if (std::find(yes.begin(), yes.end(), text) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), text) != no.end()) return false;
  return std::nullopt;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const auto comma = text.find(',');
    auto part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

std::string quoted(std::string_view text) {
  return '"' + std::string(text) + '"';
}

/// A flag as written, cut into its parts; `error` set when it is not one.
struct written_flag {
  std::string_view name;
  std::optional<std::string_view> value;
  std::string error;
};

written_flag dissect(std::string_view argument) {
  written_flag result;
  auto rest = argument.substr(argument.starts_with("--") ? 2 : 1);
  if (rest.empty() || rest[0] == '-' || rest[0] == '=') {
    result.error = "bad flag syntax: " + std::string(argument);
    return result;
  }
  const auto equals = rest.find('=');
  result.name = rest.substr(0, equals);
  if (equals != std::string_view::npos) result.value = rest.substr(equals + 1);
  return result;
}

}  // namespace

void flag_set::add(std::string name, std::string& into, std::string usage) {
  flags_.push_back({std::move(name), "string", std::move(usage), into.empty() ? "" : quoted(into),
                    false, [&into](std::string_view value) -> std::optional<std::string> {
                      into = value;
                      return std::nullopt;
                    }});
}

void flag_set::add(std::string name, bool& into, std::string usage) {
  flags_.push_back({std::move(name), "", std::move(usage), into ? "true" : "", true,
                    [&into](std::string_view value) -> std::optional<std::string> {
                      const auto parsed = parse_bool(value);
                      if (!parsed) return "want true or false";
                      into = *parsed;
                      return std::nullopt;
                    }});
}

void flag_set::add(std::string name, std::chrono::nanoseconds& into, std::string usage) {
  flags_.push_back({std::move(name), "duration", std::move(usage), format_duration(into), false,
                    [&into](std::string_view value) -> std::optional<std::string> {
                      const auto parsed = parse_duration(value);
                      if (!parsed) return "want a duration such as 30m or 1h30m";
                      into = *parsed;
                      return std::nullopt;
                    }});
}

void flag_set::add(std::string name, std::vector<std::string>& into, std::string usage) {
  flags_.push_back({std::move(name), "list", std::move(usage), "", false,
                    [&into](std::string_view value) -> std::optional<std::string> {
                      into = split_list(value);
                      return std::nullopt;
                    }});
}

const flag* flag_set::find(std::string_view name) const {
  const auto found = std::find_if(flags_.begin(), flags_.end(),
                                  [name](const flag& each) { return each.name == name; });
  return found == flags_.end() ? nullptr : &*found;
}

flag_set::outcome flag_set::parse(const std::vector<std::string>& arguments) const {
  outcome result;
  const auto fail = [&result](std::string why) {
    result.error = std::move(why);
    return result;
  };
  std::size_t at = 0;
  for (; at < arguments.size(); ++at) {
    const std::string_view argument = arguments[at];
    if (argument.size() < 2 || argument[0] != '-') break;
    if (argument == "--") {
      ++at;
      break;
    }
    auto written = dissect(argument);
    if (!written.error.empty()) return fail(std::move(written.error));
    const std::string name{written.name};
    const auto* known = find(name);
    if (known == nullptr) {
      if (name != "h" && name != "help") return fail("flag provided but not defined: -" + name);
      result.help = true;
      return result;
    }
    if (!written.value && known->boolean) written.value = "true";
    if (!written.value) {
      if (++at == arguments.size()) return fail("flag needs an argument: -" + name);
      written.value = arguments[at];
    }
    if (const auto why = known->set(*written.value)) {
      return fail("invalid value " + quoted(*written.value) + " for flag -" + name + ": " + *why);
    }
  }
  result.arguments.assign(arguments.begin() + static_cast<std::ptrdiff_t>(at), arguments.end());
  return result;
}

std::string flag_set::usage() const {
  std::vector<const flag*> sorted;
  for (const auto& each : flags_) sorted.push_back(&each);
  std::sort(sorted.begin(), sorted.end(),
            [](const flag* a, const flag* b) { return a->name < b->name; });
  std::ostringstream out;
  out << "Usage of " << program_ << ":\n";
  for (const auto* each : sorted) {
    out << "  -" << each->name;
    if (!each->placeholder.empty()) out << ' ' << each->placeholder;
    out << "\n    \t" << each->usage;
    if (!each->fallback.empty()) out << " (default " << each->fallback << ')';
    out << '\n';
  }
  return out.str();
}

}  // namespace app
