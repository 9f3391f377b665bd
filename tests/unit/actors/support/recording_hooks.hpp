#pragma once

/// Hooks that keep the addresses of the actors that were spawned, and throw at a marked point when
/// told to. For one thread.

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "actors/chaos_hooks.hpp"

namespace actors::testing {

class recording_hooks final : public chaos_hooks {
 public:
  struct spawned_actor {
    std::string type;
    std::string subject;
    caf::actor_addr who;
    std::shared_ptr<bool> alive;
  };

  void spawned(std::string_view type, std::string_view subject,
               const caf::actor_addr& who) override {
    auto alive = std::make_shared<bool>(true);
    caf::actor_cast<caf::actor>(who)->attach_functor([alive] { *alive = false; });
    all.push_back({std::string{type}, std::string{subject}, who, std::move(alive)});
  }
  void reached(std::string_view type, std::string_view point, std::string_view subject) override {
    // An election goes on for ever; tests count what else happens.
    if (type != "leader_elector" && point != "ask_lease")
      points.emplace_back(std::string{type} + ':' + std::string{point});
    if (throws && throws(type, point, subject)) throw std::runtime_error("made to fail");
  }
  bool passes(write_at place, std::string_view what, std::string_view subject) override {
    return !stops || !stops(place, what, subject);
  }

  /// Handles of those of this type that live; no type: of all.
  std::vector<caf::actor> living(std::string_view type) const {
    std::vector<caf::actor> found;
    for (const auto& one : all) {
      if ((!type.empty() && one.type != type) || !*one.alive) continue;
      if (auto actor = caf::actor_cast<caf::actor>(one.who)) found.push_back(std::move(actor));
    }
    return found;
  }
  /// How many of this type were ever spawned; with a subject: for this subject.
  std::size_t count(std::string_view type, std::string_view subject = {}) const {
    std::size_t n = 0;
    for (const auto& one : all) {
      if (one.type == type && (subject.empty() || one.subject == subject)) ++n;
    }
    return n;
  }

  std::function<bool(std::string_view type, std::string_view point, std::string_view subject)>
      throws;
  /// Writes, and answers to them, that go no further.
  std::function<bool(write_at place, std::string_view what, std::string_view subject)> stops;
  std::vector<spawned_actor> all;
  std::vector<std::string> points;  ///< "object_actor:before_create", in order
};

}  // namespace actors::testing
