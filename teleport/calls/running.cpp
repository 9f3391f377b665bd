#include "teleport/calls/running.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "teleport/calls/shape.hpp"
#include "teleport/status.hpp"

namespace teleport::calls {
namespace {

using lite = google::protobuf::MessageLite;
using generic_stub = grpc::TemplatedGenericStub<lite, lite>;

}  // namespace

// -- one call
// --------------------------------------------------------------------------------------

/// The tag of its own events; there is never more than one under way.
class running_calls::call {
 public:
  call(running_calls& owner, const rpc& method, std::unique_ptr<message> request, finished done)
      : path_(method.path),
        request_(std::move(request)),
        observe_(owner.settings_.on_call),
        done_(std::move(done)),
        begun_(std::chrono::steady_clock::now()) {
    net::add_metadata(context_, owner.settings_.client_version);
  }
  virtual ~call() = default;
  call(const call&) = delete;
  call& operator=(const call&) = delete;

  virtual void start(generic_stub stub, grpc::CompletionQueue* queue) = 0;
  /// One event has come; true when it was the last.
  virtual bool advance(bool fine) = 0;
  void cancel() { context_.TryCancel(); }
  void end_after(std::chrono::nanoseconds timeout) {
    context_.set_deadline(std::chrono::system_clock::now() + timeout);
  }
  const grpc::Status& status() const noexcept { return status_; }

  /// Tells observer and caller, once.
  void tell(const grpc::Status& status) {
    observe(status);
    done_(status, status.ok() ? std::move(responses_) : message_list{});
  }

  call_id id = 0;

 protected:
  /// Tells the observer, the first time.
  void observe(const grpc::Status& status) {
    if (!observe_ || std::exchange(observed_, true)) return;
    observe_(path_, status_name(static_cast<int>(status.error_code())),
             std::chrono::steady_clock::now() - begun_);
  }

  const std::string path_;
  std::unique_ptr<message> request_;
  grpc::ClientContext context_;
  grpc::Status status_;
  message_list responses_;

 private:
  const call_observer& observe_;
  finished done_;
  std::chrono::steady_clock::time_point begun_;
  bool observed_ = false;
};

class running_calls::unary_call final : public call {
 public:
  unary_call(running_calls& owner, const rpc& method, std::unique_ptr<message> request,
             finished done)
      : call(owner, method, std::move(request), std::move(done)) {
    responses_.push_back(new_message(method.response));
  }

  void start(generic_stub stub, grpc::CompletionQueue* queue) override {
    reader_ = stub.PrepareUnaryCall(&context_, path_, *request_, queue);
    reader_->StartCall();
    reader_->Finish(responses_.front().get(), &status_, this);
  }

  bool advance(bool) override { return true; }

 private:
  std::unique_ptr<grpc::ClientAsyncResponseReader<lite>> reader_;
};

/// A call that answers a stream of responses; they are collected, or handed to `each` one by one.
class running_calls::stream_call final : public call {
 public:
  stream_call(running_calls& owner, const rpc& method, std::unique_ptr<message> request,
              finished done, each_response each = {})
      : call(owner, method, std::move(request), std::move(done)),
        response_type_(method.response),
        each_(std::move(each)) {}

  void start(generic_stub stub, grpc::CompletionQueue* queue) override {
    stream_ = stub.PrepareCall(&context_, path_, queue);
    stream_->StartCall(this);
  }

  bool advance(bool fine) override {
    switch (step_) {
      case step::starting:
        return go_on(fine, step::writing);
      case step::writing:
        return go_on(fine, step::reading);
      case step::reading:
        if (fine) take();
        return go_on(fine, step::reading);
      case step::finishing:
        break;
    }
    return true;
  }

 private:
  enum class step { starting, writing, reading, finishing };

  void take() {
    if (!each_) return responses_.push_back(std::move(next_));
    observe(grpc::Status::OK);
    each_(*next_);
  }

