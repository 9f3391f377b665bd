#pragma once

/// A text that is overwritten when it is no longer needed: join tokens, service-account tokens,
/// private keys in a file. Movable only; never printed.

#include <string>
#include <utility>

#include <openssl/crypto.h>

namespace teleport::pki {

class secret_text {
 public:
  secret_text() = default;
  explicit secret_text(std::string text) : text_(std::move(text)) {}
  // A short text lives inside the string object, so moving has to wipe what stays behind.
  // NOLINTNEXTLINE(performance-move-constructor-init): a copy by intent, see above.
  secret_text(secret_text&& other) noexcept : text_(other.text_) { other.wipe(); }
  secret_text& operator=(secret_text&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    text_ = other.text_;
    other.wipe();
    return *this;
  }
  ~secret_text() { wipe(); }

  const std::string& reveal() const noexcept { return text_; }

 private:
  void wipe() noexcept {
    OPENSSL_cleanse(text_.data(), text_.size());
    text_.clear();
  }

  std::string text_;
};

}  // namespace teleport::pki
