#include "app/candidate.hpp"

#include <initializer_list>

#include "app/operator_id.hpp"

namespace app {

namespace {

std::chrono::milliseconds in_milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::floor<std::chrono::milliseconds>(time);
}

}  // namespace

std::string candidate_identity(const surroundings& from, const std::string& host) {
  auto uid = from.variable("POD_UID").value_or("");
  if (uid.empty()) uid = random_uuid();
  return host + '_' + uid;
}

std::string lease_namespace(const std::vector<std::string>& watched, const surroundings& from,
                            const std::string& context_namespace) {
  if (watched.size() == 1) return watched.front();
  const auto first = watched.empty() ? std::string{} : watched.front();
  for (const auto& one : {own_namespace(from), context_namespace, first}) {
    if (!one.empty()) return one;
  }
  return "default";
}

actors::core::election_settings election_settings(const options& given) {
  actors::core::election_settings result;
  result.lease.name = given.leader_election_id;
  result.lease_duration = in_milliseconds(given.lease_duration);
  result.renew_deadline = in_milliseconds(given.renew_deadline);
  result.retry_period = in_milliseconds(given.retry_period);
  return result;
}

}  // namespace app
