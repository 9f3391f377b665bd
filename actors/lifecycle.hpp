#pragma once

/// Counts an actor among the living for as long as its state exists, and shows it to the chaos
/// hooks.

#include <string>
#include <string_view>

#include <caf/actor_addr.hpp>

#include "actors/environment.hpp"

namespace actors {

class life {
 public:
  life(environment& env, std::string_view type, std::string_view subject,
       const caf::actor_addr& who)
      : stats_(env.stats), type_(type) {
    stats_->actors_alive(type_, 1);
    env.hooks->spawned(type, subject, who);
  }
  life(const life&) = delete;
  life& operator=(const life&) = delete;
  ~life() { stats_->actors_alive(type_, -1); }

 private:
  metrics* stats_;
  std::string type_;
};

}  // namespace actors
