#include "teleport/net/length_framing.hpp"

#include <algorithm>
#include <utility>

namespace teleport::net {

std::string length_framing::frame(std::span<const char> payload) {
  std::string made;
  made.reserve(payload.size() + 4);
  for (unsigned shift = 32; shift != 0;)
    made += static_cast<char>(payload.size() >> (shift -= 8U) & 255U);
  return made.append(payload.begin(), payload.end());
}

std::size_t length_framing::unframe(std::span<char> bytes) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    if (left_ != 0) {
      const auto part = std::min(left_, bytes.size() - at);
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), part,
                  bytes.begin() + static_cast<std::ptrdiff_t>(kept));
      kept += part;
      at += part;
      left_ -= part;
      continue;
    }
    length_ = length_ << 8U | static_cast<unsigned char>(bytes[at++]);
    if (++head_bytes_ != 4) continue;
    head_bytes_ = 0;
    left_ = std::exchange(length_, 0);
  }
  return kept;
}

}  // namespace teleport::net
