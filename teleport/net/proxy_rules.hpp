#pragma once

/// Which connections go through an HTTP proxy of this network: HTTPS_PROXY and NO_PROXY, understood
/// as Go's `net/http` understands them. Pure but for from_environment.

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/net/address.hpp"
#include "teleport/net/trust.hpp"
#include "teleport/pki/secret.hpp"

namespace teleport::net {

/// A proxy that is asked with CONNECT.
struct http_proxy {
  address at;
  bool tls = false;                 ///< spoken to over TLS (https://)
  trust verified_by = web_roots{};  ///< over TLS
  pki::secret_text authorization;   ///< value of Proxy-Authorization; empty: none
};

/// Copies share the proxy. Empty rules send everything straight.
class proxy_rules {
 public:
  proxy_rules() = default;

  /// `proxy` as in HTTPS_PROXY: [http://|https://][user[:password]@]host[:port]; empty: none.
  /// `except` as in NO_PROXY: `*`, or a list of IPs, IPs with port, networks (10.0.0.0/8), and
  /// names with or without port, where `a.b` means it and what is below, `.a.b` and `*.a.b` only
  /// what is below. Entries that are none of this are skipped. errc::config when the proxy's URL
  /// can't be used; says nothing of its credentials.
  static result<proxy_rules> parse(const std::string& proxy, const std::string& except,
                                   const trust& verified_by = web_roots{});

  /// From HTTPS_PROXY or https_proxy, NO_PROXY or no_proxy; a proxy of the scheme https is verified
  /// by web_roots::from_environment. Call it once, before threads start.
  static result<proxy_rules> from_environment();

  /// The proxy to ask for a connection to `to`; nullptr: connect straight. Loopback is always
  /// straight.
  std::shared_ptr<const http_proxy> proxy_for(const address& to) const;

 private:
  struct network {
    std::array<unsigned char, 16> address{};  ///< IPv4 in its IPv6 form
    unsigned bits = 128;
    bool v4 = false;
    std::string port;  ///< empty: any
  };
  struct name {
    std::string suffix;  ///< ".example.com", lower case
    bool itself = false;
    std::string port;  ///< empty: any
  };

  void except_one(std::string entry);
  bool is_excepted(const address& to) const;

  std::shared_ptr<const http_proxy> proxy_;
  bool except_all_ = false;
  std::vector<network> networks_;
  std::vector<name> names_;
};

}  // namespace teleport::net
