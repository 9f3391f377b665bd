#include "app/credentials_stamp.hpp"

#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace app {
namespace {

class CredentialsStamp : public ::testing::Test {
 protected:
  ~CredentialsStamp() override { std::remove(file_.c_str()); }
  void write(const std::string& text) { std::ofstream{file_} << text; }

  const std::string file_ = ::testing::TempDir() + "credentials-" + std::to_string(::getpid()) +
                            ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(CredentialsStamp, IsAnotherOneForEachStateOfTheIdentityFile) {
  teleport::connector_settings settings;
  settings.identity_file = file_;
  const auto stamp = credentials_stamp(settings);
  std::set<std::uint64_t> seen{stamp()};
  write("one");
  seen.insert(stamp());
  EXPECT_EQ(stamp(), stamp());
  write("another");
  seen.insert(stamp());
  EXPECT_EQ(seen.size(), 3U);
}

TEST_F(CredentialsStamp, LooksAtBothTokensOfAJoin) {
  teleport::connector_settings settings;
  settings.join_method = "kubernetes";
  settings.token = "/nowhere/at/all";
  settings.kubernetes_token_path = file_;
  const auto stamp = credentials_stamp(settings);
  const auto before = stamp();
  write("a token");
  EXPECT_NE(stamp(), before);
}

TEST_F(CredentialsStamp, IsNotThereWithoutAFile) {
  teleport::connector_settings settings;
  settings.join_method = "token";
  settings.token = "abcdef";
  EXPECT_FALSE(credentials_stamp(settings));
  settings.token = file_;
  EXPECT_TRUE(credentials_stamp(settings));
}

}  // namespace
}  // namespace app
