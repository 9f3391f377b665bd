#pragma once

/// The body of an HTTP/1.1 answer, taken from the bytes behind its head as they come. Pure: one
/// thread at a time.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "teleport/error.hpp"
#include "teleport/net/http_head.hpp"

namespace teleport::net {

/// No body may be longer, in bytes.
inline constexpr std::size_t most_body = 1U << 20U;

class http_body {
 public:
  /// For an answer to GET or POST. errc::not_implemented when the head does not say how long the
  /// body is in a way that we know, or that it is too long.
  static result<http_body> of(const http_head& head);

  /// Takes the next bytes; what stands behind the body is ignored. errc::not_implemented when they
  /// can't be understood or grow over `most_body`; then the body is of no use any more.
  std::optional<error> take(std::string_view bytes);
  /// The connection has ended. errc::connection when the body is not complete by that.
  std::optional<error> end();
  /// Nothing more is needed.
  bool complete() const noexcept { return form_ == form::over; }
  std::string& text() noexcept { return text_; }

 private:
  enum class form {
    counted,     ///< `left_` bytes
    to_the_end,  ///< of the connection
    chunk_size,  ///< in a line
    chunk,       ///< `left_` bytes
    chunk_end,   ///< an empty line
    trailer,     ///< lines, until an empty one
    over,
  };

  std::optional<error> take_line_byte(char byte);
  std::optional<error> end_line();
  std::optional<error> begin_chunk();

  form form_ = form::over;
  std::size_t left_ = 0;
  std::string line_;            ///< the one under way, without its end
  std::size_t line_bytes_ = 0;  ///< of all lines so far
  std::string text_;
};

}  // namespace teleport::net
