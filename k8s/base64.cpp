#include "k8s/base64.hpp"

#include <cstdint>

namespace k8s {

namespace {

/// Six bits, or nothing for what is no letter of base64 (RFC 4648 §4).
std::optional<std::uint32_t> bits_of(char letter) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto at = letters.find(letter);
  if (at == std::string_view::npos) return std::nullopt;
  return static_cast<std::uint32_t>(at);
}

}  // namespace

std::optional<std::string> from_base64(std::string_view text) {
  while (text.ends_with('=') || text.ends_with('\n')) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t collected = 0;
  int count = 0;
  for (const char letter : text) {
    if (letter == '\n' || letter == '\r') continue;
    const auto bits = bits_of(letter);
    if (!bits) return std::nullopt;
    collected = (collected << 6U) | *bits;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((collected >> static_cast<unsigned>(count)) & 0xffU);
    }
  }
  return bytes;
}

}  // namespace k8s
