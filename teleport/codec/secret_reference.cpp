#include "teleport/codec/secret_reference.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace teleport {
namespace {

constexpr std::string_view scheme = "secret://";

error bad(const std::string& field, const std::string& what) {
  return {errc::bad_parameter, field + ": " + what};
}

/// RFC 1123 subdomain, as Kubernetes names Secrets. Also keeps `..` out of request paths.
bool is_object_name(std::string_view text) {
  constexpr std::size_t longest = 253;
  const auto is_inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  const auto is_end = [&](char c) { return is_inner(c) && c != '-' && c != '.'; };
  return !text.empty() && text.size() <= longest && is_end(text.front()) && is_end(text.back()) &&
         std::all_of(text.begin(), text.end(), is_inner);
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) return std::nullopt;
    plain += static_cast<char>(*high << 4U | *low);
    i += 2;
  }
  return plain;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

bool is_secret_reference(std::string_view text) {
  return text.substr(0, scheme.size()) == scheme;
}

result<secret_reference> parse_secret_reference(const std::string& field, std::string_view text) {
  constexpr const char* parse = "parse secret reference: ";
  const auto rest = text.substr(scheme.size());
  if (std::any_of(rest.begin(), rest.end(), is_control)) {
    return bad(field, std::string(parse) + "it has a control character");
  }
  const auto slash = rest.find('/');
  const auto name = rest.substr(0, slash);
  const auto path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  if (name.empty()) return bad(field, "missing secret name, expected secret://<name>/<key>");
  if (!is_object_name(name)) {
    return bad(field, std::string(parse) +
                          "what stands before the first / is not the name of a Secret (lower-case "
                          "letters, digits, - and .)");
  }
  if (path.find_first_of("?#") != std::string_view::npos) {
    return bad(field, std::string(parse) + "a key has no ? or #");
  }
  auto key = percent_decoded(path);
  if (!key) return bad(field, std::string(parse) + "a % is not followed by two hex digits");
  if (key->empty()) return bad(field, "missing secret key, expected secret://<name>/<key>");
  return secret_reference{field, std::string(name), std::move(*key)};
}

}  // namespace teleport
