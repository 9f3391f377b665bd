#include "teleport/join/identity_file.hpp"

#include "teleport/join/read_file.hpp"
#include "teleport/pki/secret.hpp"

namespace teleport::join {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";

/// The next PEM block from `at` on, which moves behind it. Empty when there is none; no value when
/// a block has no end.
std::optional<std::string_view> next_block(std::string_view text, std::size_t& at) {
  const auto begin = text.find(begin_mark, at);
  if (begin == std::string_view::npos) return std::string_view{};
  const auto end = text.find(end_mark, begin);
  if (end == std::string_view::npos) return std::nullopt;
  const auto line_end = text.find('\n', end);
  at = line_end == std::string_view::npos ? text.size() : line_end + 1;
  return text.substr(begin, at - begin);
}

}  // namespace

result<identity> parse_identity(const std::string& content, wall_time now) {
  std::size_t at = 0;
  const auto key_block = next_block(content, at);
  if (!key_block) return error{errc::config, "invalid PEM block (fragment)"};
  if (key_block->empty()) return error{errc::config, "there is no private key in it"};
  const pki::secret_text key_pem{std::string(*key_block)};
  auto key = pki::private_key::from_pem(key_pem.reveal());
  if (!key) return key.failure();
  if (content.find(begin_mark, at) != std::string::npos &&
      content.find(end_mark, content.rfind(begin_mark)) == std::string::npos)
    return error{errc::config, "invalid PEM block (fragment)"};
  auto all = pki::certificate::all_from_pem(content.substr(at));
  if (!all) return all.failure();
  if (all.value().empty()) return error{errc::config, "there is no TLS certificate in it"};
  auto leaf = std::move(all.value().front());
  all.value().erase(all.value().begin());
  return make_identity(std::move(key.value()), std::move(leaf), std::move(all.value()), now);
}

result<identity> identity_file::read(wall_time now) const {
  auto content = read_secret_file(path_);
  if (!content) return content.failure();
  auto parsed = parse_identity(content.value().reveal(), now);
  if (parsed) return parsed;
  return error{errc::config, "identity file " + path_ + ": " + parsed.failure().message};
}

result<identity> identity_file::load(wall_time now) {
  std::error_code ignored;
  const auto changed_at = std::filesystem::last_write_time(path_, ignored);
  if (!last_ || changed_at != read_at_) {
    auto fresh = read(now);
    if (!fresh && (!last_ || last_->expires <= now)) return fresh;
    if (fresh) last_ = std::move(fresh.value());
    // A file that is still being written is read again next time.
    if (fresh) read_at_ = changed_at;
  }
  if (last_->expires <= now)
    return error{errc::config, "identity file " + path_ +
                                   ": the certificate has expired, and the file was not replaced"};
  return *last_;
}

}  // namespace teleport::join
