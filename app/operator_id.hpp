#pragma once

/// The operator's id in scoped mode: a random UUID in a Secret, written once and shared by all
/// replicas, which marks what this operator and no other wrote in a scope
/// (facts/operator-behaviour.md §1.9). Used once, at start, from the main thread.

#include <chrono>
#include <functional>
#include <string>
#include <variant>

#include "app/start_failure.hpp"
#include "k8s/client.hpp"

namespace app {

inline constexpr const char* operator_id_key = "operator-id";

/// The Secret, as calls that wait for their answer.
struct state_access {
  k8s::object_key at;
  std::function<k8s::result<k8s::object_ptr>()> read;
  std::function<k8s::result<k8s::object_ptr>(std::string body)> create;
  std::function<k8s::result<k8s::object_ptr>(std::string body)> patch;
};

/// Through the client, which must outlive what is returned; no call waits beyond `deadline`.
state_access state_through(k8s::client& client, k8s::object_key at,
                           std::chrono::steady_clock::time_point deadline);

/// The id in the Secret. When there is none, one is made and written; the Secret too, if it is not
/// there. Whoever writes first has made the id: a write that is refused since the Secret was
/// changed, or whose outcome is unknown, is followed by another look.
std::variant<std::string, start_failure> read_or_make_operator_id(
    const state_access& state, const std::function<std::string()>& make_id);

/// A version 4 UUID (RFC 9562 §5.4), in lower case.
std::string random_uuid();

}  // namespace app
