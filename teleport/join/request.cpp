#include "teleport/join/request.hpp"

#include "teleport/join/read_file.hpp"
#include "teleport/join/token.hpp"

namespace teleport::join {

result<join_request> make_request(const connector_settings& settings) {
  join_request made;
  made.method = settings.join_method;
  made.ttl = settings.certificate_ttl;
  if (is_token_file(settings.token)) {
    auto token = read_token_file(settings.token);
    if (!token) return token.failure();
    made.token = std::move(token.value());
  } else {
    made.token = pki::secret_text(settings.token);
  }
  if (made.method != "kubernetes") return made;
  auto id_token = read_token_file(settings.kubernetes_token_path);
  if (!id_token) return error{errc::config, "service-account token: " + id_token.failure().message};
  made.id_token = std::move(id_token.value());
  return made;
}

outcome<identity> accept(pki::private_key key, result<granted> certificates, stage at) {
  if (!certificates) return failed_step{at, certificates.failure()};
  auto& got = certificates.value();
  auto made = fresh_identity(std::move(key), std::move(got.leaf), std::move(got.roots),
                             std::chrono::system_clock::now());
  if (!made) return failed_step{at, made.failure()};
  return std::move(made.value());
}

}  // namespace teleport::join
