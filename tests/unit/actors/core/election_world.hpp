#pragma once

/// An API server's Lease, and candidates that take turns on it, each with a clock of its own.

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "actors/core/election.hpp"

namespace actors::core::testing {

using namespace std::chrono_literals;
using k8s::errc;
using verb = k8s::lease_request::verb;
using time = election::time;

inline const k8s::object_key where{"ns", "lease"};

struct lease_server {
  std::optional<k8s::lease> stored;
  int version = 0;
  bool away = false;           ///< nothing is carried out
  bool loses_answers = false;  ///< all is carried out, nothing is answered
  std::optional<errc> refuses;
  std::vector<verb> asked;

  k8s::result<k8s::lease> ask(const k8s::lease_request& request) {
    asked.push_back(request.what);
    if (away) return k8s::error{};
    if (refuses) return k8s::error{.code = *refuses};
    auto answer = carry_out(request);
    return loses_answers ? k8s::result<k8s::lease>(k8s::error{}) : answer;
  }

  k8s::result<k8s::lease> carry_out(const k8s::lease_request& request) {
    if (request.what == verb::create && stored) return k8s::error{.code = errc::already_exists};
    if (request.what != verb::create && !stored) return k8s::error{.code = errc::not_found};
    if (request.what == verb::update && request.of.resource_version != stored->resource_version)
      return k8s::error{.code = errc::conflict};
    if (request.what != verb::get) put(request.of);
    return *stored;
  }

  void put(k8s::lease one) {
    one.uid = stored ? stored->uid : "u" + std::to_string(version);
    one.resource_version = std::to_string(++version);
    stored = std::move(one);
  }
  void edit_holder(const std::string& holder) {
    auto one = *stored;
    one.holder = holder;
    put(one);
  }
};

struct candidate {
  candidate(lease_server& at, const std::string& name, time clock_shift = 0s, time kept = 0s)
      : server(&at), shift(clock_shift), mind({where, name, 15s, 10s, 2s}, kept) {}

  time now() const { return base + shift; }
  /// One round, all of it at one moment.
  void round() {
    const std::chrono::system_clock::time_point wall{
        std::chrono::duration_cast<std::chrono::system_clock::duration>(now())};
    auto next = std::optional{mind.begin(now(), wall)};
    for (int i = 0; next; ++i) {
      ASSERT_LT(i, 10) << "a round without an end";
      next = mind.answered(server->ask(*next), now(), wall);
    }
  }
  /// Rounds every two seconds for this long.
  void rounds(time how_long) {
    for (const auto end = base + how_long; base < end; base += 2s) round();
  }
  bool leads() const { return mind.leads(now()); }

  lease_server* server;
  time base = 1h;
  time shift;
  election mind;
};

/// Two candidates.
class two_candidates : public ::testing::Test {
 protected:
  void pass(time by) {
    a.base += by;
    b.base += by;
  }

  lease_server server;
  candidate a{server, "a"};
  candidate b{server, "b"};
};

}  // namespace actors::core::testing
