#include "app/namespaces.hpp"

#include <gmock/gmock.h>

namespace app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

surroundings with(std::optional<std::string> variable, std::optional<std::string> file) {
  return {[variable](const std::string& name) {
            return name == "POD_NAMESPACE" ? variable : std::nullopt;
          },
          [file](const std::string& path) {
            return path == service_account_namespace_file ? file : std::nullopt;
          }};
}

std::vector<std::string> good(const options& given, const surroundings& from) {
  auto got = resolve_namespaces(given, from);
  if (const auto* bad = std::get_if<bad_configuration>(&got)) {
    ADD_FAILURE() << bad->why;
    return {};
  }
  return std::get<0>(std::move(got));
}

options flag(std::vector<std::string> namespaces) {
  options given;
  given.namespaces = std::move(namespaces);
  return given;
}

TEST(Namespaces, TheFlagWinsOverVariableAndFile) {
  EXPECT_THAT(good(flag({"a", "b", "a"}), with("v", "f")), ElementsAre("a", "b"));
}

TEST(Namespaces, TheVariableWinsOverTheFile) {
  EXPECT_THAT(good({}, with("v", "f")), ElementsAre("v"));
}

TEST(Namespaces, TheFileIsTrimmed) {
  EXPECT_THAT(good({}, with(std::nullopt, " f\n")), ElementsAre("f"));
  EXPECT_THAT(good({}, with("", "f")), ElementsAre("f"));
}

TEST(Namespaces, AllOfThemNeedNoName) {
  options given;
  given.watch_all_namespaces = true;
  EXPECT_THAT(good(given, with("v", "f")), IsEmpty());
}

TEST(Namespaces, NoneAtAllIsRefusedInTheOfficialWords) {
  for (const auto& from : {with(std::nullopt, std::nullopt), with("", " \n")}) {
    const auto got = resolve_namespaces({}, from);
    ASSERT_TRUE(std::holds_alternative<bad_configuration>(got));
    EXPECT_THAT(std::get<bad_configuration>(got).why,
                HasSubstr("Specifying namespace is mandatory. This can be done through the "
                          "`-namespace` flag, the `POD_NAMESPACE` variable, or the file "
                          "/var/run/secrets"));
  }
}

TEST(Namespaces, ANameThatCantExistIsRefused) {
  for (const auto* name : {"Upper", "a_b", "-a", "a-", "a.b", "a/b"}) {
    const auto got = resolve_namespaces(flag({"fine", name}), with({}, {}));
    ASSERT_TRUE(std::holds_alternative<bad_configuration>(got)) << name;
    EXPECT_THAT(std::get<bad_configuration>(got).why, HasSubstr(std::string("\"") + name + "\""));
  }
  EXPECT_TRUE(std::holds_alternative<bad_configuration>(
      resolve_namespaces(flag({std::string(64, 'a')}), with({}, {}))));
}

}  // namespace
}  // namespace app
