#pragma once

/// What can go wrong on the Teleport side, and the result type of the room.

#include <string>
#include <utility>
#include <variant>

namespace teleport {

/// The class of a failure: what a caller does next depends only on it (facts/teleport-connection.md
/// §7.3).
enum class errc {
  not_found,
  already_exists,
  access_denied,
  bad_parameter,
  compare_failed,  ///< the revision is not the stored one, or a condition of the call does not hold
  limit_exceeded,  ///< rate limited: try later, with fewer calls in flight
  not_implemented,  ///< this server does not know the call
  connection,       ///< no connection, or it was lost: the outcome of a write is unknown
  timeout,          ///< deadline exceeded: the outcome of a write is unknown
  cancelled,        ///< given up by us
  not_leading,      ///< not sent: a change without the permit of whoever leads
  decode,   ///< the CR's spec is not what the kind takes; the text starts with the field path
  config,   ///< a file, flag or certificate can't be used
  unknown,  ///< any other status
};

const char* to_string(errc code);

struct error {
  errc code = errc::unknown;
  std::string message;  ///< for people; never holds a secret
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

}  // namespace teleport
