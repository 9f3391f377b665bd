#pragma once

/// A byte stream in the frames of another: what an upgraded connection carries.
///
/// Buffers at most one frame of ours and a few replies; nothing of what comes in. After want_write
/// a write is to be repeated with the same bytes.

#include <memory>

#include "teleport/net/byte_stream.hpp"
#include "teleport/net/framing.hpp"

namespace teleport::net {

class framed_stream final : public byte_stream {
 public:
  framed_stream(std::unique_ptr<byte_stream> lower, std::unique_ptr<framing> frames)
      : lower_(std::move(lower)), frames_(std::move(frames)) {}

  io_result read(std::span<char> into) override;
  io_result write(std::span<const char> from) override;
  io finish_writing() override;
  int descriptor() const override { return lower_->descriptor(); }
  std::string failure() const override { return failure_; }

 private:
  io_result fail(std::string why);
  io_result end_of_lower();
  io flush();

  std::unique_ptr<byte_stream> lower_;
  std::unique_ptr<framing> frames_;
  std::string out_;           ///< whole frames on their way down
  std::size_t sent_ = 0;      ///< of them
  std::size_t accepted_ = 0;  ///< bytes of a write that are in `out_` and not yet reported as done
  bool finishing_ = false;
  bool wordless_ = false;  ///< the frames have no word for our end
  std::string failure_;
};

}  // namespace teleport::net
