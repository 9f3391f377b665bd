#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "app/doctor/json.hpp"
#include "app/doctor/text.hpp"

namespace app::doctor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

finding in_group(finding one) {
  one.group = "Rights";
  return one;
}

report mixed() {
  auto slow = ok("teleport.name", "Name", "a.example.com is 10.0.0.1");
  slow.took = std::chrono::milliseconds(4249);
  auto bad = failed("teleport.port", "Port", "connection refused", "open it");
  bad.details = {{"trouble", "unreachable"}};
  return {"1.2.3",
          {{"teleport",
            "Teleport",
            "a.example.com:443",
            {slow, bad, skipped("teleport.join", "Join", "Port")}},
           {"kubernetes",
            "Kubernetes",
            "",
            {in_group(ok("k.a", "a", "fine")), in_group(warning("k.b", "b", "not allowed", "do")),
             in_group(ok("k.c", "c", "fine"))}}}};
}

TEST(Report, IsReadFromTopToBottom) {
  EXPECT_EQ(as_text(mixed()), R"(teleport-operator 1.2.3, doctor

Teleport: a.example.com:443
[✓] Name: a.example.com is 10.0.0.1 (took 4.2 s)
[✗] Port: connection refused
      trouble: unreachable
    → open it
[-] Join: skipped: needs Port

Kubernetes
[✓] Rights: 2 of 3 are well
[!] b: not allowed
    → do

1 problem, 1 warning.
)");
}

TEST(Report, OfAHealthySetUpSaysSo) {
  const report good{"1", {{"k", "Kubernetes", "", {in_group(ok("k.a", "a", "fine"))}}}};
  EXPECT_THAT(as_text(good), HasSubstr("[✓] Rights: all 1 are well\n"));
  EXPECT_THAT(as_text(good), HasSubstr("\nAll is well.\n"));
  EXPECT_EQ(exit_code(good), 0);
}

TEST(Report, WarningsAreNoFailure) {
  const report warned{"1", {{"k", "K", "", {warning("k.a", "a", "hm", "do")}}}};
  EXPECT_EQ(exit_code(warned), 0);
  EXPECT_THAT(as_text(warned), HasSubstr("All is well, 1 warning."));
  EXPECT_EQ(exit_code(mixed()), 1);
}

TEST(Report, CannotMoveTheCursor) {
  const report evil{"1", {{"k", "K", "", {ok("k.a", "a", "\x1b[2Jgone\r\nnew line")}}}};
  const auto text = as_text(evil);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("[✓] a:  [2Jgone  new line\n"));
}

TEST(Report, AsJsonLeavesNothingOut) {
  const auto got = nlohmann::json::parse(as_json(mixed()));
  EXPECT_EQ(got["version"], "1.2.3");
  EXPECT_EQ(got["ok"], false);
  EXPECT_EQ(got["failed"], 1);
  EXPECT_EQ(got["warnings"], 1);
  const auto& port = got["sections"][0]["findings"][1];
  EXPECT_EQ(port, (nlohmann::json{{"id", "teleport.port"},
                                  {"title", "Port"},
                                  {"verdict", "failed"},
                                  {"seen", "connection refused"},
                                  {"details", {{"trouble", "unreachable"}}},
                                  {"remedy", "open it"},
                                  {"milliseconds", 0}}));
  EXPECT_EQ(got["sections"][1]["id"], "kubernetes");
}

TEST(Report, AsJsonStandsTextsThatAreNoUtf8) {
  const report odd{"1", {{"k", "K", "", {ok("k.a", "a", "\xff")}}}};
  EXPECT_EQ(nlohmann::json::parse(as_json(odd))["sections"][0]["findings"][0]["seen"], "\uFFFD");
}

}  // namespace
}  // namespace app::doctor
