#include "teleport/net/upgrade_settings.hpp"

#include <gtest/gtest.h>

namespace teleport::net {
namespace {

struct row {
  const char* rules;
  address to;
  std::optional<bool> upgraded;
};

// facts/teleport-connection.md §6.3
TEST(UpgradeSettings, DecideByAddress) {
  const address some{"some.example.com", 443};
  const address other{"other.example.com", 443};
  const row rows[] = {
      {"", some, std::nullopt},
      {" , ; ", some, std::nullopt},
      {"1", some, true},
      {"yes", some, true},
      {"TRUE", some, true},
      {"on", some, true},
      {"0", some, false},
      {"no", some, false},
      {"false", some, false},
      {"Off", some, false},
      {"0,some.example.com:443=1", some, true},
      {"0,some.example.com:443=1", other, false},
      {"1;some.example.com:443=off", some, false},
      {"1;some.example.com:443=off", other, true},
      {" Some.Example.com:443 = yes ", some, true},
      {"some.example.com:443=yes", other, false},
      {"some.example.com:3080=yes", some, false},
      {"[2001:db8::1]:443=1", {"2001:db8::1", 443}, true},
      {"a:1=0,a:1=1", {"a", 1}, true},
  };
  for (const auto& one : rows) {
    const auto made = upgrade_settings::parse(one.rules, "");
    ASSERT_TRUE(made) << one.rules << ": " << made.failure().message;
    EXPECT_EQ(made.value().for_address(one.to), one.upgraded) << one.rules << " " << one.to.text();
  }
}

TEST(UpgradeSettings, NameTheEntryThatCanNotBeRead) {
  for (const std::string rules : {"maybe", "1,some.example.com:443", "a:1=perhaps", "=1"}) {
    const auto made = upgrade_settings::parse(rules, "");
    ASSERT_FALSE(made) << rules;
    EXPECT_EQ(made.failure().code, errc::config);
    EXPECT_TRUE(made.failure().message.starts_with("TELEPORT_TLS_ROUTING_CONN_UPGRADE: \""));
  }
}

TEST(UpgradeSettings, KnowTheModes) {
  const auto mode = [](const char* text) {
    return upgrade_settings::parse("", text).value().mode();
  };
  EXPECT_EQ(mode(""), upgrade_mode::both);
  EXPECT_EQ(mode("websocket"), upgrade_mode::websocket);
  EXPECT_EQ(mode(" WebSocket "), upgrade_mode::websocket);
  EXPECT_EQ(mode("legacy"), upgrade_mode::legacy);
  EXPECT_EQ(mode("anything else"), upgrade_mode::both);
}

}  // namespace
}  // namespace teleport::net
