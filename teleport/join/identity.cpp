#include "teleport/join/identity.hpp"

#include <array>
#include <ctime>

#include "teleport/pki/encoding.hpp"

namespace teleport::join {
namespace {

/// How far a certificate may begin in the future: clocks differ a little.
constexpr std::chrono::seconds clock_leeway{10};

error unusable(const std::string& why) {
  return {errc::config, "the certificate " + why};
}

/// "2026-11-28T19:34:14Z".
std::string text_of(wall_time moment) {
  const auto seconds = std::chrono::system_clock::to_time_t(moment);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 24> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::string against_clock(wall_time then, wall_time now) {
  return text_of(then) + ", and our clock says " + text_of(now);
}

}  // namespace

result<identity> make_identity(pki::private_key key, pki::certificate leaf,
                               std::vector<pki::certificate> roots, wall_time now) {
  if (!leaf.belongs_to(key)) return unusable("is not of our key");
  if (roots.empty()) return unusable("came without any CA certificate");
  if (leaf.not_before() > now + clock_leeway)
    return unusable("is not valid yet: it begins at " + against_clock(leaf.not_before(), now));
  if (leaf.not_after() <= now)
    return unusable("has expired: it ended at " + against_clock(leaf.not_after(), now));
  identity made{{leaf, std::move(key)}, std::move(roots), {}, {}, {}, {}, false, {}};
  made.cluster = leaf.cluster();
  made.user = leaf.user();
  made.roles = leaf.organizations();
  made.expires = leaf.not_after();
  made.renewable = leaf.attribute(pki::renewable_oid) == "true";
  made.generation = leaf.attribute(pki::generation_oid).value_or("");
  return made;
}

result<identity> fresh_identity(pki::private_key key, pki::certificate leaf,
                                std::vector<pki::certificate> roots, wall_time now) {
  if (leaf.belongs_to(key) && leaf.not_after() <= now)
    return unusable("that the cluster has just made has expired already: it ended at " +
                    against_clock(leaf.not_after(), now));
  return make_identity(std::move(key), std::move(leaf), std::move(roots), now);
}

std::string server_name_of(const std::string& cluster) {
  return cluster.empty() ? any_cluster_name : pki::hex(cluster) + "." + any_cluster_name;
}

}  // namespace teleport::join
