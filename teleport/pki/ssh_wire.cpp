#include "teleport/pki/ssh_wire.hpp"

#include <openssl/bn.h>

namespace teleport::pki {
namespace {

std::string big_endian(std::size_t value) {
  std::string bytes;
  for (unsigned shift = 32; shift != 0;)
    bytes += static_cast<char>((value >> (shift -= 8U)) & 255U);
  return bytes;
}

}  // namespace

void ssh_writer::text(std::string_view bytes) {
  out_ += big_endian(bytes.size());
  out_ += bytes;
}

void ssh_writer::number(const bignum_st* value) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
  // The top bit is the sign.
  if (!bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 128U) != 0)
    bytes.insert(bytes.begin(), '\0');
  text(bytes);
}

std::string_view ssh_reader::raw(std::size_t count) {
  if (!good_ || count > in_.size()) {
    good_ = false;
    return {};
  }
  const auto bytes = in_.substr(0, count);
  in_.remove_prefix(count);
  return bytes;
}

std::uint32_t ssh_reader::uint32() {
  std::uint32_t value = 0;
  for (const char c : raw(4)) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

std::string_view ssh_reader::text() {
  return raw(uint32());
}

}  // namespace teleport::pki
