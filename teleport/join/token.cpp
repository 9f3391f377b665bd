#include "teleport/join/token.hpp"

namespace teleport::join {

namespace {

/// Between scope and name, as in Teleport's own text form of what has a scope.
constexpr std::string_view separator = "::";

}  // namespace

bool is_token_file(std::string_view token) {
  return token.starts_with('/') && token.find(separator) == std::string_view::npos;
}

std::string_view token_name(std::string_view token) {
  if (!token.starts_with('/')) return token;
  const auto at = token.rfind(separator);
  return at == std::string_view::npos ? token : token.substr(at + separator.size());
}

}  // namespace teleport::join
