#include "teleport/join/entrance.hpp"

#include <utility>

namespace teleport::join {
namespace {

constexpr std::chrono::seconds ping_timeout{15};

std::string what(way by, const net::address& server) {
  return (by == way::direct ? "dialling auth server " : "dialling auth through proxy ") +
         server.text();
}

/// What the place of the failure tells beyond its text.
failed_step at_entrance(error why, const identity& who, way by) {
  failed_step failed{stage::dial, std::move(why)};
  const auto says = [&](const char* words) {
    return failed.why.message.find(words) != std::string::npos;
  };
  const bool lost = failed.why.code == errc::connection || failed.why.code == errc::timeout;
  if (diagnose(failed) == trouble::identity_expired && says("expired")) {
    // By our clock it has not.
    if (who.expires > std::chrono::system_clock::now() + std::chrono::seconds(10))
      failed.what = trouble::clock_skew;
  } else if (lost && by == way::proxy && says("TLS handshake") && !says("TLS alert")) {
    // The proxy takes the connection, and closes it when it finds no auth service to pass it to.
    failed.what = trouble::auth_down;
  }
  return failed;
}

std::variant<entered, failed_step> try_way(const identity& who, way by, const surroundings& to,
                                           const std::string& client_version,
                                           const net::limits& within) {
  auto channel = open_as(who, by, to, within);
  if (!channel) return at_entrance(channel.failure(), who, by);
  entered made{std::move(channel.value()), by, {}};
  if (auto problem = net::call(*made.channel, "/proto.AuthService/Ping", client_version,
                               proto::PingRequest(), made.cluster, within.within(ping_timeout)))
    return at_entrance(*problem, who, by);
  return made;
}

}  // namespace

std::variant<entered, std::vector<tried>> try_enter(const identity& who,
                                                    const std::vector<way>& ways,
                                                    const surroundings& to,
                                                    const std::string& client_version,
                                                    const net::limits& within) {
  std::vector<tried> failures;
  for (const auto by : ways) {
    auto answer = try_way(who, by, to, client_version, within);
    if (auto* in = std::get_if<entered>(&answer)) return std::move(*in);
    auto& failed = std::get<failed_step>(answer);
    const bool stop = after(failed) == next_step::stop;
    failures.push_back({what(by, to.server), std::move(failed)});
    if (stop) break;
  }
  return failures;
}

std::variant<entered, connect_failure> enter(const identity& who, const std::vector<way>& ways,
                                             const surroundings& to,
                                             const std::string& client_version,
                                             const net::limits& within) {
  auto answer = try_enter(who, ways, to, client_version, within);
  if (auto* in = std::get_if<entered>(&answer)) return std::move(*in);
  return summary(std::get<std::vector<tried>>(answer));
}

std::vector<way> beginning_with(way first) {
  return {first, first == way::direct ? way::proxy : way::direct};
}

}  // namespace teleport::join
