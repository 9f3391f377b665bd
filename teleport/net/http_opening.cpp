#include "teleport/net/http_opening.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <poll.h>

namespace teleport::net {
namespace {

/// Serves what was read too far, then the stream itself.
class stream_with_rest final : public byte_stream {
 public:
  stream_with_rest(std::unique_ptr<byte_stream> lower, std::string rest)
      : lower_(std::move(lower)), rest_(std::move(rest)) {}

  io_result read(std::span<char> into) override {
    if (begin_ == rest_.size()) return lower_->read(into);
    const auto count = std::min(into.size(), rest_.size() - begin_);
    std::copy_n(rest_.begin() + static_cast<std::ptrdiff_t>(begin_), count, into.begin());
    begin_ += count;
    return {io::done, count};
  }
  io_result write(std::span<const char> from) override { return lower_->write(from); }
  io finish_writing() override { return lower_->finish_writing(); }
  int descriptor() const override { return lower_->descriptor(); }
  std::string failure() const override { return lower_->failure(); }

 private:
  std::unique_ptr<byte_stream> lower_;
  std::string rest_;
  std::size_t begin_ = 0;
};

/// The error that ends a step of the dialogue; nothing when waiting is over and it is to be tried
/// again.
std::optional<error> settle(const byte_stream& on, io state, const limits& within,
                            const std::string& what) {
  if (state == io::failed) return error{errc::connection, what + ": " + on.failure()};
  if (state == io::end)
    return error{errc::connection, what + ": the server closed the connection without an answer"};
  return wait_for(on.descriptor(), state == io::want_read ? POLLIN : POLLOUT, within, what);
}

std::optional<error> send_all(byte_stream& on, std::string_view bytes, const limits& within,
                              const std::string& what) {
  while (!bytes.empty()) {
    const auto sent = on.write(bytes);
    if (sent.state == io::done)
      bytes.remove_prefix(sent.bytes);
    else if (auto ended = settle(on, sent.state, within, what))
      return ended;
  }
  return std::nullopt;
}

}  // namespace

result<http_opening> open_by_http(byte_stream& on, const std::string& request, const limits& within,
                                  const std::string& what) {
  if (auto failed = send_all(on, request, within, what)) return *failed;
  std::string got;
  std::array<char, 4096> part{};
  while (head_end(got) == 0) {
    // A server that sends without a pause is not waited for, so this is where time ends.
    if (auto ended = within.over(what)) return *ended;
    if (got.size() > most_head)
      return error{errc::not_implemented, what + ": the head of the answer is too long"};
    if (!may_be_http(got))
      return error{errc::not_implemented, what + ": the answer is not HTTP/1.1"};
    const auto more = on.read(part);
    if (more.state == io::done)
      got.append(part.data(), more.bytes);
    else if (auto ended = settle(on, more.state, within, what))
      return *ended;
  }
  const auto end = head_end(got);
  auto head = parse_http_head(std::string_view(got).substr(0, end));
  if (!head) return error{head.failure().code, what + ": " + head.failure().message};
  return http_opening{std::move(head.value()), got.substr(end)};
}

std::unique_ptr<byte_stream> with_rest(std::unique_ptr<byte_stream> stream, std::string rest) {
  if (rest.empty()) return stream;
  return std::make_unique<stream_with_rest>(std::move(stream), std::move(rest));
}

}  // namespace teleport::net
