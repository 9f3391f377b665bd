#include "app/scoped_mode.hpp"

#include <chrono>
#include <utility>

#include "app/operator_id.hpp"
#include "teleport/join/token.hpp"

namespace app {

namespace {

/// For all requests about the id together.
constexpr std::chrono::seconds state_timeout{40};

/// Go's `os.Getenv`: not set and empty are the same.
std::string variable(const surroundings& from, const char* name) {
  return from.variable(name).value_or("");
}

}  // namespace

std::variant<k8s::object_key, bad_configuration> state_secret(const surroundings& from) {
  k8s::object_key at{variable(from, "KUBE_NAMESPACE"), variable(from, "RELEASE_NAME")};
  if (at.ns.empty()) {
    return bad_configuration{
        "KUBE_NAMESPACE is not set: with -scope it must name the namespace of the Secret "
        "<RELEASE_NAME>-shared-state, where the operator keeps its id"};
  }
  if (at.name.empty()) at.name = "teleport";
  at.name += "-shared-state";
  return at;
}

std::string shown_token_name(const options& given, const surroundings& from) {
  if (given.join_method == "token" || !given.identity_file.empty()) return {};
  if (!teleport::join::is_token_file(given.token))
    return std::string(teleport::join::token_name(given.token));
  // A file that can't be read is the connector's to complain of.
  const auto name = trimmed(from.file(given.token).value_or(""));
  return std::string(teleport::join::token_name(name));
}

std::variant<actors::core::scoped_operator, start_failure> enter_scope(const options& given,
                                                                       const surroundings& from,
                                                                       k8s::client& client) {
  actors::core::scoped_operator us;
  if (given.scope.empty()) return us;
  auto at = state_secret(from);
  if (auto* bad = std::get_if<bad_configuration>(&at))
    return start_failure{"no-kube-state", "unable to create kube state", std::move(bad->why)};
  us.scope = given.scope;
  us.owner_email = given.owner_email;
  us.token_name = shown_token_name(given, from);
  us.own_namespace = std::get<k8s::object_key>(at).ns;
  const auto state = state_through(client, std::move(std::get<k8s::object_key>(at)),
                                   std::chrono::steady_clock::now() + state_timeout);
  auto id = read_or_make_operator_id(state, random_uuid);
  if (auto* failed = std::get_if<start_failure>(&id)) return std::move(*failed);
  us.operator_id = std::move(std::get<std::string>(id));
  return us;
}

}  // namespace app
