#include "actors/core/awaited.hpp"

#include <algorithm>
#include <string_view>

namespace actors::core {

namespace {

/// Can this be inside a name? Then a name that ends here is the part of another one.
bool is_of_a_name(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool digit = c >= '0' && c <= '9';
  return letter || digit || c == '-' || c == '_' || c == '@' || c == '/' || c == '+';
}

/// A full stop is one only if the name goes on behind it ("admin.ro"), not at the end of a
/// sentence.
bool goes_on(std::string_view rest) {
  if (rest.empty()) return false;
  if (rest.front() == '.') return rest.size() > 1 && is_of_a_name(rest[1]);
  return is_of_a_name(rest.front());
}

bool comes_from(std::string_view before) {
  if (before.empty()) return false;
  if (before.back() == '.') return before.size() > 1 && is_of_a_name(before[before.size() - 2]);
  return is_of_a_name(before.back());
}

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (!comes_from(text.substr(0, at)) && !goes_on(text.substr(at + word.size()))) return true;
  }
  return false;
}

std::vector<teleport::named_resource> named_in(const teleport::error& refusal,
                                               const observed& seen) {
  if (!seen.desired || !seen.desired->ok()) return {};
  auto found = teleport::references_in(seen.desired->value());
  std::erase_if(found, [&](const auto& one) { return !has_word(refusal.message, one.name); });
  return found;
}

}  // namespace

awaited awaited_after(verdict what, const observed& seen) {
  awaited result;
  if (what == verdict::rejected && seen.teleport_failure) {
    result.which = named_in(*seen.teleport_failure, seen);
  } else if (what == verdict::deletion_blocked && seen.held_up_by) {
    const auto& by = teleport::referrer_of(*seen.kind)->teleport_kind;
    for (const auto& name : *seen.held_up_by) result.which.push_back({by, name});
    std::sort(result.which.begin(), result.which.end());
    result.all = true;
  }
  if (result.which.size() > most_awaited) result.which.resize(most_awaited);
  return result;
}

bool names_a_reference(const teleport::error& refusal, const observed& seen) {
  const auto named = named_in(refusal, seen);
  // The refusal of a race names the resource itself.
  return std::any_of(named.begin(), named.end(),
                     [&](const auto& one) { return one.name != seen.target.key.name; });
}

}  // namespace actors::core
