#pragma once

/// How many requests may be in flight at once. Halves when the server says "too many" (429,
/// RESOURCE_EXHAUSTED), and grows again by one for each window's worth of good answers. After
/// `reopen` it begins small and doubles with each round of good answers: a server that has just
/// come back is not met with everything that waited. Pure.

#include <algorithm>
#include <cstddef>

namespace actors::core {

class window {
 public:
  explicit window(std::size_t most) : most_(std::max<std::size_t>(most, 1)), size_(most_) {}

  bool open() const { return in_flight_ < size_; }
  void sent() { ++in_flight_; }

  /// Without an answer of the server's: no reason to send more, nor less.
  void ended() {
    if (in_flight_ > 0) --in_flight_;
  }

  void answered(bool throttled) {
    ended();
    if (throttled) {
      size_ = std::max<std::size_t>(size_ / 2, 1);
      good_ = 0;
      opening_ = false;
    } else if (size_ < most_ && ++good_ >= size_) {
      size_ = opening_ ? std::min(size_ * 2, most_) : size_ + 1;
      good_ = 0;
    }
  }

  /// Begin anew with few. What is in flight stays counted.
  void reopen() {
    size_ = std::min(first_, most_);
    good_ = 0;
    opening_ = true;
  }

  std::size_t size() const { return size_; }
  std::size_t in_flight() const { return in_flight_; }

 private:
  static constexpr std::size_t first_ = 4;

  std::size_t most_;
  std::size_t size_;
  std::size_t in_flight_ = 0;
  std::size_t good_ = 0;
  bool opening_ = false;
};

}  // namespace actors::core
