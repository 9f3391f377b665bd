#include "generic_server.hpp"

#include <grpcpp/server_builder.h>
#include <grpcpp/server_posix.h>

#include "teleport/net/socket_stream.hpp"

namespace teleport::testing {
namespace {

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  buffer.Dump(&slices);
  std::string all;
  for (const auto& slice : slices)
    all.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return all;
}

grpc::ByteBuffer buffer_of(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

}  // namespace

/// One call: reads the request, writes what the script says, ends.
class generic_server::reactor : public grpc::ServerGenericBidiReactor {
 public:
  reactor(generic_server& owner, std::string path) : owner_(owner), path_(std::move(path)) {
    StartRead(&request_);
  }

  void OnReadDone(bool fine) override {
    if (!fine) return Finish(grpc::Status::CANCELLED);
    {
      std::lock_guard guard(owner_.mutex_);
      owner_.calls_.emplace_back(path_, bytes_of(request_));
      auto& queue = owner_.answers_[path_];
      script_ = queue.empty() ? scripted::failing(grpc::StatusCode::UNIMPLEMENTED) : queue.front();
      if (queue.size() > 1) queue.pop_front();
    }
    next();
  }

  void OnWriteDone(bool) override { next(); }
  void OnCancel() override {
    if (script_.never) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  void next() {
    if (written_ == script_.messages.size()) {
      if (!script_.never) Finish(script_.status);
      return;
    }
    response_ = buffer_of(script_.messages[written_++]);
    StartWrite(&response_);
  }

  generic_server& owner_;
  const std::string path_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  scripted script_;
  std::size_t written_ = 0;
};

generic_server::generic_server() {
  grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(this);
  server_ = builder.BuildAndStart();
  auto pair = net::make_socket_pair();
  grpc::AddInsecureChannelFromFd(server_.get(), pair.theirs.release());
  auto made = net::channel::on(std::make_unique<net::socket_stream>(std::move(pair.ours)));
  channel_ = std::move(made.value());
}

generic_server::~generic_server() {
  channel_.reset();
  server_->Shutdown(std::chrono::system_clock::now());
}

void generic_server::on(const std::string& path, std::vector<scripted> answers) {
  std::lock_guard guard(mutex_);
  answers_[path] = {answers.begin(), answers.end()};
}

std::unique_ptr<net::channel> generic_server::channel() {
  return std::move(channel_);
}

std::vector<std::string> generic_server::calls() const {
  std::lock_guard guard(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, request] : calls_) paths.push_back(path);
  return paths;
}

std::string generic_server::request(std::size_t n) const {
  std::lock_guard guard(mutex_);
  return calls_.at(n).second;
}

std::string generic_server::version() const {
  std::lock_guard guard(mutex_);
  return version_;
}

void generic_server::drop() {
  server_->Shutdown(std::chrono::system_clock::now());
}

grpc::ServerGenericBidiReactor* generic_server::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  const auto& metadata = context->client_metadata();
  const auto version = metadata.find("version");
  {
    std::lock_guard guard(mutex_);
    if (version != metadata.end()) version_ = {version->second.data(), version->second.size()};
  }
  return new reactor(*this, context->method());
}

}  // namespace teleport::testing
