#include "app/options.hpp"

#include <gmock/gmock.h>

namespace app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

options good(const std::vector<std::string>& arguments) {
  auto parsed = parse_options(arguments);
  if (const auto* exit = std::get_if<early_exit>(&parsed)) {
    ADD_FAILURE() << exit->text;
    return {};
  }
  return std::get<options>(std::move(parsed));
}

early_exit bad(const std::vector<std::string>& arguments) {
  auto parsed = parse_options(arguments);
  if (const auto* exit = std::get_if<early_exit>(&parsed)) return *exit;
  ADD_FAILURE() << "parsed without complaint";
  return {};
}

TEST(Options, DefaultsAreTheOfficialOnes) {
  const auto got = good({});
  EXPECT_EQ(got.metrics_bind_address, ":8080");
  EXPECT_EQ(got.health_probe_bind_address, ":8081");
  EXPECT_EQ(got.leader_election_id, "431e83f4.teleport.dev");
  EXPECT_EQ(got.lease_duration, 15s);
  EXPECT_EQ(got.renew_deadline, 10s);
  EXPECT_EQ(got.retry_period, 2s);
  EXPECT_EQ(got.sync_period, 10h);
  EXPECT_EQ(got.drift_interval, 5min);
  EXPECT_EQ(got.log_level, "INFO");
  EXPECT_EQ(got.auth_server, "127.0.0.1:3025");
  EXPECT_EQ(got.token, "teleport-operator");
  EXPECT_EQ(got.join_method, "kubernetes");
  EXPECT_EQ(got.certificate_ttl, 1h);
  EXPECT_EQ(got.renewal_interval, 30min);
  EXPECT_THAT(got.ca_pins, IsEmpty());
  EXPECT_FALSE(got.insecure);
  EXPECT_THAT(got.namespaces, IsEmpty());
}

TEST(Options, EveryGoSpellingOfAFlagIsRead) {
  EXPECT_EQ(good({"-token", "a"}).token, "a");
  EXPECT_EQ(good({"-token=a"}).token, "a");
  EXPECT_EQ(good({"--token", "a"}).token, "a");
  EXPECT_EQ(good({"--token=a=b"}).token, "a=b");
  EXPECT_EQ(good({"-token", "-a"}).token, "-a");
  EXPECT_EQ(good({"-token="}).token, "");
  EXPECT_EQ(good({"-token=a", "-token=b"}).token, "b");
}

TEST(Options, ABooleanStandsAloneOrWithItsWord) {
  EXPECT_TRUE(good({"-insecure"}).insecure);
  for (const auto* word : {"1", "t", "T", "true", "TRUE", "True"}) {
    EXPECT_TRUE(good({std::string("-insecure=") + word}).insecure) << word;
  }
  for (const auto* word : {"0", "f", "F", "false", "FALSE", "False"}) {
    EXPECT_FALSE(good({"-insecure", std::string("-insecure=") + word}).insecure) << word;
  }
}

TEST(Options, ListsAreCutAtCommasAndReplaceEachOther) {
  EXPECT_THAT(good({"-ca-pin", "sha256:a,sha256:b"}).ca_pins, ElementsAre("sha256:a", "sha256:b"));
  EXPECT_THAT(good({"-ca-pin=a,b", "-ca-pin=c"}).ca_pins, ElementsAre("c"));
  EXPECT_THAT(good({"-namespace", "one, two,,"}).namespaces, ElementsAre("one", "two"));
}

TEST(Options, OurOwnFlagsAreRead) {
  const auto got =
      good({"-identity", "/id", "-address-file", "/a", "-watch-all-namespaces", "-kubeconfig", "/k",
            "-sync-period", "0", "-drift-interval", "90s", "-version"});
  EXPECT_EQ(got.identity_file, "/id");
  EXPECT_EQ(got.address_file, "/a");
  EXPECT_TRUE(got.watch_all_namespaces);
  EXPECT_EQ(got.kubeconfig, "/k");
  EXPECT_EQ(got.sync_period, 0s);
  EXPECT_EQ(got.drift_interval, 90s);
  EXPECT_TRUE(got.version);
}

TEST(Options, FlagsThatChangeNothingAreAccepted) {
  EXPECT_EQ(good({"-pprof-bind-address", ":6060"}).pprof_bind_address, ":6060");
  EXPECT_EQ(good({"-leader-election-id", "x"}).leader_election_id, "x");
  EXPECT_EQ(good({"-owner-email=a@example.com"}).owner_email, "a@example.com");
}

TEST(Options, AScopeTurnsScopedModeOn) {
  EXPECT_EQ(good({}).scope, "");
  const auto got = good({"-scope", "/team", "-owner-email", "a@example.com"});
  EXPECT_EQ(got.scope, "/team");
  EXPECT_EQ(got.owner_email, "a@example.com");
}

