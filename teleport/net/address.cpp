#include "teleport/net/address.hpp"

#include <charconv>
#include <string_view>

namespace teleport::net {
namespace {

error bad_address(const std::string& text, const std::string& why) {
  return {errc::config, "address \"" + text + "\": " + why};
}

/// Leaves what follows the scheme in `rest`; empty scheme when there is none.
std::string_view take_scheme(std::string_view& rest) {
  const auto end = rest.find("://");
  if (end == std::string_view::npos) return {};
  const auto scheme = rest.substr(0, end);
  rest.remove_prefix(end + 3);
  return scheme;
}

/// False when brackets or colons don't make sense. `port` stays empty when there is none.
bool split(std::string_view rest, std::string_view& host, std::string_view& port) {
  if (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return false;
    host = rest.substr(1, close - 1);
    rest.remove_prefix(close + 1);
    if (rest.empty()) return true;
    port = rest.substr(1);
    return rest.front() == ':';
  }
  const auto colon = rest.find(':');
  if (colon != rest.rfind(':')) return false;
  host = rest.substr(0, colon);
  if (colon != std::string_view::npos) port = rest.substr(colon + 1);
  return true;
}

}  // namespace

std::string address::text() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

result<address> parse_address(const std::string& text) {
  std::string_view rest = text;
  const auto scheme = take_scheme(rest);
  if (!scheme.empty() && scheme != "tcp" && scheme != "http" && scheme != "https")
    return bad_address(text, "unsupported scheme \"" + std::string(scheme) + "\"");
  if (rest.ends_with('/')) rest.remove_suffix(1);
  std::string_view host;
  std::string_view port;
  if (!split(rest, host, port) || host.empty())
    return bad_address(text, "must be host:port or [IPv6 address]:port");
  if (port.empty() && scheme == "https") port = "443";
  if (port.empty()) return bad_address(text, "the port is missing, write host:port");
  address found{std::string(host), 0};
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), found.port);
  if (problem != std::errc{} || end != port.data() + port.size() || found.port == 0)
    return bad_address(text, "\"" + std::string(port) + "\" is not a port");
  return found;
}

}  // namespace teleport::net
