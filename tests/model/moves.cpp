#include "tests/model/moves.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "actors/core/cr_marks.hpp"
#include "actors/core/words.hpp"
#include "tests/model/judgement.hpp"
#include "tests/model/operator_side.hpp"
#include "tests/model/servers.hpp"

namespace model {

namespace words = actors::core::words;

namespace {

bool one_of_patches(const world& in) {
  return in.object.kube && !in.object.kube->answer;
}
bool call_waits(const world& in) {
  return in.object.teleport && !in.object.teleport->answer;
}
bool lives(const world& in) {
  return in.cr && !notes(in.cr).deleting;
}

void toggle(world& in, const char* annotation) {
  auto cr = *in.cr;
  if (cr.annotations.erase(annotation) == 0) cr.annotations[annotation] = "true";
  store(in, std::move(cr));
}

void say(world& in, wish what) {
  auto cr = *in.cr;
  cr.spec = spec_text(what);
  ++cr.generation;
  store(in, std::move(cr));
}

/// What is in Teleport may be left there from now on: that is the documented way out.
void let_go(world& in) {
  in.may_stay = true;
}

void let_go_by_annotation(world& in) {
  const auto& annotations = in.cr->annotations;
  if (annotations.contains(words::keep_annotation) ||
      annotations.contains(words::ignore_annotation))
    let_go(in);
}

/// Polls come again and again; one for each time that the object has done its work is enough.
bool may_poll(const world& in) {
  return gate_open(in) && in.object.uid != 0 && !in.object.asked_for_slot &&
         in.object.mind.now == actors::core::attention::phase::idle;
}

void lose(kube_request& request) {
  request.answer = k8s::errc::connection;
}
void lose(teleport_request& request) {
  request.answer = teleport::errc::timeout;
}

struct rule {
  move what;
  const char* text;
  /// Can it happen?
  std::function<bool(const world&, const rules&)> can;
  std::function<void(world&, const rules&)> act;
};

using w = world&;
using cw = const world&;
using r = const rules&;

const std::vector<rule>& system_rules() {
  static const std::vector<rule> all{
      {move::watch_comes, "the watch brings news", [](cw in, r) { return !in.watch.empty(); },
       [](w in, r) { deliver_watch(in); }},
      {move::stream_comes, "Teleport's stream brings news",
       [](cw in, r) { return !in.stream.empty(); }, [](w in, r by) { deliver_stream(in, by); }},
      {move::list_is_taken, "the list of Teleport's side is made",
       [](cw in, r) { return in.list.now == listing::stage::asked; },
       [](w in, r) { take_list(in); }},
      {move::list_comes, "the list arrives",
       [](cw in, r) { return in.list.now == listing::stage::taken; },
       [](w in, r) { deliver_list(in); }},
      {move::slot_is_granted, "a pass begins",
       [](cw in, r) { return in.object.asked_for_slot && gate_open(in); },
       [](w in, r by) { grant_slot(in, by); }},
      {move::kube_carries_out, "the API server carries out",
       [](cw in, r) { return one_of_patches(in); },
       [](w in, r) { carry_out(in, *in.object.kube); }},
      {move::kube_answers, "the API server's answer arrives",
       [](cw in, r) { return in.object.kube && in.object.kube->answer; },
       [](w in, r by) { deliver_kube(in, by); }},
      {move::teleport_carries_out, "Teleport carries out",
       [](cw in, r) { return call_waits(in) && in.stray_teleport.empty(); },
       [](w in, r by) { carry_out(in, *in.object.teleport, by); }},
      {move::teleport_answers, "Teleport's answer arrives",
       [](cw in, r) { return in.object.teleport && in.object.teleport->answer; },
       [](w in, r by) { deliver_teleport(in, by); }},
      {move::timer_ticks, "the timer ticks",
       [](cw in, r) { return in.object.tick != 0 && in.object.tick == in.object.mind.timer; },
       [](w in, r) { tick(in); }},
      {move::stray_patch_arrives, "the patch of a dead actor arrives",
       [](cw in, r) { return !in.stray_kube.empty(); },
       [](w in, r) {
         auto request = in.stray_kube.front();
         in.stray_kube.erase(in.stray_kube.begin());
         carry_out(in, request);
       }},
      {move::stray_call_arrives, "the call of a dead actor arrives",
       [](cw in, r) { return !in.stray_teleport.empty(); },
       [](w in, r by) {
         auto request = in.stray_teleport.front();
         in.stray_teleport.erase(in.stray_teleport.begin());
         carry_out(in, request, by);
       }},
      {move::doomed_cr_goes, "the deletion that had begun is carried out",
       [](cw in, r) { return in.doomed && in.cr; },
       [](w in, r) {
         let_go_by_annotation(in);
         remove_cr(in);
       }},
      {move::poll, "time to compare with a list",
       [](cw in, r by) { return !by.has_stream && in.connected && may_poll(in); },
       [](w in, r) { ask_for_list(in); }},
      {move::accepts_again, "Teleport refuses no more", [](cw in, r) { return in.refusing; },
       [](w in, r) { in.refusing = false; }},
      {move::connects_again, "Teleport is connected again", [](cw in, r) { return !in.connected; },
       [](w in, r) {
         in.connected = true;
         in.streaming = true;
         ask_for_list(in);
       }},
  };
  return all;
}

const std::vector<rule>& people_rules() {
  static const std::vector<rule> all{
      {move::creates_cr, "somebody creates the CR", [](cw in, r) { return !in.cr; },
       [](w in, r) { store(in, new_cr(wish::root, ++in.last_uid, 0)); }},
      {move::edits_cr, "somebody edits the CR", [](cw in, r) { return lives(in); },
       [](w in, r) { say(in, notes(in.cr).says == wish::root ? wish::guest : wish::root); }},
      {move::breaks_cr, "somebody breaks the CR's spec",
       [](cw in, r) { return lives(in) && notes(in.cr).says != wish::broken; },
       [](w in, r) { say(in, wish::broken); }},
      {move::deletes_cr, "somebody deletes the CR",
       [](cw in, r) { return lives(in) && !in.doomed; },
       [](w in, r) {
         if (in.cr->annotations.contains(words::keep_annotation)) let_go(in);
         if (in.cr->annotations.contains(words::ignore_annotation)) let_go(in);
         begin_deletion(in, false);
       }},
      {move::deletes_cr_slowly, "somebody begins to delete the CR",
       [](cw in, r) { return lives(in) && !in.doomed && !notes(in.cr).finalizer; },
       [](w in, r) { begin_deletion(in, true); }},
      {move::removes_finalizer, "somebody removes the finalizer",
       [](cw in, r) { return in.cr && notes(in.cr).finalizer; },
       [](w in, r) {
         let_go(in);
         auto cr = *in.cr;
         cr.finalizers.clear();
         const bool goes = cr.deletion_timestamp.has_value();
         store(in, std::move(cr));
         if (goes) remove_cr(in);
       }},
      {move::toggles_ignore, "somebody toggles `ignore`", [](cw in, r) { return lives(in); },
       [](w in, r) { toggle(in, words::ignore_annotation); }},
      {move::toggles_keep, "somebody toggles `keep`", [](cw in, r) { return lives(in); },
       [](w in, r) { toggle(in, words::keep_annotation); }},
      {move::toggles_adopt, "somebody toggles `adopt`", [](cw in, r) { return lives(in); },
       [](w in, r) { toggle(in, words::adopt_annotation); }},
      {move::looks_again, "something moves that all CRs depend on",
       [](cw in, r) { return in.object.uid != 0; }, [](w in, r) { reconsider(in); }},
      {move::edits_there, "somebody edits the resource in Teleport",
       [](cw in, r) { return in.stored && in.stored->what != content::strange; },
       [](w in, r by) {
         put(in, thing{content::strange, in.stored->ours, 0}, by);
       }},
      {move::deletes_there, "somebody deletes the resource in Teleport",
       [](cw in, r) { return in.stored.has_value(); }, [](w in, r by) { put(in, {}, by); }},
      {move::takes_name_there, "somebody makes a resource of the name in Teleport",
       [](cw in, r) { return !in.stored; },
       [](w in, r by) {
         put(in, thing{content::strange, false, 0}, by);
       }},
      {move::strips_label_there, "somebody takes our label off in Teleport",
       [](cw in, r) { return in.stored && in.stored->ours; },
       [](w in, r by) {
         put(in, thing{in.stored->what, false, 0}, by);
       }},
      {move::refuses, "Teleport begins to refuse writes", [](cw in, r) { return !in.refusing; },
       [](w in, r) { in.refusing = true; }},
      {move::disconnects, "the connection to Teleport is lost",
       [](cw in, r) { return in.connected; },
       [](w in, r) {
         in.connected = in.streaming = false;
         in.stream.clear();
         in.stray_teleport.clear();
         if (in.object.teleport) in.object.teleport->answer = teleport::errc::connection;
       }},
      {move::stream_breaks, "the stream breaks, and is opened anew",
       [](cw in, r by) { return by.has_stream && in.connected; },
       [](w in, r) {
         in.stream.clear();
         ask_for_list(in);
       }},
  };
  return all;
}

const std::vector<rule>& accident_rules() {
  static const std::vector<rule> all{
      {move::loses_patch, "a request to the API server is lost",
       [](cw in, r) { return one_of_patches(in); }, [](w in, r) { lose(*in.object.kube); }},
      {move::loses_patch_answer, "a patch is carried out, its answer is lost",
       [](cw in, r) { return one_of_patches(in) && in.object.kube->writes(); },
       [](w in, r) {
         carry_out(in, *in.object.kube);
         lose(*in.object.kube);
       }},
      {move::loses_call, "a call to Teleport is lost", [](cw in, r) { return call_waits(in); },
       [](w in, r) { lose(*in.object.teleport); }},
      {move::loses_call_answer, "Teleport carries out, its answer is lost",
       [](cw in, r) {
         return call_waits(in) && in.stray_teleport.empty() && in.object.teleport->writes();
       },
       [](w in, r by) {
         carry_out(in, *in.object.teleport, by);
         lose(*in.object.teleport);
       }},
      {move::actor_dies, "the object actor dies", [](cw in, r) { return in.object.uid != 0; },
       [](w in, r by) { kill_actor(in, by); }},
      {move::process_dies, "the process dies, or another one leads", [](cw, r) { return true; },
       [](w in, r) { kill_process(in, false); }},
      {move::process_dies_patch_arrives, "the process dies, its patch is on the way",
       [](cw in, r) { return one_of_patches(in) && in.object.kube->writes(); },
       [](w in, r) { kill_process(in, true); }},
  };
  return all;
}

const rule& rule_of(move what) {
  static const auto table = [] {
    std::array<const rule*, static_cast<std::size_t>(move::count)> all{};
    for (const auto* some : {&system_rules(), &people_rules(), &accident_rules()}) {
      for (const auto& one : *some) all.at(static_cast<std::size_t>(one.what)) = &one;
    }
    return all;
  }();
  return *table.at(static_cast<std::size_t>(what));
}

bool is_loss(move what) {
  return what >= move::loses_patch && what <= move::loses_call_answer;
}
bool is_crash(move what) {
  return what >= move::actor_dies;
}

/// Nothing is to be done because of these.
bool changes_nothing(move what) {
  return what == move::looks_again || what == move::stream_breaks || is_crash(what);
}

int& purse(budget& left, move what) {
  if (is_loss(what)) return left.losses;
  return is_crash(what) ? left.crashes : left.events;
}

}  // namespace

std::string to_string(move what) {
  return rule_of(what).text;
}

bool is_of_system(move what) {
  return what <= move::connects_again;
}

bool ends_trouble(move what) {
  return what == move::accepts_again || what == move::connects_again;
}

std::vector<move> moves_in(const world& in, const scenario& of) {
  std::vector<move> all;
  for (const auto& one : system_rules()) {
    if (one.can(in, of.by)) all.push_back(one.what);
  }
  auto left = in.left;
  for (const auto what : of.events) {
    if (purse(left, what) > 0 && rule_of(what).can(in, of.by)) all.push_back(what);
  }
  return all;
}

world after(const world& in, move what, const scenario& of) {
  auto now = in;
  if (!is_of_system(what)) {
    --purse(now.left, what);
    if (!changes_nothing(what)) now.calm = false;
  }
  rule_of(what).act(now, of.by);
  settle(now);
  return now;
}

bool has_effect(const world& before, const world& now) {
  return before.last_version != now.last_version || before.last_revision != now.last_revision ||
         before.stored != now.stored;
}

}  // namespace model
