#pragma once

/// What can go wrong when talking to the API server, and the result type of the room.

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace k8s {

/// One code for each case that a caller treats differently.
enum class errc {
  not_found,       ///< 404 for an object: it is gone
  not_served,      ///< 404 for the whole resource: the CRD (version) is not installed
  conflict,        ///< 409: a precondition (UID, resourceVersion) did not hold
  already_exists,  ///< 409 with reason AlreadyExists
  invalid,         ///< 400, 422: the server refuses the content
  forbidden,       ///< 403: a right is missing
  unauthorized,    ///< 401: the credential is not accepted
  gone,            ///< 410: resourceVersion or continue token too old
  throttled,       ///< 429: see retry_after
  server_error,    ///< 5xx; the outcome of a write is unknown
  connection,      ///< no answer: DNS, TCP, TLS, timeout; the outcome of a write is unknown
  bad_answer,      ///< an answer that is not what the API promises
  config,          ///< kubeconfig or credential files can't be used
  cancelled,       ///< the client was closed before the answer
  not_leading,     ///< not sent: a write without the permit of client_options::write_time_left
};

const char* to_string(errc code);

struct error {
  errc code = errc::connection;
  int http_status = 0;    ///< 0: no HTTP answer
  std::string reason{};   ///< `reason` of the server's Status object, e.g. "Conflict"; may be empty
  std::string message{};  ///< for people: what was tried, on which object, and what the server said
  std::optional<std::chrono::milliseconds> retry_after{};  ///< the server's wish
};

/// A value or an error. Check with ok() before value() or failure().
template <class T>
class result {
 public:
  result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by intent
  result(error failure) : state_(std::in_place_index<1>, std::move(failure)) {}  // NOLINT

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  error& failure() { return std::get<1>(state_); }
  const error& failure() const { return std::get<1>(state_); }

 private:
  std::variant<T, error> state_;
};

}  // namespace k8s
