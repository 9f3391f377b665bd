#include "tests/model/scenarios.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "tests/model/servers.hpp"

namespace model {

namespace {

using moves = std::vector<move>;

const moves people{move::creates_cr,     move::edits_cr,          move::breaks_cr,
                   move::deletes_cr,     move::deletes_cr_slowly, move::removes_finalizer,
                   move::toggles_ignore, move::toggles_keep,      move::looks_again};
const moves others{move::creates_cr,        move::deletes_cr,    move::toggles_adopt,
                   move::edits_there,       move::deletes_there, move::takes_name_there,
                   move::strips_label_there};
const moves trouble{move::creates_cr, move::edits_cr,    move::deletes_cr,   move::deletes_there,
                    move::refuses,    move::disconnects, move::stream_breaks};
const moves accidents{move::loses_patch,
                      move::loses_patch_answer,
                      move::loses_call,
                      move::loses_call_answer,
                      move::actor_dies,
                      move::process_dies,
                      move::process_dies_patch_arrives};

moves joined(const std::vector<moves>& some) {
  moves all;
  for (const auto& one : some) {
    for (const auto what : one) {
      if (std::find(all.begin(), all.end(), what) == all.end()) all.push_back(what);
    }
  }
  return all;
}

/// Lost answers and deaths are possible in each of them, if the budget has any.
const std::map<std::string, moves>& parts() {
  static const std::map<std::string, moves> all{
      {"people", joined({people, accidents})},
      {"others", joined({others, accidents})},
      {"trouble", joined({trouble, accidents})},
      {"all", joined({people, others, trouble, accidents})}};
  return all;
}

rules rules_of(server of) {
  rules by;
  by.conditional = of != server::overwriting;
  by.answers_writes = of != server::overwriting;
  by.has_stream = of != server::without_events;
  return by;
}

}  // namespace

std::vector<world> starts(const rules& by) {
  scenario alone{by, {}, {}};
  const world nothing;
  auto created = nothing;
  store(created, new_cr(wish::root, ++created.last_uid, 0));
  auto taken = nothing;
  put(taken, thing{content::strange, false, 0}, by);
  taken.stream.clear();
  taken.others_touched = false;
  return {nothing, at_rest(created, alone), taken};
}

named_scenario make_scenario(const std::string& name, server of, const budget& left) {
  const auto found = parts().find(name);
  if (found == parts().end()) throw std::invalid_argument("there is no scenario " + name);
  const auto by = rules_of(of);
  return {name, {by, found->second, left}, starts(by)};
}

}  // namespace model
