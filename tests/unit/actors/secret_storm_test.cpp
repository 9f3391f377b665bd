/// Secrets in a storm: changes, deletions and permissions of Secrets, lost reads, kills, in an
/// order drawn from a seed, with messages, watch news and answers delivered at random. When it is
/// over, every CR must follow its Secret: no order of events may lose a wake. A failure prints its
/// seed.

#include <map>
#include <random>

#include "teleport/proto/github_connector.pb.h"
#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;

constexpr unsigned storms = 300;
constexpr int storm_steps = 600;

/// Values of Secrets, as the API server stores them and as Teleport gets them.
constexpr std::pair<const char*, const char*> values[] = {
    {R"({"key":"b25l"})", "one"}, {R"({"key":"dHdv"})", "two"}, {R"({"key":"dGhyZWU="})", "three"}};

class secret_storm : public operator_world {
 public:
  explicit secret_storm(unsigned seed) : random_(seed) {
    context.env.config.kinds = {teleport::find_kind("TeleportGithubConnector")};
    context.env.random = [this] { return std::uniform_real_distribution<double>{}(random_); };
  }
  void TestBody() override {
    // Run by hand, once for each seed.
  }

  /// What is out of place at the end; empty when nothing is.
  std::string run_through() {
    for (const auto& [cr, secret] : uses_) {
      api.apply(key(cr), R"({"client_secret":"secret://)" + secret + R"(/key"})");
    }
    start();
    api.hold = true;
    for (int i = 0; i < storm_steps; ++i) take_a_step();
    calm_down();
    return out_of_place();
  }
  int kills() const { return kills_; }
  int changes() const { return changes_; }

 private:
  unsigned below(std::size_t n) { return static_cast<unsigned>(random_() % n); }
  bool one_in(unsigned n) { return below(n) == 0; }

  void take_a_step() {
    const auto dice = below(1000);
    if (dice < 650) return one_message();
    if (dice < 780) return static_cast<void>(api.deliver(below(8)));
    if (dice < 940) return kubernetes();
    if (dice < 975) return change_a_secret();
    if (dice < 985) return kill_somebody();
    if (dice < 990) advance(100ms);
  }

  void one_message() {
    auto& jobs = sched().jobs;
    if (jobs.empty()) return;
    std::swap(jobs.front(), jobs.at(below(jobs.size())));
    step();
  }

  void kubernetes() {
    if (api.pending.empty()) return;
    const auto which = below(api.pending.size());
    if (one_in(3)) return api.carry_out(which);  // the answer comes later, and is old by then
    api.answer(which, one_in(20));
  }

  void change_a_secret() {
    ++changes_;
    const std::string name = one_in(2) ? "s" : "t";
    const auto known = now_.find(name);
    if (known != now_.end() && one_in(5)) {
      now_.erase(known);
      return api.remove_secret(key(name));
    }
    const auto& [stored, value] = values[below(std::size(values))];
    const bool allowed = !one_in(5);
    now_[name] = allowed ? value : "";
    api.put_secret(key(name), stored, allowed ? "*" : "nobody");
  }

  void kill_somebody() {
    static constexpr const char* types[] = {"secret_watcher", "kube_client", "object_actor",
                                            "object_actor", "kind_supervisor"};
    if (kills_ == most_kills) return;
    const auto living = hooks.living(types[below(std::size(types))]);
    if (living.empty()) return;
    ++kills_;
    self()->send_exit(living.at(below(living.size())), caf::exit_reason::kill);
  }

  void calm_down() {
    api.hold = false;
    while (!api.pending.empty()) api.answer(0);
    settle();
    pass(400s);
  }

  std::string out_of_place() const {
    for (const auto& [cr, secret] : uses_) {
      const auto wanted = now_.find(secret);
      const bool can_be_had = wanted != now_.end() && !wanted->second.empty();
      const auto* state = can_be_had ? "True NoError" : "False MutationError";
      if (ready(cr) != state) return cr + " is " + ready(cr) + ", wanted " + state;
      if (can_be_had && in_teleport(cr) != wanted->second) return cr + " has an old value";
    }
    return {};
  }

  std::string in_teleport(const std::string& name) const {
    const auto found = teleport.resources.find(name);
    if (found == teleport.resources.end()) return {};
    return dynamic_cast<const types::GithubConnectorV3&>(found->second.message())
        .spec()
        .clientsecret();
  }

  static constexpr int most_kills = 4;  // a service may die five times in 30 s

  std::mt19937 random_;
  const std::map<std::string, std::string> uses_{{"a", "s"}, {"b", "s"}, {"c", "t"}};
  std::map<std::string, std::string> now_;  ///< the values; empty: not allowed
  int kills_ = 0;
  int changes_ = 0;
};

TEST(SecretStorm, EveryCrFollowsItsSecretInTheEnd) {
  int kills = 0;
  int changes = 0;
  for (unsigned seed = 1; seed <= storms; ++seed) {
    secret_storm one{seed};
    ASSERT_EQ(one.run_through(), "") << "seed " << seed;
    kills += one.kills();
    changes += one.changes();
  }
  EXPECT_GT(kills, 900);
  EXPECT_GT(changes, 3000);
}

}  // namespace
}  // namespace actors::testing
