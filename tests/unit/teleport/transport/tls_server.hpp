#pragma once

/// A TLS server for one client, on one end of a socket pair, driven by a thread of the test.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

#include "authority.hpp"
#include "teleport/net/byte_stream.hpp"
#include "teleport/net/descriptor.hpp"

namespace teleport::testing {

struct tls_server_settings {
  issued identity;
  std::vector<std::string> alpn;  ///< protocols that the server takes, by its own preference
  std::optional<pki::certificate> client_ca = {};  ///< set: asks for a client certificate
  int max_version = TLS1_3_VERSION;
  bool picks_first = false;  ///< takes its own first protocol, whatever the client offers
};

/// What a client showed in the handshake.
struct tls_seen {
  std::string sni;
  std::string offered_alpn;      ///< names joined by ','
  std::string client;            ///< CN of the client's certificate; empty when it showed none
  std::size_t client_chain = 0;  ///< certificates that the client sent
  bool complete = false;
};

/// Shakes hands on `bytes`, whose ownership it takes, then runs `serve`, and says goodbye.
tls_seen serve_tls(BIO* bytes, const tls_server_settings& settings,
                   const std::function<void(SSL*)>& serve);

class tls_server {
 public:
  using seen = tls_seen;

  /// Shakes hands, then runs `serve`; closes the connection at its end.
  tls_server(tls_server_settings settings, std::function<void(SSL*)> serve = {});
  ~tls_server();

  /// The client's end; once.
  std::unique_ptr<net::byte_stream> client_end();
  /// Waits for the server to end.
  seen finish();

 private:
  void run(net::unique_descriptor socket, const std::function<void(SSL*)>& serve);

  tls_server_settings settings_;
  seen seen_;
  std::unique_ptr<net::byte_stream> client_;
  std::thread thread_;
};

/// Blocking helpers for `serve`. `read_all` reads until the client closes.
std::string read_all(SSL* ssl);
void write_all(SSL* ssl, const std::string& bytes);

}  // namespace teleport::testing
