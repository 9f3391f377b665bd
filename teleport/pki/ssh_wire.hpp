#pragma once

/// The data types of the SSH protocol (RFC 4251 §5), as far as keys need them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct bignum_st;

namespace teleport::pki {

class ssh_writer {
 public:
  /// `string`: length, then the bytes.
  void text(std::string_view bytes);
  /// `mpint` of a number that is not negative.
  void number(const bignum_st* value);
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

/// Reads from bytes that must outlive it. After the first thing that does not fit all reads yield
/// nothing and `good` is false.
class ssh_reader {
 public:
  explicit ssh_reader(std::string_view in) : in_(in) {}

  bool good() const noexcept { return good_; }
  std::uint32_t uint32();
  std::string_view text();
  /// `count` bytes without a length before them.
  std::string_view raw(std::size_t count);

 private:
  std::string_view in_;
  bool good_ = true;
};

}  // namespace teleport::pki
