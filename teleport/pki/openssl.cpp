#include "teleport/pki/openssl.hpp"

#include <system_error>

#include <openssl/err.h>

namespace teleport::pki {

std::string openssl_reason() {
  // What the system said comes first; after it OpenSSL says only that it was the system.
  std::string reason;
  while (const auto code = ERR_get_error()) {
    if (ERR_SYSTEM_ERROR(code)) {
      ERR_clear_error();
      return std::generic_category().message(ERR_GET_REASON(code));
    }
    if (const char* text = ERR_reason_error_string(code)) reason = text;
  }
  return reason.empty() ? "no further reason" : reason;
}

std::string contents(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory, &data);
  return size <= 0 ? std::string{} : std::string(data, static_cast<std::size_t>(size));
}

bio_owner reader_of(const std::string& text) {
  return bio_owner(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

}  // namespace teleport::pki
