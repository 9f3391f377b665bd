#include "teleport/net/websocket.hpp"

#include <algorithm>
#include <utility>

#include <openssl/rand.h>

namespace teleport::net {
namespace {

constexpr unsigned last_bit = 0x80;
constexpr unsigned reserved_bits = 0x70;
constexpr unsigned opcode_bits = 0x0f;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned length_bits = 0x7f;
constexpr unsigned in_two_bytes = 126;
constexpr unsigned in_eight_bytes = 127;
constexpr std::uint64_t most_in_control = 125;

constexpr unsigned normal_closure = 1000;
constexpr unsigned going_away = 1001;

void put_big_endian(std::string& into, std::uint64_t value, unsigned bytes) {
  while (bytes-- != 0) into += static_cast<char>(value >> bytes * 8U & 255U);
}

std::string printable(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return c < 32 || c > 126; }, '?');
  return out;
}

}  // namespace

websocket_mask random_mask() {
  websocket_mask mask{};
  // Without random numbers zero will do: the mask protects careless caches, not us.
  static_cast<void>(RAND_bytes(reinterpret_cast<unsigned char*>(mask.data()), sizeof mask));
  return mask;
}

// -- what we send ---------------------------------------------------------------------------------

std::string websocket_framing::masked(opcode kind, std::span<const char> payload) {
  std::string made;
  made.reserve(payload.size() + 14);
  made += static_cast<char>(last_bit | static_cast<unsigned>(kind));
  if (payload.size() <= most_in_control) {
    made += static_cast<char>(mask_bit | payload.size());
  } else if (payload.size() <= 0xffff) {
    made += static_cast<char>(mask_bit | in_two_bytes);
    put_big_endian(made, payload.size(), 2);
  } else {
    made += static_cast<char>(mask_bit | in_eight_bytes);
    put_big_endian(made, payload.size(), 8);
  }
  const auto mask = masks_();
  made.append(mask.begin(), mask.end());
  for (std::size_t i = 0; i < payload.size(); ++i)
    made += static_cast<char>(payload[i] ^ mask.at(i % mask.size()));
  return made;
}

std::string websocket_framing::frame(std::span<const char> payload) {
  return masked(opcode::binary, payload);
}

std::string websocket_framing::farewell() {
  if (std::exchange(said_farewell_, true)) return {};
  std::string code;
  put_big_endian(code, normal_closure, 2);
  return masked(opcode::close, code);
}

std::string websocket_framing::reply() {
  if (std::exchange(close_waits_, false)) return farewell();
  if (!std::exchange(ping_waits_, false) || said_farewell_) return {};
  return masked(opcode::pong, ping_);
}

// -- what we get ----------------------------------------------------------------------------------

std::size_t websocket_framing::unframe(std::span<char> bytes) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < bytes.size() && !is_over();) {
    if (!in_payload_) {
      take_head_byte(static_cast<unsigned char>(bytes[at++]));
      continue;
    }
    const auto part = bytes.subspan(at, std::min<std::uint64_t>(left_, bytes.size() - at));
    if (kind_ == opcode::binary) {
      std::ranges::copy(part, bytes.begin() + static_cast<std::ptrdiff_t>(kept));
      kept += part.size();
    } else {
      control_.append(part.begin(), part.end());
    }
    at += part.size();
    left_ -= part.size();
    if (left_ == 0) end_frame();
  }
  return kept;
}

std::size_t websocket_framing::head_length() const {
  if (head_size_ < 2) return 2;
  const auto length = head_[1] & length_bits;
  if (length == in_eight_bytes) return 10;
  return length == in_two_bytes ? 4 : 2;
}

void websocket_framing::take_head_byte(unsigned char byte) {
  head_.at(head_size_++) = byte;
  if (head_size_ == head_length()) begin_frame();
}

/// Of the frame whose head is read: is it one that may come now?
const char* websocket_framing::fault_in_kind() const {
  if ((head_[0] & reserved_bits) != 0) return "reserved bits are set";
  if ((head_[1] & mask_bit) != 0) return "a server must not mask";
  switch (kind_) {
    case opcode::continuation:
      return in_message_ ? nullptr : "a continuation of nothing";
    case opcode::binary:
      return in_message_ ? "a new message within another" : nullptr;
    case opcode::close:
    case opcode::ping:
    case opcode::pong:
      if (!last_) return "a control frame in parts";
      return (head_[1] & length_bits) > most_in_control ? "a control frame that is too long"
                                                        : nullptr;
    case opcode::text:
      return "text instead of bytes";
  }
  return "an unknown kind of frame";
}

void websocket_framing::begin_frame() {
  last_ = (head_[0] & last_bit) != 0;
  kind_ = static_cast<opcode>(head_[0] & opcode_bits);
  if (const auto* fault = fault_in_kind()) return fail(fault);
  left_ = head_[1] & length_bits;
  const auto size = std::exchange(head_size_, 0);
  if (size != 2) left_ = 0;
  for (std::size_t i = 2; i < size; ++i) left_ = left_ << 8U | head_.at(i);
  if (left_ >> 63U != 0) return fail("its length is over 2^63");
  if ((size == 4 && left_ < in_two_bytes) || (size == 10 && left_ <= 0xffff))
    return fail("its length is written in too many bytes");
  if (kind_ == opcode::continuation || kind_ == opcode::binary) {
    in_message_ = !last_;
    kind_ = opcode::binary;
  }
  in_payload_ = true;
  control_.clear();
  if (left_ == 0) end_frame();
}

void websocket_framing::end_frame() {
  in_payload_ = false;
  if (kind_ == opcode::close) return end_close();
  if (kind_ != opcode::ping) return;
  ping_ = std::move(control_);
  ping_waits_ = true;
}

void websocket_framing::end_close() {
  closed_ = true;
  close_waits_ = true;
  if (control_.size() < 2) return;
  const unsigned code =
      static_cast<unsigned char>(control_[0]) << 8U | static_cast<unsigned char>(control_[1]);
  if (code == normal_closure || code == going_away) return;
  closed_ = false;
  failure_ = "the server ended the WebSocket with code " + std::to_string(code);
  if (control_.size() > 2) failure_ += " (" + printable(std::string_view(control_).substr(2)) + ")";
}

void websocket_framing::fail(const char* why) {
  failure_ = std::string("a WebSocket frame can't be read: ") + why;
}

}  // namespace teleport::net
