#include "teleport/join/claims.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "teleport/pki/encoding.hpp"

namespace teleport::join {
namespace {

using nlohmann::json;

/// base64url without padding (RFC 7515 §2).
std::optional<std::string> decoded(std::string_view part) {
  std::string text(part);
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  return pki::from_base64(text);
}

/// The middle one of three parts.
std::optional<std::string_view> payload_of(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return token.substr(first + 1, second - first - 1);
}

std::string text_at(const json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::chrono::system_clock::time_point> time_at(const json& body, const char* name) {
  const auto found = body.find(name);
  // Seconds beyond that overflow the clock, and nobody means them.
  constexpr double most = 4e9;
  if (found == body.end() || !found->is_number()) return std::nullopt;
  const auto seconds = found->get<double>();
  if (!(seconds >= 0) || seconds > most) return std::nullopt;
  return std::chrono::system_clock::from_time_t(static_cast<std::time_t>(seconds));
}

/// One text or a list of them (RFC 7519 §4.1.3).
std::vector<std::string> audiences_in(const json& body) {
  std::vector<std::string> all;
  const auto found = body.find("aud");
  if (found == body.end()) return all;
  if (found->is_string()) all.push_back(found->get<std::string>());
  if (!found->is_array()) return all;
  for (const auto& one : *found)
    if (one.is_string()) all.push_back(one.get<std::string>());
  return all;
}

}  // namespace

result<token_claims> read_claims(std::string_view token) {
  const auto payload = payload_of(token);
  const auto text = payload ? decoded(*payload) : std::nullopt;
  const auto body = text ? json::parse(*text, nullptr, false) : json();
  if (!body.is_object()) return error{errc::config, "it is no service-account token (JWT)"};
  token_claims claims;
  claims.issuer = text_at(body, "iss");
  claims.subject = text_at(body, "sub");
  claims.audiences = audiences_in(body);
  claims.issued = time_at(body, "iat");
  claims.expires = time_at(body, "exp");
  const auto kubernetes = body.find("kubernetes.io");
  claims.bound_to_pod =
      kubernetes != body.end() && kubernetes->is_object() && kubernetes->contains("pod");
  return claims;
}

}  // namespace teleport::join
