#include "teleport/net/http_head.hpp"

#include <algorithm>

#include "teleport/lower_case.hpp"

namespace teleport::net {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view protocol = "HTTP/1.";
constexpr std::size_t most_fields = 100;

error not_http(const std::string& why) {
  return {errc::not_implemented, "the answer is not HTTP/1.1: " + why};
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_printable(char c) {
  const auto code = static_cast<unsigned char>(c);
  return (code >= 32 && code != 127) || c == '\t';
}

/// What RFC 9110 §5.6.2 lets a field's name consist of.
bool is_token(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string::npos;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// "HTTP/1.1 101 Switching Protocols"
bool parse_status_line(std::string_view line, http_head& into) {
  if (!line.starts_with(protocol) || line.size() < 12 || !is_digit(line[7]) || line[8] != ' ')
    return false;
  for (const char c : line.substr(9, 3)) {
    if (!is_digit(c)) return false;
    into.status = into.status * 10 + (c - '0');
  }
  if (line.size() > 12 && line[12] != ' ') return false;
  into.reason = trimmed(line.substr(12));
  return into.status >= 100 && into.status < 600 && std::ranges::all_of(into.reason, is_printable);
}

bool parse_field(std::string_view line, http_head& into) {
  const auto colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  const auto name = line.substr(0, colon);
  const auto value = trimmed(line.substr(colon + 1));
  if (!std::ranges::all_of(name, is_token) || !std::ranges::all_of(value, is_printable))
    return false;
  into.fields.emplace_back(lower_case(std::string(name)), value);
  return true;
}

}  // namespace

std::string http_head::field(std::string_view name) const {
  std::string all;
  for (const auto& [key, value] : fields)
    if (key == name) all += (all.empty() ? "" : ", ") + value;
  return all;
}

std::size_t head_end(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  return end == std::string_view::npos ? 0 : end + 4;
}

bool may_be_http(std::string_view bytes) {
  const auto size = std::min(bytes.size(), protocol.size());
  return bytes.substr(0, size) == protocol.substr(0, size);
}

result<http_head> parse_http_head(std::string_view text) {
  if (text.size() > most_head) return not_http("its head is too long");
  http_head head;
  auto end = text.find(line_end);
  if (end == std::string_view::npos || !parse_status_line(text.substr(0, end), head))
    return not_http("no status line");
  for (;;) {
    text.remove_prefix(end + line_end.size());
    end = text.find(line_end);
    if (end == std::string_view::npos) return not_http("its head has no end");
    if (end == 0) break;
    if (head.fields.size() == most_fields) return not_http("too many fields");
    if (!parse_field(text.substr(0, end), head)) return not_http("a field can't be read");
  }
  if (text.size() != line_end.size()) return not_http("its head has no end");
  return head;
}

}  // namespace teleport::net