  /// Begins the next step; always false, since each one has an event of its own.
  bool go_on(bool fine, step next) {
    step_ = fine ? next : step::finishing;
    if (step_ == step::writing) {
      stream_->Write(*request_, grpc::WriteOptions().set_last_message(), this);
    } else if (step_ == step::reading) {
      next_ = new_message(response_type_);
      stream_->Read(next_.get(), this);
    } else {
      stream_->Finish(&status_, this);
    }
    return false;
  }

  const std::string response_type_;
  each_response each_;
  std::unique_ptr<grpc::ClientAsyncReaderWriter<lite, lite>> stream_;
  step step_ = step::starting;
  std::shared_ptr<message> next_;
};

// -- all calls
// -------------------------------------------------------------------------------------

running_calls::running_calls(std::unique_ptr<net::channel> channel, call_settings settings)
    : channel_(std::move(channel)), settings_(std::move(settings)) {}

std::shared_ptr<running_calls> running_calls::on(std::unique_ptr<net::channel> channel,
                                                 call_settings settings) {
  std::shared_ptr<running_calls> made(new running_calls(std::move(channel), std::move(settings)));
  // The thread keeps what it works on, so that it may end after a close in one of its callbacks.
  made->thread_ = std::thread([self = made] { self->run(); });
  return made;
}

void running_calls::start(const rpc& method, std::unique_ptr<message> request, finished done,
                          std::chrono::nanoseconds longest) {
  std::unique_ptr<call> made;
  if (method.server_stream)
    made = std::make_unique<stream_call>(*this, method, std::move(request), std::move(done));
  else
    made = std::make_unique<unary_call>(*this, method, std::move(request), std::move(done));
  made->end_after(std::min<std::chrono::nanoseconds>(settings_.timeout, longest));
  made->id = admit(*made);
  launch(std::move(made));
}

call_id running_calls::follow(const rpc& method, std::unique_ptr<message> request,
                              each_response each, finished done) {
  auto made = std::make_unique<stream_call>(*this, method, std::move(request), std::move(done),
                                            std::move(each));
  const auto id = made->id = admit(*made);
  launch(std::move(made));
  return id;
}

void running_calls::launch(std::unique_ptr<call> one) {
  if (one->id == 0) return one->tell({grpc::StatusCode::CANCELLED, "the session is being closed"});
  // From here on the queue owns it, and may free it at any moment.
  one.release()->start(generic_stub(channel_->grpc()), &queue_);
}

void running_calls::cancel(call_id id) {
  std::lock_guard guard(mutex_);
  if (const auto found = open_.find(id); found != open_.end()) found->second->cancel();
}

void running_calls::cancel_all() {
  std::lock_guard guard(mutex_);
  closing_ = true;
  for (const auto& [id, one] : open_) one->cancel();
}

call_id running_calls::admit(call& one) {
  std::lock_guard guard(mutex_);
  if (closing_) return 0;
  open_.emplace(++last_id_, &one);
  ++unfinished_;
  return last_id_;
}

void running_calls::finish(std::unique_ptr<call> one, const grpc::Status& status) {
  one->tell(status);
  {
    std::lock_guard guard(mutex_);
    open_.erase(one->id);
  }
  one.reset();
  std::lock_guard guard(mutex_);
  --unfinished_;
  changed_.notify_all();
}

std::size_t running_calls::unfinished() {
  std::lock_guard guard(mutex_);
  return unfinished_;
}

bool running_calls::handle_next() {
  void* tag = nullptr;
  bool fine = false;
  if (!queue_.Next(&tag, &fine)) return false;
  auto* one = static_cast<call*>(tag);
  if (one->advance(fine)) finish(std::unique_ptr<call>(one), one->status());
  return true;
}

void running_calls::run() {
  while (handle_next()) {
    // Until the queue is shut down and empty.
  }
}

void running_calls::close() {
  cancel_all();
  if (thread_.get_id() == std::this_thread::get_id()) {
    while (unfinished() > 1) handle_next();
    thread_.detach();
    return queue_.Shutdown();
  }
  {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [this] { return unfinished_ == 0; });
  }
  queue_.Shutdown();
  thread_.join();
}

}  // namespace teleport::calls
