#include "teleport/net/tls_bio.hpp"

namespace teleport::net {
namespace {

/// Tells OpenSSL what the layer below waits for. A result of -1 without a retry flag is a broken
/// stream.
int answer(BIO* bio, io_result result) {
  BIO_clear_retry_flags(bio);
  switch (result.state) {
    case io::done:
      return static_cast<int>(result.bytes);
    case io::want_read:
      BIO_set_retry_read(bio);
      return -1;
    case io::want_write:
      BIO_set_retry_write(bio);
      return -1;
    case io::end:
      return 0;
    case io::failed:
      break;
  }
  return -1;
}

byte_stream& stream_of(BIO* bio) {
  return *static_cast<byte_stream*>(BIO_get_data(bio));
}

int read_bio(BIO* bio, char* into, int size) {
  return answer(bio, stream_of(bio).read({into, static_cast<std::size_t>(size)}));
}

int write_bio(BIO* bio, const char* from, int size) {
  return answer(bio, stream_of(bio).write({from, static_cast<std::size_t>(size)}));
}

long control_bio(BIO*, int command, long, void*) {
  // Nothing is buffered here, so a flush is always done.
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* make_method() {
  auto* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "byte_stream");
  if (method == nullptr) return nullptr;
  BIO_meth_set_read(method, &read_bio);
  BIO_meth_set_write(method, &write_bio);
  BIO_meth_set_ctrl(method, &control_bio);
  return method;
}

}  // namespace

BIO* bio_on(byte_stream& stream) {
  // Lives as long as the process; sessions share it.
  static BIO_METHOD* const method = make_method();
  auto* bio = method == nullptr ? nullptr : BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &stream);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace teleport::net
