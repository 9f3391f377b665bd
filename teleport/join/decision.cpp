#include "teleport/join/decision.hpp"

#include <algorithm>

#include "teleport/diagnosis.hpp"

namespace teleport::join {
namespace {

/// The server has understood and said no.
bool is_refusal(errc code) {
  switch (code) {
    case errc::access_denied:
    case errc::bad_parameter:
    case errc::not_found:
    case errc::already_exists:
    case errc::compare_failed:
    case errc::limit_exceeded:
      return true;
    default:
      return false;
  }
}

/// The lower, the more it says.
int rank(const failed_step& failed) {
  if (is_refusal(failed.why.code) || failed.why.code == errc::cancelled) return 0;
  switch (diagnose(failed)) {
    case trouble::identity_expired:
      return 0;
    case trouble::pin_mismatch:
    case trouble::no_tls_routing:
    case trouble::upgrade_unavailable:
      return 1;
    case trouble::auth_down:
      return 2;
    case trouble::unreachable:
    case trouble::unknown:
      return 4;
    case trouble::not_teleport:
      return 5;
    default:
      return 3;
  }
}

next_step after_older_call(errc code) {
  return is_refusal(code) ? next_step::stop : next_step::older;
}

}  // namespace

const char* to_string(way of) {
  return of == way::direct ? "direct to auth" : "through proxy (TLS routing)";
}

std::vector<way> ways_to(const net::address& server) {
  const bool web_port = server.port == 443 || server.port == 3080;
  return web_port ? std::vector{way::proxy, way::direct} : std::vector{way::direct, way::proxy};
}

next_step after(const failed_step& failed) {
  const auto code = failed.why.code;
  if (code == errc::cancelled) return next_step::stop;
  const bool refused = code == errc::access_denied || code == errc::bad_parameter;
  switch (failed.at) {
    case stage::dial:
      return next_step::next_way;
    case stage::pin:
      return code == errc::config ? next_step::stop : next_step::next_way;
    case stage::first_answer:
      return refused ? next_step::stop : next_step::older;
    case stage::later_answer:
      return code == errc::not_implemented ? next_step::older : next_step::stop;
    case stage::older_call:
      return after_older_call(code);
  }
  return next_step::stop;
}

trouble diagnose(const failed_step& failed) {
  return failed.what == trouble::none ? teleport::diagnose(failed.why) : failed.what;
}

bool is_permanent(const std::vector<failed_step>& all) {
  return std::ranges::all_of(all, [](const auto& one) {
    return one.why.code != errc::cancelled && needs_a_person(diagnose(one));
  });
}

const failed_step& most_telling(const std::vector<failed_step>& all) {
  return *std::ranges::min_element(all, {}, rank);
}

}  // namespace teleport::join
