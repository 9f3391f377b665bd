/// One CR in a storm (facts/controller-testing.md T8): messages, watch news, answers, timers,
/// edits, deletions, kills, throws and outages in an order drawn from a seed. After every step the
/// safety invariants are checked against the models of both servers; when the storm is over,
/// everything must be in its place. A failure prints its seed; INTERLEAVING_SEED=n runs that one
/// alone.

#include <cstdlib>
#include <random>

#include "actors/core/words.hpp"
#include "teleport/codec.hpp"
#include "tests/unit/actors/support/operator_world.hpp"
#include "tests/unit/actors/support/tally.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;

constexpr unsigned shards = 10;
constexpr unsigned seeds_per_shard = 150;
constexpr int storm_steps = 1500;

class storm : public operator_world {
 public:
  storm(unsigned seed, tally& counted) : random_(seed), counted_(counted) {
    context.env.random = [this] { return unit_(random_); };
    context.env.config.start_patience = 24h;  // a lock may come first
    if (one_in(6)) {
      teleport.put("admin", role("admin", other_spec, false));
      foreign_revision_ = teleport.revision_of("admin");
    }
    teleport.answers_writes = !one_in(4);
    teleport.watch_calls = [this](const auto& call) { check_call(call); };
    hold(true);
  }
  void TestBody() override {
    // Run by hand, once for each seed.
  }

  /// The first thing that went wrong; empty when nothing did.
  std::string run_through() {
    start();
    for (int i = 0; i < storm_steps && problem_.empty(); ++i) {
      take_a_step();
      check_always();
    }
    if (problem_.empty()) calm_down();
    if (problem_.empty()) check_end();
    return problem_;
  }
  /// What was done, for whoever looks into a failure.
  std::string trace() const {
    std::string text;
    for (const auto& line : trace_) text += "  " + line + '\n';
    return text;
  }

 private:
  unsigned below(std::size_t n) { return static_cast<unsigned>(random_() % n); }
  bool one_in(unsigned n) { return below(n) == 0; }
  void note(std::string what) { trace_.push_back(std::move(what)); }
  void expect(bool holds, const std::string& what) {
    if (!holds && problem_.empty()) problem_ = what;
  }
  void hold(bool on) {
    api.hold = teleport.hold = teleport.hold_connect = teleport.hold_pings = on;
  }

  // -- steps --

  void take_a_step() {
    if (!teleport.online && one_in(40)) return outage(false);
    if (locked_ && one_in(40)) return lock(false);
    const auto dice = below(1000);
    if (dice < 560) return one_message();
    if (dice < 660) return static_cast<void>(api.deliver(below(8)));
    if (dice < 800) return kubernetes();
    if (dice < 950) return teleport_side();
    if (dice < 962) return person();
    if (dice < 970) return accident();
    if (dice < 973) return outage(true);
    if (dice < 980) return next_timer();
    if (dice < 983) return somebody_in_teleport();
    if (dice < 985) return stream();
    if (dice < 988) lock(true);
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
    const auto& one = api.pending.at(which);
    const bool carries_out = one_in(3);
    const bool lost = !carries_out && one_in(12);
    if (lost) ++counted_.lost_answers;
    note("api " + one.verb + (carries_out ? " carried out" : lost ? " lost" : " answered"));
    carries_out ? api.carry_out(which) : api.answer(which, lost);
  }

  void teleport_side() {
    if (one_in(4) && !teleport.connecting.empty()) {
      note("connect answered");
      return teleport.answer_connect();
    }
    if (one_in(4) && !teleport.pings.empty()) {
      note("ping answered");
      auto reply = std::move(teleport.pings.front());
      teleport.pings.pop_front();
      return reply();
    }
    if (teleport.pending.empty()) return;
    const auto which = below(teleport.pending.size());
    const auto verb = teleport.pending.at(which).verb;
    if (one_in(3)) {
      note("teleport " + verb + " carried out");
      return teleport.carry_out(which);
    }
    if (!one_in(12)) {
      note("teleport " + verb + " answered");
      return teleport.answer(which);
    }
    const auto code = one_in(2) ? teleport::errc::timeout : teleport::errc::connection;
    ++counted_.lost_answers;
    note("teleport " + verb + " lost: " + teleport::to_string(code));
    teleport.answer(which, teleport::error{code, "lost"});
  }