TEST(Options, HelpIsTheUsageAndNoError) {
  for (const auto* flag : {"-h", "--help", "-help"}) {
    const auto got = bad({flag});
    EXPECT_EQ(got.code, 0);
    EXPECT_THAT(got.text, StartsWith("Usage of teleport-operator:\n  -address-file string\n"));
    EXPECT_THAT(got.text, HasSubstr("-certificate-ttl duration\n"));
    EXPECT_THAT(got.text, HasSubstr("(default 1h0m0s)"));
    EXPECT_THAT(got.text, HasSubstr("(default \":8080\")"));
    EXPECT_THAT(got.text, HasSubstr("teleport-operator doctor -h"));
  }
}

struct refusal {
  std::vector<std::string> arguments;
  const char* first_line;
};

class BadCommandLine : public ::testing::TestWithParam<refusal> {};

TEST_P(BadCommandLine, IsRefusedWithTheReason) {
  const auto got = bad(GetParam().arguments);
  EXPECT_EQ(got.code, 2);
  EXPECT_EQ(got.text.substr(0, got.text.find('\n')), GetParam().first_line);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadCommandLine,
    ::testing::Values(
        refusal{{"-nope"}, "flag provided but not defined: -nope"},
        refusal{{"-token"}, "flag needs an argument: -token"},
        refusal{{"---token=a"}, "bad flag syntax: ---token=a"},
        refusal{{"-=a"}, "bad flag syntax: -=a"},
        refusal{{"-insecure=maybe"},
                "invalid value \"maybe\" for flag -insecure: want true or false"},
        refusal{{"-certificate-ttl", "1 hour"},
                "invalid value \"1 hour\" for flag -certificate-ttl: want a duration such as 30m "
                "or 1h30m"},
        refusal{{"docter"}, "unknown command: docter"},
        refusal{{"-insecure", "doctor"},
                "the command comes before the flags: teleport-operator doctor -..."},
        refusal{{"-insecure", "false"}, "unknown command: false"},
        refusal{{"--", "-insecure"}, "unknown command: -insecure"},
        refusal{{"-namespace=a", "-watch-all-namespaces"},
                "-namespace and -watch-all-namespaces exclude each other: leave one out"},
        refusal{{"-renewal-interval=0"},
                "-certificate-ttl and -renewal-interval must be longer than 0"},
        refusal{{"-sync-period=-1s"}, "-sync-period must not be negative"},
        refusal{{"-leader-elect-renew-deadline=15s"},
                "-leader-elect-...: the lease duration must be longer than the renew deadline"},
        refusal{{"-leader-elect-retry-period=9s"},
                "-leader-elect-...: the renew deadline must be longer than 1.2 times the retry "
                "period"},
        refusal{{"-drift-interval=-1s"}, "-drift-interval must not be negative"},
        refusal{{"-scope=team"}, "-scope must begin with a slash, as in /team: got \"team\""}));

// -- the doctor -----------------------------------------------------------------------------------

doctor_options asked(const std::vector<std::string>& arguments) {
  auto parsed = parse_doctor_options(arguments);
  if (const auto* exit = std::get_if<early_exit>(&parsed)) {
    ADD_FAILURE() << exit->text;
    return {};
  }
  return std::get<doctor_options>(std::move(parsed));
}

early_exit refused(const std::vector<std::string>& arguments) {
  auto parsed = parse_doctor_options(arguments);
  if (const auto* exit = std::get_if<early_exit>(&parsed)) return *exit;
  ADD_FAILURE() << "parsed without complaint";
  return {};
}

TEST(DoctorOptions, AreTheOperatorsAndTwoMore) {
  const auto plain = asked({});
  EXPECT_EQ(plain.of_operator.auth_server, "127.0.0.1:3025");
  EXPECT_FALSE(plain.as_json);
  EXPECT_FALSE(plain.consume_token);
  const auto given = asked({"-token=a", "-o", "json", "-consume-token"});
  EXPECT_EQ(given.of_operator.token, "a");
  EXPECT_TRUE(given.as_json);
  EXPECT_TRUE(given.consume_token);
  EXPECT_FALSE(asked({"-o=text"}).as_json);
}

TEST(DoctorOptions, HelpSaysWhatTheDoctorDoes) {
  const auto got = refused({"-h"});
  EXPECT_EQ(got.code, 0);
  EXPECT_THAT(got.text, StartsWith("teleport-operator doctor looks at everything"));
  EXPECT_THAT(got.text, HasSubstr("-consume-token"));
  EXPECT_THAT(got.text, HasSubstr("-auth-server string"));
}

TEST(DoctorOptions, ThatCannotBeUsedAreBadUsage) {
  EXPECT_EQ(refused({"-o=yaml"}).code, 2);
  EXPECT_THAT(refused({"-o=yaml"}).text, HasSubstr("text or json"));
  EXPECT_EQ(refused({"teleport"}).code, 2);
  EXPECT_EQ(refused({"-sync-period=-1s"}).code, 2) << "the operator would not start either";
  EXPECT_EQ(bad({"-consume-token"}).code, 2) << "the operator has no such flag";
}

}  // namespace
}  // namespace app
