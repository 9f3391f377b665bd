#include "teleport/join/identity.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "authority.hpp"
#include "teleport/diagnosis.hpp"
#include "teleport/join/identity_file.hpp"
#include "teleport/join/pins.hpp"

namespace teleport::join {
namespace {

using testing::authority;
using testing::issued;
using testing::leaf_spec;
using testing::private_pem;

const authority& ca() {
  static const authority made("test-cluster");
  return made;
}

wall_time now() {
  return std::chrono::system_clock::now();
}

leaf_spec bot() {
  return {"bot-operator",
          {"editor", "operator"},
          {},
          {{"1.3.9999.1.13", "true"}, {"1.3.9999.1.14", "3"}}};
}

std::string file_of(const issued& one, const std::string& between = "") {
  return private_pem(one.key) + between + one.leaf.pem() +
         "@cert-authority a ssh-rsa AAAA type=host\n" + ca().root().pem();
}

TEST(Identity, ReadsWhatTeleportWritesIntoTheCertificate) {
  const auto one = ca().issue(bot());
  const auto made = make_identity(one.key, one.leaf, {ca().root()}, now());
  ASSERT_TRUE(made) << made.failure().message;
  EXPECT_EQ(made.value().user, "bot-operator");
  EXPECT_EQ(made.value().cluster, "test-cluster");
  EXPECT_EQ(made.value().roles, (std::vector<std::string>{"editor", "operator"}));
  EXPECT_TRUE(made.value().renewable);
  EXPECT_EQ(made.value().generation, "3");
  EXPECT_GT(made.value().expires, now() + std::chrono::minutes(50));
}

TEST(Identity, RefusesACertificateOfAnotherKey) {
  const auto one = ca().issue(bot());
  const auto other = ca().issue(bot());
  EXPECT_FALSE(make_identity(other.key, one.leaf, {ca().root()}, now()));
}

TEST(Identity, RefusesToBelieveNobody) {
  const auto one = ca().issue(bot());
  EXPECT_FALSE(make_identity(one.key, one.leaf, {}, now()));
}

TEST(Identity, TellsAWrongClockFromAnExpiredCertificate) {
  const auto one = ca().issue(bot());
  const auto future =
      make_identity(one.key, one.leaf, {ca().root()}, now() - std::chrono::hours(1));
  ASSERT_FALSE(future);
  EXPECT_EQ(diagnose(future.failure()), trouble::clock_skew) << future.failure().message;
  const auto expired =
      make_identity(one.key, one.leaf, {ca().root()}, now() + std::chrono::hours(2));
  ASSERT_FALSE(expired);
  EXPECT_EQ(diagnose(expired.failure()), trouble::identity_expired) << expired.failure().message;
  const auto fresh =
      fresh_identity(one.key, one.leaf, {ca().root()}, now() + std::chrono::hours(2));
  ASSERT_FALSE(fresh);
  EXPECT_EQ(diagnose(fresh.failure()), trouble::clock_skew)
      << "the cluster would not have made it so: " << fresh.failure().message;
}

TEST(Identity, SaysWhatOurClockSays) {
  const auto one = ca().issue(bot());
  const auto at = wall_time(std::chrono::seconds(1'700'000'000));
  const auto future = make_identity(one.key, one.leaf, {ca().root()}, at);
  ASSERT_FALSE(future);
  EXPECT_NE(future.failure().message.find("our clock says 2023-11-14T22:13:20Z"), std::string::npos)
      << future.failure().message;
}

TEST(Identity, ForgivesClocksThatDifferALittle) {
  auto spec = bot();
  spec.begins = std::chrono::seconds(5);
  const auto one = ca().issue(spec);
  EXPECT_TRUE(make_identity(one.key, one.leaf, {ca().root()}, now()));
}

TEST(ServerName, IsTheClusterNameInHex) {
  EXPECT_EQ(server_name_of("abc"), "616263.teleport.cluster.local");
  EXPECT_EQ(server_name_of(""), "teleport.cluster.local");
}

TEST(IdentityFile, ReadsKeyCertificateAndCas) {
  const auto one = ca().issue(bot());
  const auto read =
      parse_identity(file_of(one, "ssh-rsa-cert-v01@openssh.com AAAA\nother text\n"), now());
  ASSERT_TRUE(read) << read.failure().message;
  EXPECT_EQ(read.value().user, "bot-operator");
  EXPECT_EQ(read.value().roots.size(), 1U);
}

TEST(IdentityFile, SaysWhatIsMissing) {
  const auto one = ca().issue(bot());
  const auto message = [](const std::string& content) {
    const auto read = parse_identity(content, now());
    return read ? std::string("taken") : read.failure().message;
  };
  EXPECT_EQ(message("nothing here"), "there is no private key in it");
  EXPECT_EQ(message(private_pem(one.key)), "there is no TLS certificate in it");
  EXPECT_EQ(message(private_pem(one.key) + one.leaf.pem()),
            "the certificate came without any CA certificate");
  EXPECT_EQ(message("-----BEGIN PRIVATE KEY-----\nabc"), "invalid PEM block (fragment)");
  auto cut = file_of(one);
  cut.resize(cut.size() - 40);
  EXPECT_EQ(message(cut), "invalid PEM block (fragment)");
}

/// A file of this test only, gone at its end.
class IdentityReload : public ::testing::Test {
 protected:
  IdentityReload()
      : path_(std::filesystem::temp_directory_path() /
              ("identity-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name())) {}
  ~IdentityReload() override { std::filesystem::remove(path_); }

  /// Each write has a modification time of its own, whatever the file system's resolution is.
  void write(const std::string& content) {
    std::ofstream(path_) << content;
    std::filesystem::last_write_time(path_, time_ += std::chrono::seconds(1));
  }

  std::filesystem::path path_;
  std::filesystem::file_time_type time_ = std::filesystem::file_time_type::clock::now();
};

TEST_F(IdentityReload, TakesANewFile) {
  identity_file file(path_.string());
  write(file_of(ca().issue(bot())));
  ASSERT_EQ(file.load(now()).value().user, "bot-operator");
  auto spec = bot();
  spec.common_name = "bot-other";
  write(file_of(ca().issue(spec)));
  EXPECT_EQ(file.load(now()).value().user, "bot-other");
}

TEST_F(IdentityReload, KeepsTheOldOneWhileTheNewIsDamaged) {
  identity_file file(path_.string());
  write(file_of(ca().issue(bot())));
  ASSERT_TRUE(file.load(now()));
  write("half a fi");
  EXPECT_EQ(file.load(now()).value().user, "bot-operator");
  EXPECT_FALSE(file.load(now() + std::chrono::hours(2)));
}

TEST_F(IdentityReload, NamesTheFileThatIsNotThere) {
  const auto missing = identity_file(path_.string()).load(now());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.failure().code, errc::config);
  EXPECT_NE(missing.failure().message.find(path_.string()), std::string::npos);
}

TEST(CaPins, MustBeSha256) {
  EXPECT_FALSE(check_pin("sha256:ab"));
  EXPECT_EQ(check_pin("ab")->message, "invalid format for certificate pin, expected algorithm:pin");
  EXPECT_EQ(check_pin("sha256:a:b")->message,
            "invalid format for certificate pin, expected algorithm:pin");
  EXPECT_EQ(check_pin("sha1:ab")->message,
            "sha256 only supported hashing algorithm for certificate pin");
}

TEST(CaPins, EveryCaMustMatchOne) {
  const authority other("test-cluster");
  const auto pin = "sha256:" + ca().root().key_hash();
  EXPECT_FALSE(check_pinned({ca().root()}, {"sha256:00", pin}, now()));
  EXPECT_TRUE(check_pinned({ca().root(), other.root()}, {pin}, now()));
  EXPECT_TRUE(check_pinned({}, {pin}, now()));
  EXPECT_TRUE(check_pinned({ca().root()}, {pin}, now() + std::chrono::hours(2)));
}

}  // namespace
}  // namespace teleport::join
