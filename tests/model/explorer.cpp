#include "tests/model/explorer.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

#include "tests/model/canonical.hpp"
#include "tests/model/judgement.hpp"
#include "tests/model/system_graph.hpp"

namespace model {

namespace {

struct as_it_is {
  std::size_t operator()(const fingerprint& one) const { return one[0]; }
};

constexpr std::uint32_t nobody = 0xffffffff;

standing standing_of(const world& in) {
  if (!is_quiet(in)) return standing::busy;
  return wrong_in(in).empty() ? standing::right : standing::wrong;
}

class exploration {
 public:
  exploration(const std::vector<world>& from, const scenario& of, std::size_t most)
      : from_(from), of_(of), most_(most) {}

  findings run() {
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < from_.size(); ++i) visit(start(i), nobody, i, 0);
    while (!waiting_.empty() && result_.problem.empty() && result_.complete) {
      const auto next = std::move(waiting_.front());
      waiting_.pop_front();
      expand(next);
    }
    if (result_.problem.empty() && result_.complete) judge_rest();
    result_.states = ways_.size();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    result_.seconds = took.count();
    return std::move(result_);
  }

 private:
  /// How a state was reached first.
  struct way {
    std::uint32_t parent;
    std::uint16_t by;  ///< a move; of a start: which one it is
  };
  struct open_state {
    std::uint32_t number;
    std::uint32_t depth;
    world state;
  };

  world start(std::size_t which) const {
    auto state = from_.at(which);
    state.left = of_.left;
    return state;
  }

  std::uint32_t visit(world state, std::uint32_t parent, std::size_t by, std::uint32_t depth) {
    const auto [found, fresh] =
        numbers_.try_emplace(fingerprint_of(state), static_cast<std::uint32_t>(ways_.size()));
    if (!fresh) return found->second;
    const auto number = found->second;
    ways_.push_back({parent, static_cast<std::uint16_t>(by)});
    graph_.add_state(standing_of(state));
    result_.depth = std::max<std::size_t>(result_.depth, depth);
    if (!state.broken.empty()) report(state.broken, number);
    if (ways_.size() >= most_) result_.complete = false;
    waiting_.push_back({number, depth, std::move(state)});
    return number;
  }

  /// States are expanded in the order of their numbers.
  void expand(const open_state& one) {
    graph_.begin_moves();
    for (const auto what : moves_in(one.state, of_)) {
      auto next = after(one.state, what, of_);
      ++result_.transitions;
      const bool effect = has_effect(one.state, next);
      const auto number =
          visit(std::move(next), one.number, static_cast<std::size_t>(what), one.depth + 1);
      if (is_of_system(what) && !ends_trouble(what)) graph_.add_move(number, effect);
      if (!result_.problem.empty()) return;
    }
  }

  void judge_rest() {
    const auto found = graph_.find_unrest();
    result_.ends = graph_.ends();
    if (found) report(found->what, found->state);
  }

  void report(const std::string& what, std::uint32_t number) {
    std::vector<std::uint16_t> moves;
    while (ways_[number].parent != nobody) {
      moves.push_back(ways_[number].by);
      number = ways_[number].parent;
    }
    auto state = start(ways_[number].by);
    result_.trace.push_back("start: " + to_string(state));
    for (auto one = moves.rbegin(); one != moves.rend(); ++one) {
      const auto what_happens = static_cast<move>(*one);
      state = after(state, what_happens, of_);
      result_.trace.push_back(to_string(what_happens) + ": " + to_string(state));
    }
    result_.problem = what.empty() ? wrong_in(state) : what;
  }

  const std::vector<world>& from_;
  const scenario& of_;
  std::size_t most_;
  std::unordered_map<fingerprint, std::uint32_t, as_it_is> numbers_;
  std::vector<way> ways_;
  system_graph graph_;
  std::deque<open_state> waiting_;
  findings result_;
};

}  // namespace

findings explore(const std::vector<world>& from, const scenario& of, std::size_t most_states) {
  return exploration{from, of, most_states}.run();
}

world at_rest(world in, const scenario& of) {
  constexpr int most_moves = 1000;
  in.left = {};
  for (int i = 0; i < most_moves; ++i) {
    const auto possible = moves_in(in, of);
    if (possible.empty() || (is_quiet(in) && in.object.tick != 0)) break;
    in = after(in, possible.front(), of);
  }
  return in;
}

}  // namespace model
