#include "teleport/net/proxy_rules.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <arpa/inet.h>

#include "teleport/lower_case.hpp"
#include "teleport/pki/encoding.hpp"

namespace teleport::net {
namespace {

using ip_bytes = std::array<unsigned char, 16>;

struct ip {
  ip_bytes bytes{};
  bool v4 = false;
};

std::optional<ip> parse_ip(const std::string& text) {
  ip found;
  std::array<unsigned char, 4> four{};
  if (::inet_pton(AF_INET, text.c_str(), four.data()) == 1) {
    found.bytes[10] = found.bytes[11] = 255;
    std::ranges::copy(four, found.bytes.begin() + 12);
  } else if (::inet_pton(AF_INET6, text.c_str(), found.bytes.data()) != 1) {
    return std::nullopt;
  }
  const std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  found.v4 = std::equal(mapped.begin(), mapped.end(), found.bytes.begin());
  return found;
}

bool is_loopback(const ip& one) {
  if (one.v4) return one.bytes[12] == 127;
  ip_bytes loopback{};
  loopback[15] = 1;
  return one.bytes == loopback;
}

bool same_prefix(const ip_bytes& left, const ip_bytes& right, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i) {
    const unsigned mask = 128U >> (i % 8U);
    if ((left[i / 8U] & mask) != (right[i / 8U] & mask)) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// "host:port" and "[v6]:port" taken apart; false when the text has no port of its own.
bool split_port(const std::string& text, std::string& host, std::string& port) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return false;
  const bool bracketed = text.front() == '[' && colon > 0 && text[colon - 1] == ']';
  if (!bracketed && text.find(':') != colon) return false;
  host = bracketed ? text.substr(1, colon - 2) : text.substr(0, colon);
  port = text.substr(colon + 1);
  return true;
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// %41 → A. What is no such code stays as it is.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool code = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                      hex_digit(text[i + 2]) >= 0;
    out += code ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    if (code) i += 2;
  }
  return out;
}

/// "user:password" as in a URL, as the value of Proxy-Authorization.
pki::secret_text basic(std::string_view credentials) {
  const auto colon = credentials.find(':');
  const pki::secret_text plain(
      percent_decoded(credentials.substr(0, colon)) + ":" +
      (colon == std::string_view::npos ? "" : percent_decoded(credentials.substr(colon + 1))));
  return pki::secret_text("Basic " + pki::base64(plain.reveal()));
}

error bad_proxy(const std::string& why) {
  return {errc::config, "HTTPS_PROXY: " + why + "; write http://[user:password@]host:port"};
}

result<http_proxy> parse_proxy(std::string_view url) {
  http_proxy made;
  const auto scheme_end = url.find("://");
  if (scheme_end != std::string_view::npos) {
    const auto scheme = lower_case(std::string(url.substr(0, scheme_end)));
    if (scheme != "http" && scheme != "https")
      return bad_proxy("proxies of the scheme \"" + scheme + "\" are not supported");
    made.tls = scheme == "https";
    url.remove_prefix(scheme_end + 3);
  }
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) {
    made.authorization = basic(url.substr(0, at));
    url.remove_prefix(at + 1);
  }
  std::string text(url);
  std::string host;
  std::string port;
  if (!text.empty() && !split_port(text, host, port)) text += made.tls ? ":443" : ":80";
  auto where = parse_address(text);
  if (!where) return bad_proxy("host or port can't be read");
  made.at = std::move(where.value());
  return made;
}

std::string first_of(const char* upper, const char* lower) {
  for (const char* name : {upper, lower}) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): called before threads start
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

}  // namespace

result<proxy_rules> proxy_rules::parse(const std::string& proxy, const std::string& except,
                                       const trust& verified_by) {
  proxy_rules made;
  const auto url = trimmed(proxy);
  if (url.empty()) return made;
  auto parsed = parse_proxy(url);
  if (!parsed) return parsed.failure();
  parsed.value().verified_by = verified_by;
  made.proxy_ = std::make_shared<const http_proxy>(std::move(parsed.value()));
  std::string_view rest = except;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    made.except_one(lower_case(std::string(trimmed(rest.substr(0, comma)))));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return made;
}

result<proxy_rules> proxy_rules::from_environment() {
  return parse(first_of("HTTPS_PROXY", "https_proxy"), first_of("NO_PROXY", "no_proxy"),
               web_roots::from_environment());
}

void proxy_rules::except_one(std::string entry) {
  if (entry == "*") except_all_ = true;
  if (const auto slash = entry.find('/'); slash != std::string::npos) {
    const auto base = parse_ip(entry.substr(0, slash));
    const auto bits = number(std::string_view(entry).substr(slash + 1));
    if (base && bits && *bits <= (base->v4 ? 32U : 128U)) {
      networks_.push_back({base->bytes, base->v4 ? 96U + *bits : *bits, base->v4, {}});
      return;
    }
  }
  std::string host;
  std::string port;
  if (entry.empty() || !split_port(entry, host, port)) host = std::move(entry);
  if (const auto one = parse_ip(host)) {
    networks_.push_back({one->bytes, 128, one->v4, port});
    return;
  }
  if (host.starts_with("*.")) host.erase(0, 1);
  if (host.empty()) return;
  const bool itself = host.front() != '.';
  names_.push_back({itself ? "." + host : host, itself, port});
}

bool proxy_rules::is_excepted(const address& to) const {
  if (except_all_) return true;
  const auto port = std::to_string(to.port);
  const auto fits = [&](const std::string& wanted) { return wanted.empty() || wanted == port; };
  const auto host = lower_case(to.host);
  if (const auto one = parse_ip(to.host))
    return std::ranges::any_of(networks_, [&](const network& entry) {
      return entry.v4 == one->v4 && fits(entry.port) &&
             same_prefix(entry.address, one->bytes, entry.bits);
    });
  return std::ranges::any_of(names_, [&](const name& entry) {
    const bool same = entry.itself && host == entry.suffix.substr(1);
    return (same || host.ends_with(entry.suffix)) && fits(entry.port);
  });
}

std::shared_ptr<const http_proxy> proxy_rules::proxy_for(const address& to) const {
  if (!proxy_ || lower_case(to.host) == "localhost") return nullptr;
  const auto numeric = parse_ip(to.host);
  if ((numeric && is_loopback(*numeric)) || is_excepted(to)) return nullptr;
  return proxy_;
}

}  // namespace teleport::net
