#include "app/candidate.hpp"

#include <map>

#include <gtest/gtest.h>

#include "app/boot_clock.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;
using variables = std::map<std::string, std::string>;

surroundings with(const variables& set, const std::string& mounted = {}) {
  return {[set](const std::string& name) -> std::optional<std::string> {
            const auto found = set.find(name);
            if (found == set.end()) return std::nullopt;
            return found->second;
          },
          [mounted](const std::string&) -> std::optional<std::string> {
            if (mounted.empty()) return std::nullopt;
            return mounted;
          }};
}

TEST(Candidate, IsKnownByItsHostAndItsPod) {
  EXPECT_EQ(candidate_identity(with({{"POD_UID", "1234"}}), "host"), "host_1234");
}

TEST(Candidate, OutsideOfAPodIsAnotherOneAtEachStart) {
  const auto one = candidate_identity(with({}), "host");
  EXPECT_TRUE(one.starts_with("host_"));
  EXPECT_EQ(one.size(), std::string("host_").size() + 36);
  EXPECT_NE(one, candidate_identity(with({{"POD_UID", ""}}), "host"));
}

TEST(Candidate, TheLeaseIsInTheOneWatchedNamespace) {
  EXPECT_EQ(lease_namespace({"team"}, with({{"POD_NAMESPACE", "own"}}, "mounted"), "context"),
            "team");
}

TEST(Candidate, TheLeaseOfSeveralNamespacesIsInTheOperatorsOwn) {
  const std::vector<std::string> several{"a", "b"};
  EXPECT_EQ(lease_namespace(several, with({{"POD_NAMESPACE", "own"}}, "mounted"), "context"),
            "own");
  EXPECT_EQ(lease_namespace({}, with({}, "mounted\n"), "context"), "mounted");
  EXPECT_EQ(lease_namespace(several, with({}), "context"), "context");
  EXPECT_EQ(lease_namespace(several, with({}), ""), "a");
  EXPECT_EQ(lease_namespace({}, with({}), ""), "default");
}

TEST(Candidate, ItsTimesAreThoseOfTheFlags) {
  options given;
  given.leader_election_id = "id";
  given.lease_duration = 6s;
  given.renew_deadline = 4500ms;
  given.retry_period = 100ms;
  const auto got = election_settings(given);
  EXPECT_EQ(got.lease.name, "id");
  EXPECT_EQ(got.lease_duration, 6s);
  EXPECT_EQ(got.renew_deadline, 4500ms);
  EXPECT_EQ(got.retry_period, 100ms);
}

TEST(BootClock, GoesOn) {
  const auto before = since_boot();
  EXPECT_GT(before, 0s);
  EXPECT_GE(since_boot(), before);
}

}  // namespace
}  // namespace app