  void person() {
    const auto* cr = api.find(key());
    if (cr == nullptr || (!cr->deletion_timestamp && !one_in(3))) {
      const auto tag = "t" + std::to_string(++last_tag_);
      const auto& now = api.apply(key(), R"({"allow":{"logins":[")" + tag + R"("]}})");
      uid_of_tag_[tag] = now.uid;
      if (cr == nullptr && last_tag_ > 1) ++counted_.recreations;
      note((now.generation == 1 ? "created " : "edited ") + now.uid + ' ' + tag);
    } else if (!cr->deletion_timestamp) {
      note("deleted " + cr->uid);
      api.remove(key());
    } else {
      note("annotated");
      api.annotate(key(), "example.com/x", std::to_string(++last_tag_));
    }
  }

  void accident() {
    if (accidents_left_ == 0) return;
    --accidents_left_;
    if (one_in(2)) {
      note("a throw is near");
      hooks.throws = [this, left = below(10)](std::string_view type, std::string_view point,
                                              std::string_view) mutable {
        if (left-- > 0) return false;
        note("threw in " + std::string{type} + " at " + std::string{point});
        ++counted_.throws;
        hooks.throws = nullptr;
        return true;
      };
      return;
    }
    static constexpr const char* types[] = {"object_actor",    "object_actor", "kind_supervisor",
                                            "teleport_client", "kube_client",  "event_recorder",
                                            "drift_watcher"};
    const auto* type = types[below(std::size(types))];
    const auto living = hooks.living(type);
    if (living.empty()) return;
    note(std::string{"kill "} + type);
    ++counted_.kills;
    self()->send_exit(living.at(below(living.size())), caf::exit_reason::kill);
  }

  /// Edits or deletes what is ours, behind the operator's back. That is put back without a list:
  /// there is no timer for one.
  void somebody_in_teleport() {
    const auto* cr = api.find(key());
    if (cr == nullptr || cr->deletion_timestamp || disturbances_left_ == 0) return;
    const auto found = teleport.resources.find("admin");
    if (found == teleport.resources.end() || is_foreign()) return;
    const auto tag = login_of(found->second);
    if (uid_of_tag_.at(tag) != cr->uid) return;  // left over from a former CR
    --disturbances_left_;
    ++counted_.disturbances;
    if (one_in(3)) {
      note("somebody deletes in Teleport");
      creates_ = 0;
      return teleport.take("admin");
    }
    const auto other = "x" + std::to_string(++last_tag_);
    note("somebody edits in Teleport: " + other);
    uid_of_tag_[other] = cr->uid;
    teleport.put("admin", role("admin", R"({"allow":{"logins":[")" + other + R"("]}})", true));
  }

  void stream() {
    teleport.hold_watches = one_in(3);
    if (one_in(3)) return teleport.open_watches();
    note("the event stream breaks");
    teleport.break_watches();
  }

  void outage(bool begins) {
    if (begins && teleport.online) ++counted_.outages;
    teleport.online = !begins;
    note(begins ? "teleport is away" : "teleport is back");
  }

  /// Calls, pings and joins are refused, whatever they are about.
  void lock(bool begins) {
    if (begins && !locked_) ++counted_.locks;
    locked_ = begins;
    note(begins ? "the bot is locked" : "the lock is gone");
    teleport.refuse = nullptr;
    teleport.refuse_connect = nullptr;
    teleport.refuse_pings.reset();
    if (!begins) return;
    const teleport::error denied{teleport::errc::access_denied, "access denied"};
    teleport.refuse = [denied](const auto&) { return denied; };
    teleport.refuse_pings = denied;
    teleport.refuse_connect = [denied] {
      return teleport::connect_failure{denied, false, teleport::trouble::locked};
    };
  }

  void next_timer() {
    auto& clock = sched().clock();
    if (!clock.has_pending_timeout()) return;
    const auto due = clock.schedule().begin()->first;
    note("a timer");
    clock.advance_time(std::max(due - clock.now(), caf::timespan{0}));
  }

  void calm_down() {
    note("calm");
    hold(false);
    hooks.throws = nullptr;
    teleport.online = true;
    teleport.hold_watches = false;
    lock(false);
    const auto answer_all = [this] {
      while (!teleport.connecting.empty()) teleport.answer_connect();
      for (auto& reply : std::exchange(teleport.pings, {})) reply();
      while (!teleport.pending.empty()) teleport.answer(0);
      while (!api.pending.empty()) api.answer(0);
      settle();
    };
    answer_all();
    for (int second = 0; second < 400; ++second) {
      advance(1s);
      settle();
    }
    check_always();
  }

  // -- what must hold --

  bool is_foreign() const {
    const auto found = teleport.resources.find("admin");
    return found != teleport.resources.end() && !teleport::unowned_reason(found->second).empty();
  }

