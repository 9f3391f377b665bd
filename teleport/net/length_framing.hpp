#pragma once

/// The older framing of upgraded connections, "alpn-ping": each packet after its length, 32 bits,
/// big endian; packets of length 0 keep the connection busy (facts/teleport-connection.md §6.3).

#include "teleport/net/framing.hpp"

namespace teleport::net {

class length_framing final : public framing {
 public:
  std::string frame(std::span<const char> payload) override;
  std::string farewell() override { return {}; }
  std::size_t unframe(std::span<char> bytes) override;
  bool inside_frame() const override { return head_bytes_ != 0 || left_ != 0; }
  /// Any bytes make sense to it.
  const std::string& failure() const override { return failure_; }

 private:
  std::size_t left_ = 0;     ///< of the packet under way
  std::size_t length_ = 0;   ///< of the next one, as far as it is read
  unsigned head_bytes_ = 0;  ///< of the length, read so far
  std::string failure_;
};

}  // namespace teleport::net
