#include "tests/chaos/operator/effect_book.hpp"

#include <algorithm>
#include <utility>

namespace chaos {

namespace {

bool is_about(const effect_fault& fault, std::string_view subject) {
  return std::any_of(fault.names.begin(), fault.names.end(), [&](const std::string& name) {
    if (subject == name) return true;
    const auto last_part = subject.rfind('/');
    return last_part != std::string_view::npos && subject.substr(last_part + 1) == name;
  });
}

}  // namespace

void effect_book::plan(effect_fault fault) {
  faults_.push_back({std::move(fault)});
}

effect_book::consequence effect_book::passes(place where, std::string_view what,
                                             std::string_view subject) {
  if (where == place::asked) asked_.push_back({std::string{subject}, std::string{what}});
  for (auto& one : faults_) {
    auto& fault = one.fault;
    if (!is_about(fault, subject)) continue;
    if (where == place::asked) ++one.asked;
    if (where == place::leaves) ++one.left;
    if (fault.struck && fault.then == ending::hold) return {{}, ending::hold};
    const bool at_client = where == place::leaves || where == place::answered;
    const auto number = at_client ? one.left : one.asked;
    if (fault.struck || where != fault.where || number != fault.number) continue;
    fault.struck = true;
    return {fault.kills, fault.then};
  }
  return {};
}

std::vector<bool> effect_book::struck() const {
  std::vector<bool> all;
  all.reserve(faults_.size());
  for (const auto& one : faults_) all.push_back(one.fault.struck);
  return all;
}

}  // namespace chaos
