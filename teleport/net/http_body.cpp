#include "teleport/net/http_body.hpp"

#include <algorithm>
#include <charconv>

#include "teleport/lower_case.hpp"

namespace teleport::net {
namespace {

constexpr std::size_t most_line = 256;
/// Chunks of one byte each in a body of the greatest length need less for their lines.
constexpr std::size_t most_lines = 8 * most_body;

error bad(const std::string& why) {
  return {errc::not_implemented, "the answer can't be read: " + why};
}

error too_long() {
  return bad("it is longer than " + std::to_string(most_body) + " bytes");
}

std::optional<std::size_t> number(std::string_view text, int base) {
  std::size_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, value, base);
  if (text.empty() || problem != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

bool has_no_body(int status) {
  return status / 100 == 1 || status == 204 || status == 304;
}

}  // namespace

result<http_body> http_body::of(const http_head& head) {
  http_body made;
  if (has_no_body(head.status)) return made;
  const auto encoding = lower_case(head.field("transfer-encoding"));
  const auto length = head.field("content-length");
  if (encoding == "chunked") {
    made.form_ = form::chunk_size;
  } else if (!encoding.empty()) {
    return bad("its transfer encoding is none of ours");
  } else if (!length.empty()) {
    const auto size = number(length, 10);
    if (!size) return bad("its length is no number");
    if (*size > most_body) return too_long();
    made.left_ = *size;
    made.form_ = *size == 0 ? form::over : form::counted;
  } else {
    made.form_ = form::to_the_end;
  }
  return made;
}

std::optional<error> http_body::take(std::string_view bytes) {
  while (!bytes.empty() && form_ != form::over) {
    if (form_ != form::counted && form_ != form::chunk && form_ != form::to_the_end) {
      if (auto problem = take_line_byte(bytes.front())) return problem;
      bytes.remove_prefix(1);
      continue;
    }
    const auto part = form_ == form::to_the_end ? bytes : bytes.substr(0, left_);
    if (text_.size() + part.size() > most_body) return too_long();
    text_ += part;
    bytes.remove_prefix(part.size());
    if (form_ == form::to_the_end || (left_ -= part.size()) != 0) continue;
    form_ = form_ == form::chunk ? form::chunk_end : form::over;
  }
  return std::nullopt;
}

std::optional<error> http_body::take_line_byte(char byte) {
  if (line_.size() > most_line || ++line_bytes_ > most_lines) return bad("a line is too long");
  line_ += byte;
  if (byte != '\n') return std::nullopt;
  if (!line_.ends_with("\r\n")) return bad("a line has no proper end");
  line_.resize(line_.size() - 2);
  auto problem = end_line();
  line_.clear();
  return problem;
}

std::optional<error> http_body::end_line() {
  switch (form_) {
    case form::chunk_size:
      return begin_chunk();
    case form::chunk_end:
      if (!line_.empty()) return bad("a chunk is longer than it says");
      form_ = form::chunk_size;
      return std::nullopt;
    default:
      if (line_.empty()) form_ = form::over;
      return std::nullopt;
  }
}

std::optional<error> http_body::begin_chunk() {
  const auto digits = std::string_view(line_).substr(0, line_.find_first_of("; \t"));
  const auto size = number(digits, 16);
  if (!size) return bad("the size of a chunk is no number");
  if (*size > most_body) return too_long();
  left_ = *size;
  form_ = *size == 0 ? form::trailer : form::chunk;
  return std::nullopt;
}

std::optional<error> http_body::end() {
  if (form_ == form::to_the_end) form_ = form::over;
  if (form_ == form::over) return std::nullopt;
  return error{errc::connection, "the server closed the connection in the middle of its answer"};
}

}  // namespace teleport::net
