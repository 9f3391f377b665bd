#include "teleport/net/tls.hpp"

#include <algorithm>

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include "teleport/net/tls_bio.hpp"
#include "teleport/net/tls_context.hpp"

namespace teleport::net {
namespace {

using ssl_owner = std::unique_ptr<SSL, pki::freer<&SSL_free>>;

/// ALPN's wire form: each name after its length. Names are ours, so never empty or over 255 bytes.
std::string alpn_wire(const std::vector<std::string>& names) {
  std::string wire;
  for (const auto& name : names) wire += static_cast<char>(name.size()) + name;
  return wire;
}

/// OpenSSL's reason in words that don't depend on its version: "TLS alert: bad certificate".
std::string tls_reason() {
  const auto code = ERR_peek_last_error();
  auto text = pki::openssl_reason();
  // No reason at all is an end of the bytes below where TLS expected more.
  if (code == 0 || ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return "the server closed the connection without a word";
  if (ERR_GET_REASON(code) < SSL_AD_REASON_OFFSET) return text;
  const auto alert = text.find(" alert ");
  return "TLS alert: " + (alert == std::string::npos ? text : text.substr(alert + 7));
}

/// Of the error on top of the queue: is it one of bytes that are no TLS at all?
bool is_no_tls() {
  switch (ERR_GET_REASON(ERR_peek_last_error())) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_ENCRYPTED_LENGTH_TOO_LONG:
    case SSL_R_UNEXPECTED_MESSAGE:
    case SSL_R_BAD_RECORD_TYPE:
      return true;
    default:
      return false;
  }
}

std::string name_line(const X509_NAME* name) {
  const pki::bio_owner out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  return pki::contents(out.get());
}

class tls_session final : public tls_stream {
 public:
  tls_session(std::unique_ptr<byte_stream> lower, context_owner context)
      : lower_(std::move(lower)), context_(std::move(context)), ssl_(SSL_new(context_.get())) {}

  std::optional<error> prepare(const tls_settings& settings);
  std::optional<error> handshake(const std::string& server, const limits& within);

  io_result read(std::span<char> into) override;
  io_result write(std::span<const char> from) override;
  io finish_writing() override;
  int descriptor() const override { return lower_->descriptor(); }
  std::string failure() const override { return failure_; }
  std::string negotiated() const override;
  std::vector<pki::certificate> presented() const override;
  alpn_refusal refusal() const { return refusal_; }

 private:
  static int on_verify(int accepted, X509_STORE_CTX* chain);
  std::optional<error> expect(const std::string& server_name);
  io outcome(int result);
  error refused(const std::string& server) const;

  std::unique_ptr<byte_stream> lower_;
  context_owner context_;
  ssl_owner ssl_;
  std::string failure_;
  alpn_refusal refusal_ = alpn_refusal::none;
  std::string rejected_;  ///< why the server's certificate was not accepted
};

// -- set-up ---------------------------------------------------------------------------------------

std::optional<error> tls_session::prepare(const tls_settings& settings) {
  auto* bio = ssl_ ? bio_on(*lower_) : nullptr;
  if (bio == nullptr) return error{errc::config, "setting up TLS: " + pki::openssl_reason()};
  SSL_set_bio(ssl_.get(), bio, bio);
  const auto alpn = alpn_wire(settings.alpn);
  if (!alpn.empty())
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(alpn.data()),
                        static_cast<unsigned>(alpn.size()));
  SSL_set_app_data(ssl_.get(), this);
  const bool checked = !std::holds_alternative<no_verification>(settings.verified_by);
  SSL_set_verify(ssl_.get(), checked ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                 checked ? &tls_session::on_verify : nullptr);
  return expect(settings.server_name);
}

std::optional<error> tls_session::expect(const std::string& server_name) {
  auto* rules = SSL_get0_param(ssl_.get());
  if (X509_VERIFY_PARAM_set1_ip_asc(rules, server_name.c_str()) == 1) return std::nullopt;
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // The macro SSL_set_tlsext_host_name, without its C casts.
  auto* sni = const_cast<char*>(server_name.c_str());
  if (SSL_set1_host(ssl_.get(), sni) == 1 &&
      SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni) == 1)
    return std::nullopt;
  return error{errc::config, "\"" + server_name + "\" can't be a server's name"};
}

