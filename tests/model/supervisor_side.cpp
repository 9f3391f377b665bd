/// The model's supervisor, and accidents.

#include <chrono>
#include <utility>

#include "tests/model/operator_side.hpp"

namespace model {

using namespace actors::core;

namespace {

constexpr double chance = 0.5;

/// No other CR wants the resource.
void claim(object_side& object) {
  react(object, object.mind.on_claim({{}, {"admin"}}));
}

/// The actor ends; what it asked for goes on.
void leave_requests(world& in) {
  auto& object = in.object;
  if (object.kube && !object.kube->answer && object.kube->writes())
    in.stray_kube.push_back(*std::move(object.kube));
  if (object.teleport && !object.teleport->answer && object.teleport->writes())
    in.stray_teleport.push_back(*std::move(object.teleport));
}

}  // namespace

// -- the supervisor -------------------------------------------------------------------------------

namespace {

void take_watch_news(world& in, const watch_news& news) {
  auto& object = in.object;
  const auto& cr = notes(news.state);
  if (news.deleted) {
    if (object.uid != cr.uid_number) return;
    if (!cr.finalizer || cr.deleting) {
      leave_requests(in);
      object = {};
      return;
    }
    auto last = *news.state;
    last.deletion_timestamp = "2026-01-03T00:00:00Z";
    object.vanished = note(std::move(last));
    return react(object, object.mind.on_observed(object.vanished, true));
  }
  if (object.uid != cr.uid_number) {
    leave_requests(in);
    object = {};
    object.uid = cr.uid_number;
  }
  react(object, object.mind.on_observed(news.state, false));
  claim(object);
}

/// After a start the CRs are listed first, then Teleport's side.
void begin_if_listed(world& in) {
  if (std::exchange(in.starting, false) && in.connected) ask_for_list(in);
}

}  // namespace

void deliver_watch(world& in) {
  const auto news = in.watch.front();
  in.watch.erase(in.watch.begin());
  take_watch_news(in, news);
  begin_if_listed(in);
}

void deliver_stream(world& in, const rules& by) {
  const auto news = in.stream.front();
  in.stream.erase(in.stream.begin());
  if (in.object.uid == 0 || !by.hears_stream) return;
  react(in.object, in.object.mind.on_moved(news, chance));
}

void ask_for_list(world& in) {
  if (in.list.now != listing::stage::none) {
    in.list.again = true;
  } else {
    in.list = {listing::stage::asked, {}, false};
  }
}

void take_list(world& in) {
  in.list.now = listing::stage::taken;
  in.list.found = in.stored;
}

void deliver_list(world& in) {
  const auto list = std::exchange(in.list, {});
  if (list.again) return ask_for_list(in);
  if (in.object.uid == 0) return;
  auto& object = in.object;
  react(object, object.mind.on_wake(false));
  if (!in.connected) return;
  auto heads = std::make_shared<listed_heads>();
  if (list.found) {
    teleport::resource_head head;
    head.name = "admin";
    head.version = "v7";
    head.revision = revision_text(list.found->revision);
    heads->emplace(teleport::resource_key{"admin"}, head);
  }
  react(object, object.mind.on_list(heads, std::chrono::milliseconds{0}, chance));
}

bool gate_open(const world& in) {
  return in.list.now == listing::stage::none && !in.starting;
}

// -- accidents ------------------------------------------------------------------------------------

void kill_actor(world& in, const rules& by) {
  leave_requests(in);
  object_side fresh;
  fresh.uid = in.object.uid;
  fresh.vanished = in.object.vanished;
  in.object = std::move(fresh);
  in.object.mind.reads_first = by.reads_after_death && !in.object.vanished;
  claim(in.object);
  if (in.object.vanished) react(in.object, in.object.mind.on_observed(in.object.vanished, true));
}

void kill_process(world& in, bool arrives) {
  leave_requests(in);
  if (!arrives) in.stray_kube.clear();
  in.stray_teleport.clear();
  in.object = {};
  in.watch.clear();
  in.stream.clear();
  in.list = {};
  in.streaming = true;
  in.starting = true;
  if (in.cr) {
    in.watch.push_back({in.cr, false});
  } else {
    begin_if_listed(in);
  }
}

}  // namespace model