  void check_call(const fake_teleport::call& call) {
    if (call.verb == "update") ++counted_.updates;
    if (call.verb == "remove") {
      ++counted_.removes;
      const auto* cr = api.find(key());
      expect(cr != nullptr && cr->deletion_timestamp, "R: deletes what a live CR wants");
      expect(!is_foreign(), "N: deletes a foreign resource");
      creates_ = 0;
    }
    if (!call.desired) return;
    const auto uid = uid_of_tag_.at(login_of(*call.desired));
    expect(api.finalized.contains(uid), "F: writes before the finalizer is stored");
    expect(!api.gone.contains(uid), "R: writes for a CR that is gone");
    expect(call.verb == "create" || !is_foreign(), "N: writes a foreign resource");
    if (call.verb != "create" || teleport.resources.contains("admin")) return;
    ++counted_.creates;
    expect(++creates_ == 1, "D: creates twice without a delete between");
  }

  void check_always() {
    if (const auto found = teleport.resources.find("admin");
        found != teleport.resources.end() && !is_foreign()) {
      const auto uid = uid_of_tag_.at(login_of(found->second));
      expect(!api.gone.contains(uid), "O: the CR is gone and its resource is left");
    }
    const auto open = std::count_if(teleport.pending.begin(), teleport.pending.end(),
                                    [](const auto& one) { return one.verb != "list"; });
    expect(open <= 1, "two calls for one resource at once");
    expect(given_up.empty(), "gave up");
  }

  void check_end() {
    const auto* cr = api.find(key());
    expect(cr == nullptr || !cr->deletion_timestamp, "E: a deletion hangs");
    expect(hooks.living("object_actor").size() == (cr != nullptr ? 1U : 0U),
           "an actor is missing or left over");
    for (const auto* type : {"operator", "kind_supervisor", "teleport_client", "kube_client",
                             "event_recorder", "drift_watcher"})
      expect(hooks.living(type).size() == 1, std::string{"not one living "} + type);
    if (!foreign_revision_.empty()) {
      expect(teleport.revision_of("admin") == foreign_revision_, "N: a foreign resource moved");
      expect(cr == nullptr || ready() == "False OriginLabelNotMatching",
             "E: the refusal is not shown: " + ready());
      return;
    }
    expect(teleport.resources.contains("admin") == (cr != nullptr), "E: resource and CR differ");
    if (cr == nullptr || !problem_.empty()) return;
    const auto tag = login_of(teleport.resources.at("admin"));
    expect(cr->spec.find('"' + tag + '"') != std::string::npos, "E: Teleport has an older spec");
    expect(ready() == "True NoError", "E: not ready: " + ready());
    expect(cr->status.fields.at(core::words::observed_generation) == std::to_string(cr->generation),
           "E: the status is about an older generation");
    expect(cr->status.fields.at(core::words::teleport_revision) == teleport.revision_of("admin"),
           "E: the recorded revision is not the one in Teleport");
  }

  std::mt19937 random_;
  tally& counted_;
  std::uniform_real_distribution<double> unit_{0.0, 1.0};
  std::map<std::string, std::string> uid_of_tag_;
  std::string foreign_revision_;  ///< set: somebody else's resource has the name
  bool locked_ = false;
  int last_tag_ = 0;
  int creates_ = 0;  ///< since the last delete
  int accidents_left_ = 5;
  int disturbances_left_ = 4;
  std::string problem_;
  std::vector<std::string> trace_;
};

/// False when the seed failed.
bool weather(unsigned seed, tally& counted) {
  storm one{seed, counted};
  const auto problem = one.run_through();
  EXPECT_EQ(problem, "") << "seed " << seed << "\n" << one.trace();
  return problem.empty();
}

class Interleaving : public ::testing::TestWithParam<unsigned> {};

TEST_P(Interleaving, KeepsTheInvariantsAndEndsInTheRightPlace) {
  if (const auto* only = std::getenv("INTERLEAVING_SEED")) {  // NOLINT(concurrency-mt-unsafe)
    tally alone;
    if (GetParam() == 0) weather(static_cast<unsigned>(std::stoul(only)), alone);
    return;
  }
  tally counted;
  for (unsigned i = 0; i < seeds_per_shard; ++i) {
    if (!weather(GetParam() * seeds_per_shard + i, counted)) return;
  }
  counted.expect_enough(seeds_per_shard);
  EXPECT_GT(counted.locks, static_cast<int>(seeds_per_shard) / 4);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Interleaving, ::testing::Range(0U, shards));

}  // namespace
}  // namespace actors::testing
