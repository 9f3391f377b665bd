#include "app/operator_id.hpp"

#include <optional>
#include <random>
#include <utility>

#include "app/blocking.hpp"
#include "k8s/secret.hpp"

namespace app {

namespace {

using k8s::errc;

constexpr int extra_tries = 3;
/// The official text, its missing word included (facts/operator-behaviour.md §1.9).
constexpr const char* too_many_attempts =
    "failed to create operator ID in kube state a after too many attempts";

/// Another writer was first, or what we wrote may have arrived: the next look tells.
bool worth_another_look(errc code) {
  switch (code) {
    case errc::conflict:
    case errc::already_exists:
    case errc::not_found:
    case errc::server_error:
    case errc::connection:
      return true;
    default:
      return false;
  }
}

std::optional<std::string> id_in(const k8s::object& secret) {
  auto id = k8s::secret_value(secret, operator_id_key);
  if (id && id->empty()) return std::nullopt;
  return id;
}

start_failure failure(const state_access& state, const std::string& why) {
  return {"no-operator-id", "unable to get operator id",
          why + " (key " + operator_id_key + " of Secret " + k8s::to_string(state.at) + ")"};
}

start_failure failure(const state_access& state, const k8s::error& why) {
  std::string advice;
  if (why.code == errc::forbidden) {
    advice =
        "; in scoped mode the operator's ServiceAccount needs get and patch on this Secret, and "
        "create where it does not exist yet";
  }
  return failure(state, why.message + advice);
}

k8s::result<k8s::object_ptr> write(const state_access& state, const k8s::object* existing,
                                   const std::string& id) {
  return existing == nullptr ? state.create(k8s::new_secret(state.at, operator_id_key, id))
                             : state.patch(k8s::secret_value_patch(*existing, operator_id_key, id));
}

}  // namespace

state_access state_through(k8s::client& client, k8s::object_key at,
                           std::chrono::steady_clock::time_point deadline) {
  const auto& type = k8s::secret_type();
  state_access state;
  state.read = [&client, &type, at, deadline] {
    return wait_for_answer<k8s::object_ptr>(
        deadline, [&](auto done) { client.get(type, at, std::move(done)); });
  };
  state.create = [&client, &type, at, deadline](std::string body) {
    return wait_for_answer<k8s::object_ptr>(
        deadline, [&](auto done) { client.create(type, at.ns, std::move(body), std::move(done)); });
  };
  state.patch = [&client, &type, at, deadline](std::string body) {
    return wait_for_answer<k8s::object_ptr>(deadline, [&](auto done) {
      client.patch({type, at, "", std::move(body), false}, std::move(done));
    });
  };
  state.at = std::move(at);
  return state;
}

std::variant<std::string, start_failure> read_or_make_operator_id(
    const state_access& state, const std::function<std::string()>& make_id) {
  for (int writes_left = 1 + extra_tries;; --writes_left) {
    const auto found = state.read();
    if (!found && found.failure().code != errc::not_found) return failure(state, found.failure());
    const k8s::object* const existing = found ? found.value().get() : nullptr;
    if (existing != nullptr)
      if (auto id = id_in(*existing)) return std::move(*id);
    if (writes_left == 0) return failure(state, too_many_attempts);
    auto id = make_id();
    const auto written = write(state, existing, id);
    if (written) return id;
    if (!worth_another_look(written.failure().code)) return failure(state, written.failure());
  }
}

std::string random_uuid() {
  constexpr const char* digits = "0123456789abcdef";
  std::random_device entropy;
  std::uniform_int_distribution<int> nibble{0, 15};
  std::string text = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (auto& c : text) {
    if (c == 'x') c = digits[nibble(entropy)];
    // The variant: its two highest bits are 1 and 0.
    if (c == 'y') c = digits[8 + nibble(entropy) % 4];
  }
  return text;
}

}  // namespace app
