#include "tests/model/system_graph.hpp"

#include <algorithm>

namespace model {

std::optional<system_graph::unrest> system_graph::find_unrest() {
  index_.assign(standings_.size(), 0);
  low_.assign(standings_.size(), 0);
  component_.assign(standings_.size(), 0);
  ends_ = 0;
  for (std::uint32_t one = 0; one < standings_.size(); ++one) {
    if (index_[one] != 0) continue;
    if (auto found = walk(one)) return found;
  }
  return {};
}

std::optional<system_graph::unrest> system_graph::walk(std::uint32_t from) {
  std::vector<call> calls;
  const auto enter = [&](std::uint32_t state) {
    index_[state] = low_[state] = ++last_index_;
    stack_.push_back(state);
    calls.push_back({state, first_[state]});
  };
  enter(from);
  while (!calls.empty()) {
    auto& [state, move] = calls.back();
    if (move < moves_end(state)) {
      const auto next = to_[move++];
      if (index_[next] == 0) {
        enter(next);
      } else if (component_[next] == 0) {
        low_[state] = std::min(low_[state], index_[next]);
      }
      continue;
    }
    const auto done = state;
    calls.pop_back();
    if (!calls.empty()) low_[calls.back().state] = std::min(low_[calls.back().state], low_[done]);
    if (low_[done] != index_[done]) continue;
    const auto first = std::find(stack_.rbegin(), stack_.rend(), done).base() - stack_.begin() - 1;
    if (auto found = judge(static_cast<std::size_t>(first))) return found;
  }
  return {};
}

std::optional<system_graph::unrest> system_graph::judge(std::size_t first_on_stack) {
  ++last_component_;
  const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(first_on_stack);
  for (auto one = begin; one != stack_.end(); ++one) component_[*one] = last_component_;
  bool is_end = true;
  bool has_quiet = false;
  std::optional<unrest> found;
  for (auto one = begin; one != stack_.end(); ++one) {
    has_quiet = has_quiet || standings_[*one] != standing::busy;
    for (auto move = first_[*one]; move < moves_end(*one); ++move) {
      const bool inside = component_[to_[move]] == last_component_;
      is_end = is_end && inside;
      if (inside && effect_[move]) found = unrest{*one, "C: writes for ever"};
    }
  }
  if (is_end) {
    ++ends_;
    const auto wrong = std::find_if(
        begin, stack_.end(), [&](std::uint32_t one) { return standings_[one] == standing::wrong; });
    if (wrong != stack_.end()) found = unrest{*wrong, {}};
    if (!has_quiet) found = unrest{*begin, "C: never comes to rest"};
  }
  stack_.erase(begin, stack_.end());
  return found;
}

}  // namespace model
