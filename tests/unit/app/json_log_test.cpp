#include "app/json_log.hpp"

#include <sstream>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/ostream_sink.h>

namespace app {
namespace {

using actors::log_level;

class JsonLog : public ::testing::Test {
 protected:
  json_log make(log_threshold threshold) {
    return {threshold, std::make_shared<spdlog::sinks::ostream_sink_mt>(out_), [] {
              return std::chrono::system_clock::from_time_t(1'767'322'984) +
                     std::chrono::milliseconds(7);
            }};
  }

  std::ostringstream out_;
};

TEST_F(JsonLog, ALineIsOneObjectWithTheKeysInOrder) {
  auto log = make(0);
  log.write(log_level::info, "kind_supervisor", "listed", "listed all resources",
            {{"kind", "TeleportRoleV7"}, {"objects", "3"}});
  EXPECT_EQ(out_.str(),
            "{\"timestamp\":\"2026-01-02T03:03:04.007Z\",\"level\":\"info\","
            "\"component\":\"kind_supervisor\",\"message\":\"listed all resources\","
            "\"id\":\"listed\",\"kind\":\"TeleportRoleV7\",\"objects\":\"3\"}\n");
}

TEST_F(JsonLog, EveryLevelHasItsName) {
  auto log = make(-4);
  for (const auto level :
       {log_level::debug, log_level::info, log_level::warning, log_level::error}) {
    log.write(level, "c", "i", "m", {});
  }
  std::istringstream lines{out_.str()};
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    names.push_back(nlohmann::json::parse(line).at("level"));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"debug", "info", "warning", "error"}));
}

TEST_F(JsonLog, LinesBelowTheThresholdAreLeftOut) {
  auto log = make(2);
  EXPECT_FALSE(log.enabled(log_level::info));
  EXPECT_TRUE(log.enabled(log_level::warning));
  log.write(log_level::info, "c", "i", "m", {});
  EXPECT_EQ(out_.str(), "");
}

TEST_F(JsonLog, TextFromOutsideCannotBreakALine) {
  auto log = make(0);
  const std::string nasty = "a\"b\\\n\x01 {}%v \xff";
  log.write(log_level::error, "c", "i", "m", {{"err", nasty}});
  const auto text = out_.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(nlohmann::json::parse(text).at("err"), "a\"b\\\n\x01 {}%v \xef\xbf\xbd");
}

TEST(LogLevel, ReadsSlogsSpellings) {
  const std::vector<std::pair<std::string, log_threshold>> table{
      {"DEBUG", -4}, {"INFO", 0},   {"WARN", 4},    {"ERROR", 8},  {"info", 0},
      {"Warn", 4},   {"INFO+2", 2}, {"info-1", -1}, {"ERROR+0", 8}};
  for (const auto& [text, value] : table) EXPECT_EQ(parse_log_level(text), value) << text;
}

TEST(LogLevel, RefusesEverythingElse) {
  for (const auto* text :
       {"", "WARNING", "TRACE", "3", "+2", "INFO+", "INFO+x", "INFO+-1", "INFO 2"}) {
    EXPECT_EQ(parse_log_level(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace app
