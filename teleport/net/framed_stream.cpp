#include "teleport/net/framed_stream.hpp"

#include <algorithm>
#include <utility>

namespace teleport::net {
namespace {

/// Of ours in one frame.
constexpr std::size_t most_payload = 32768;
/// A peer that sends this much in one go and no payload in it means no good.
constexpr std::size_t most_idle = 1U << 20U;
/// A peer that does not take its replies gets no more of them.
constexpr std::size_t most_replies = 4096;

}  // namespace

io_result framed_stream::read(std::span<char> into) {
  std::size_t idle = 0;
  for (;;) {
    if (!failure_.empty()) return {io::failed};
    if (!frames_->failure().empty()) return fail(frames_->failure());
    if (out_.size() < most_payload + most_replies) out_ += frames_->reply();
    if (frames_->ended()) {
      // The last word to a peer that has ended; whether it hears it makes no difference.
      static_cast<void>(flush());
      return {io::end};
    }
    if (idle > most_idle) return fail("the server sends frames with nothing in them");
    const auto got = lower_->read(into);
    if (got.state == io::failed) return fail(lower_->failure());
    if (got.state == io::end) return end_of_lower();
    if (got.state != io::done) {
      const auto told = flush();
      return told == io::done ? got : io_result{told};
    }
    if (const auto count = frames_->unframe(into.first(got.bytes)); count != 0)
      return {io::done, count};
    idle += got.bytes;
  }
}

io_result framed_stream::end_of_lower() {
  if (frames_->inside_frame()) return fail("the server closed the connection within a frame");
  return {io::end};
}

io_result framed_stream::write(std::span<const char> from) {
  if (accepted_ == 0) {
    accepted_ = std::min(from.size(), most_payload);
    out_ += frames_->frame(from.first(accepted_));
  }
  const auto state = flush();
  if (state != io::done) return {state};
  return {io::done, std::exchange(accepted_, 0)};
}

io framed_stream::finish_writing() {
  if (!std::exchange(finishing_, true)) {
    const auto farewell = frames_->farewell();
    wordless_ = farewell.empty();
    out_ += farewell;
  }
  const auto state = flush();
  return state == io::done && wordless_ ? lower_->finish_writing() : state;
}

io framed_stream::flush() {
  if (!failure_.empty()) return io::failed;
  while (sent_ < out_.size()) {
    const auto put = lower_->write(std::span<const char>(out_).subspan(sent_));
    if (put.state == io::failed) return fail(lower_->failure()).state;
    if (put.state == io::end) return fail("the server closed the connection").state;
    if (put.state != io::done) return put.state;
    sent_ += put.bytes;
  }
  out_.clear();
  sent_ = 0;
  return io::done;
}

io_result framed_stream::fail(std::string why) {
  failure_ = std::move(why);
  return {io::failed};
}

}  // namespace teleport::net
