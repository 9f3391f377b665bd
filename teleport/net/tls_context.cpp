#include "teleport/net/tls_context.hpp"

#include <cstdlib>

#include <unistd.h>

namespace teleport::net {
namespace {

constexpr const char* system_bundle = "/etc/ssl/certs/ca-certificates.crt";
constexpr const char* system_directory = "/etc/ssl/certs";

std::string from_variable(const char* name, const char* otherwise) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): called before threads start
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

std::optional<error> use(SSL_CTX* context, const web_roots& roots) {
  auto* store = SSL_CTX_get_cert_store(context);
  // An image without the system's bundle may still have the directory; a file that was asked for
  // must be there.
  const bool optional_file = roots.file == system_bundle && ::access(system_bundle, R_OK) != 0;
  if (!roots.file.empty() && !optional_file && X509_STORE_load_file(store, roots.file.c_str()) != 1)
    return error{errc::config,
                 "reading web root certificates from " + roots.file + ": " + pki::openssl_reason()};
  if (!roots.directory.empty()) X509_STORE_load_path(store, roots.directory.c_str());
  return std::nullopt;
}

std::optional<error> use(SSL_CTX* context, const only_roots& roots) {
  auto* store = SSL_CTX_get_cert_store(context);
  for (const auto& root : roots.roots) X509_STORE_add_cert(store, root.handle());
  return std::nullopt;
}

std::optional<error> use(SSL_CTX*, const no_verification&) {
  return std::nullopt;
}

std::optional<error> use(SSL_CTX* context, const client_certificate& identity) {
  if (SSL_CTX_use_certificate(context, identity.leaf.handle()) == 1 &&
      SSL_CTX_use_PrivateKey(context, identity.key.handle()) == 1)
    return std::nullopt;
  return error{errc::config, "our own certificate can't be used: " + pki::openssl_reason()};
}

}  // namespace

web_roots web_roots::from_environment() {
  return {from_variable("SSL_CERT_FILE", system_bundle),
          from_variable("SSL_CERT_DIR", system_directory)};
}

result<context_owner> make_tls_context(const tls_settings& settings) {
  context_owner context(SSL_CTX_new(TLS_client_method()));
  if (!context) return error{errc::config, "setting up TLS: " + pki::openssl_reason()};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  // The roots contain the issuer of our own certificate: without NO_AUTO_CHAIN it would be sent
  // along.
  SSL_CTX_set_mode(context.get(), SSL_MODE_NO_AUTO_CHAIN | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  const auto apply = [&](const auto& chosen) { return use(context.get(), chosen); };
  if (auto problem = std::visit(apply, settings.verified_by)) return *problem;
  if (settings.identity)
    if (auto problem = use(context.get(), *settings.identity)) return *problem;
  return context;
}

}  // namespace teleport::net
