#include "tls_server.hpp"

#include <algorithm>
#include <csignal>

#include <fcntl.h>
#include <sys/socket.h>

#include "teleport/net/bridge.hpp"
#include "teleport/net/socket_stream.hpp"
#include "teleport/pki/openssl.hpp"

namespace teleport::testing {
namespace {

std::string alpn_wire(const std::vector<std::string>& names) {
  std::string wire;
  for (const auto& name : names) wire += static_cast<char>(name.size()) + name;
  return wire;
}

/// Notes what was offered, then chooses by the server's own order.
int choose(SSL* ssl, const unsigned char** out, unsigned char* size, const unsigned char* in,
           unsigned in_size, void* argument) {
  const auto& settings = *static_cast<const tls_server_settings*>(argument);
  const auto& wanted = settings.alpn;
  auto& seen = *static_cast<tls_seen*>(SSL_get_app_data(ssl));
  for (unsigned at = 0; at < in_size; at += in[at] + 1U)
    seen.offered_alpn += (seen.offered_alpn.empty() ? "" : ",") +
                         std::string(reinterpret_cast<const char*>(in + at + 1), in[at]);
  if (settings.picks_first) {
    *out = reinterpret_cast<const unsigned char*>(wanted.front().data());
    *size = static_cast<unsigned char>(wanted.front().size());
    return SSL_TLSEXT_ERR_OK;
  }
  const auto wire = alpn_wire(wanted);
  unsigned char* chosen = nullptr;
  const auto found =
      SSL_select_next_proto(&chosen, size, reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()), in, in_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  // The match lies in our own list, which is about to go; the client's has the same bytes.
  for (unsigned at = 0; at < in_size; at += in[at] + 1U)
    if (in[at] == *size && std::equal(chosen, chosen + *size, in + at + 1)) *out = in + at + 1;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

tls_server::tls_server(tls_server_settings settings, std::function<void(SSL*)> serve)
    : settings_(std::move(settings)) {
  auto pair = net::make_socket_pair();
  client_ = std::make_unique<net::socket_stream>(std::move(pair.ours));
  // The server side blocks.
  ::fcntl(pair.theirs.get(), F_SETFL, 0);
  thread_ = std::thread([this, socket = std::move(pair.theirs),
                         serve = std::move(serve)]() mutable { run(std::move(socket), serve); });
}

tls_server::~tls_server() {
  client_.reset();
  if (thread_.joinable()) thread_.join();
}

std::unique_ptr<net::byte_stream> tls_server::client_end() {
  return std::move(client_);
}

tls_server::seen tls_server::finish() {
  client_.reset();
  thread_.join();
  return seen_;
}

void tls_server::run(net::unique_descriptor socket, const std::function<void(SSL*)>& serve) {
  seen_ = serve_tls(BIO_new_socket(socket.get(), BIO_NOCLOSE), settings_, serve);
}

tls_seen serve_tls(BIO* bytes, const tls_server_settings& settings,
                   const std::function<void(SSL*)>& serve) {
  // OpenSSL's own socket writes would end the test when the client is gone.
  std::signal(SIGPIPE, SIG_IGN);
  tls_seen seen;
  const std::unique_ptr<SSL_CTX, pki::freer<&SSL_CTX_free>> context(
      SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate(context.get(), settings.identity.leaf.handle());
  SSL_CTX_use_PrivateKey(context.get(), settings.identity.key.handle());
  SSL_CTX_set_max_proto_version(context.get(), settings.max_version);
  if (!settings.alpn.empty())
    SSL_CTX_set_alpn_select_cb(context.get(), &choose, const_cast<tls_server_settings*>(&settings));
  if (settings.client_ca) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), settings.client_ca->handle());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  const std::unique_ptr<SSL, pki::freer<&SSL_free>> ssl(SSL_new(context.get()));
  SSL_set_app_data(ssl.get(), &seen);
  SSL_set_bio(ssl.get(), bytes, bytes);
  if (SSL_accept(ssl.get()) != 1) return seen;
  seen.complete = true;
  const char* sni = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
  seen.sni = sni == nullptr ? "" : sni;
  if (auto* shown = SSL_get0_peer_certificate(ssl.get())) {
    X509_up_ref(shown);
    const pki::bio_owner out(BIO_new(BIO_s_mem()));
    i2d_X509_bio(out.get(), shown);
    seen.client = pki::certificate::from_der(pki::contents(out.get())).value().user();
    X509_free(shown);
    // On the server's side this list lacks the leaf.
    seen.client_chain =
        1U + static_cast<std::size_t>(sk_X509_num(SSL_get_peer_cert_chain(ssl.get())));
  }
  if (serve) serve(ssl.get());
  SSL_shutdown(ssl.get());
  return seen;
}

std::string read_all(SSL* ssl) {
  std::string all;
  char part[4096];
  for (int count = 0; (count = SSL_read(ssl, part, sizeof part)) > 0;)
    all.append(part, static_cast<std::size_t>(count));
  return all;
}

void write_all(SSL* ssl, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    std::size_t count = 0;
    if (SSL_write_ex(ssl, bytes.data() + sent, bytes.size() - sent, &count) != 1) return;
    sent += count;
  }
}

}  // namespace teleport::testing
