#include "teleport/join/read_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include "teleport/net/descriptor.hpp"

namespace teleport::join {
namespace {

constexpr std::size_t most = 1U << 20U;

error unreadable(const std::string& path, const std::string& why) {
  return {errc::config, "reading " + path + ": " + why};
}

}  // namespace

result<pki::secret_text> read_secret_file(const std::string& path) {
  const net::unique_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return unreadable(path, std::generic_category().message(errno));
  // One fixed buffer: a growing one would leave copies behind.
  std::string buffer(most + 1, '\0');
  std::size_t filled = 0;
  for (;;) {
    const auto count = ::read(file.get(), buffer.data() + filled, buffer.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(path, std::generic_category().message(errno));
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
    if (filled > most) return unreadable(path, "larger than 1 MiB");
  }
  pki::secret_text content(buffer.substr(0, filled));
  OPENSSL_cleanse(buffer.data(), filled);
  return content;
}

result<pki::secret_text> read_token_file(const std::string& path) {
  auto content = read_secret_file(path);
  if (!content) return content;
  const auto& text = content.value().reveal();
  const auto* blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return unreadable(path, "the file is empty");
  return pki::secret_text(text.substr(begin, text.find_last_not_of(blanks) - begin + 1));
}

}  // namespace teleport::join