int tls_session::on_verify(int accepted, X509_STORE_CTX* chain) {
  if (accepted == 1) return 1;
  const auto index = SSL_get_ex_data_X509_STORE_CTX_idx();
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, index));
  auto* self = static_cast<tls_session*>(SSL_get_app_data(ssl));
  self->rejected_ = X509_verify_cert_error_string(X509_STORE_CTX_get_error(chain));
  if (const auto* shown = X509_STORE_CTX_get_current_cert(chain))
    self->rejected_ += " (subject " + name_line(X509_get_subject_name(shown)) + "; issuer " +
                       name_line(X509_get_issuer_name(shown)) + ")";
  return 0;
}

std::optional<error> tls_session::handshake(const std::string& server, const limits& within) {
  const auto what = "TLS handshake with " + server;
  for (;;) {
    ERR_clear_error();
    const auto state = outcome(SSL_connect(ssl_.get()));
    if (state == io::done) return std::nullopt;
    if (state == io::end) return error{errc::connection, what + ": the peer closed the connection"};
    if (state == io::failed) return refused(what);
    const short events = state == io::want_read ? POLLIN : POLLOUT;
    if (auto ended = wait_for(descriptor(), events, within, what)) return ended;
  }
}

error tls_session::refused(const std::string& what) const {
  if (rejected_.empty()) return {errc::connection, what + ": " + failure_};
  return {errc::config, what + ": the server's certificate is not accepted: " + rejected_};
}

// -- bytes ----------------------------------------------------------------------------------------

io tls_session::outcome(int result) {
  if (result > 0) return io::done;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return io::want_read;
    case SSL_ERROR_WANT_WRITE:
      return io::want_write;
    case SSL_ERROR_ZERO_RETURN:
      return io::end;
    default:
      break;
  }
  const bool shaking_hands = SSL_is_init_finished(ssl_.get()) == 0;
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  if (reason == SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL) refusal_ = alpn_refusal::alert;
  // The only extension of a server that we may refuse.
  if (reason == SSL_R_BAD_EXTENSION) refusal_ = alpn_refusal::unasked;
  if (!lower_->failure().empty())
    failure_ = lower_->failure();
  else
    failure_ = shaking_hands && is_no_tls() ? not_tls : tls_reason();
  ERR_clear_error();
  return io::failed;
}

io_result tls_session::read(std::span<char> into) {
  ERR_clear_error();
  std::size_t count = 0;
  const auto state = outcome(SSL_read_ex(ssl_.get(), into.data(), into.size(), &count));
  return {state, count};
}

io_result tls_session::write(std::span<const char> from) {
  ERR_clear_error();
  std::size_t count = 0;
  const auto state = outcome(SSL_write_ex(ssl_.get(), from.data(), from.size(), &count));
  return {state, count};
}

io tls_session::finish_writing() {
  ERR_clear_error();
  // 0: our close_notify is out, the peer's is not there yet.
  const int result = SSL_shutdown(ssl_.get());
  return result >= 0 ? io::done : outcome(result);
}

std::string tls_session::negotiated() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::vector<pki::certificate> tls_session::presented() const {
  std::vector<pki::certificate> all;
  const auto* chain = SSL_get_peer_cert_chain(ssl_.get());
  const int count = std::max(sk_X509_num(chain), 0);  // -1: there is no chain
  all.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    all.push_back(pki::certificate::shared_with(sk_X509_value(chain, i)));
  return all;
}

}  // namespace

result<std::unique_ptr<tls_stream>> start_tls(std::unique_ptr<byte_stream> lower,
                                              const tls_settings& settings, const limits& within,
                                              alpn_refusal* refusal) {
  if (auto ended = within.over("TLS handshake with " + settings.server_name)) return *ended;
  auto context = make_tls_context(settings);
  if (!context) return context.failure();
  auto session = std::make_unique<tls_session>(std::move(lower), std::move(context.value()));
  if (auto problem = session->prepare(settings)) return *problem;
  if (auto problem = session->handshake(settings.server_name, within)) {
    if (refusal != nullptr) *refusal = session->refusal();
    return *problem;
  }
  return std::unique_ptr<tls_stream>(std::move(session));
}

}  // namespace teleport::net
