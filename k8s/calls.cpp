#include "k8s/calls.hpp"

#include <algorithm>
#include <utility>

#include "k8s/parse.hpp"

namespace k8s {

using std::chrono::milliseconds;

namespace {

error cancelled(const std::string& subject) {
  return {.code = errc::cancelled, .message = subject + ": the client was closed"};
}

error not_leading(const std::string& subject) {
  return {.code = errc::not_leading,
          .message = subject + ": not sent, as this process does not lead (any more)"};
}

error no_answer(const exchange_result& answer, const http_request& request,
                const std::string& server) {
  return {.code = answer.too_big ? errc::bad_answer : errc::connection,
          .http_status = answer.status,
          .message = request.subject + ": " +
                     (answer.too_big ? "the answer is too big"
                                     : "no answer from " + server + ": " + answer.trouble)};
}

}  // namespace

std::optional<error> failure_of(const exchange_result& answer, const http_request& request,
                                const std::string& server) {
  if (!answer.trouble.empty()) {
    return no_answer(answer, request, server);
  }
  if (answer.status >= 200 && answer.status < 300) {
    return std::nullopt;
  }
  auto why = parse_failure(answer.status, answer.body, request.subject, request.about_object);
  if (answer.retry_after) {
    why.retry_after = answer.retry_after;
  }
  return why;
}

struct calls::call final : exchange_handler {
  calls* owner = nullptr;
  call_list::iterator position;
  http_request request;
  body_callback done;
  loop::clock::time_point deadline;
  loop::timer timer;  ///< after a failure: tries again
  exchange* running = nullptr;
  credential_ptr who;
  int attempts = 0;
  bool urgent = false;
  bool in_window = false;
  bool authenticated_again = false;

  milliseconds left() const {
    return std::chrono::ceil<milliseconds>(deadline - loop::clock::now());
  }
  void on_done(exchange_result answer) override { owner->answered(*this, std::move(answer)); }
};

calls::calls(transport& io, loop& on, credentials& who, std::string server, milliseconds timeout,
             permit write_time_left)
    : io_(io),
      loop_(on),
      credentials_(who),
      server_(std::move(server)),
      timeout_(timeout),
      write_time_left_(std::move(write_time_left)) {}

calls::~calls() = default;

void calls::submit(http_request request, body_callback done, call_manner manner) {
  if (closed_) {
    done(cancelled(request.subject));
    return;
  }
  open_.push_back(std::make_unique<call>());
  auto& fresh = *open_.back();
  fresh.owner = this;
  fresh.position = std::prev(open_.end());
  fresh.request = std::move(request);
  fresh.done = std::move(done);
  fresh.deadline = loop::clock::now() + (manner.timeout.count() > 0 ? manner.timeout : timeout_);
  fresh.urgent = manner.urgent;
  if (fresh.urgent) return authenticate(fresh);
  waiting_.push_back(&fresh);
  start_waiting();
}

void calls::close() {
  closed_ = true;
  credentials_.close();
  waiting_.clear();
  while (!open_.empty()) {
    auto& which = *open_.front();
    loop_.cancel(which.timer);
    if (which.running != nullptr) {
      io_.abort(which.running);
    }
    finish(which, cancelled(which.request.subject));
  }
}

// -- the way of one call -----------------------------------------------------------------------

void calls::start_waiting() {
  // A call may end while it starts (no credential, too late); that must not nest.
  if (std::exchange(starting_, true)) {
    return;
  }
  while (!waiting_.empty() && in_flight_ < window_.size()) {
    auto& next = *waiting_.front();
    waiting_.pop_front();
    ++in_flight_;
    next.in_window = true;
    authenticate(next);
  }
  starting_ = false;
}

void calls::authenticate(call& which) {
  // The call outlives the wait: only close() ends it earlier, and that closes the credentials
  // first.
  credentials_.acquire([this, &which](result<credential_ptr> who) {
    if (who.ok()) {
      send(which, std::move(who.value()));
    } else {
      finish(which, std::move(who.failure()));
    }
  });
}

void calls::send(call& which, credential_ptr who) {
  auto left = which.left();
  if (left.count() <= 0) {
    exchange_result late;
    late.trouble = "not sent in time";
    failed(which, no_answer(late, which.request, server_));
    return;
  }
  if (which.request.needs_permit && write_time_left_) {
    left = std::min(left, std::chrono::floor<milliseconds>(write_time_left_()));
    if (left.count() <= 0) return finish(which, not_leading(which.request.subject));
  }
  which.who = std::move(who);
  ++which.attempts;
  which.running = io_.start(which.request, which.who, {.timeout = left, .stream = false}, which);
}

void calls::answered(call& which, exchange_result answer) {
  which.running = nullptr;
  if (auto why = failure_of(answer, which.request, server_)) {
    failed(which, std::move(*why));
    return;
  }
  if (which.in_window) window_.succeeded();
  finish(which, std::move(answer.body));
}

void calls::failed(call& which, error why) {
  if (why.code == errc::throttled) {
    window_.throttled();
  }
  if (!try_again(which, why)) {
    finish(which, std::move(why));
  }
}

bool calls::try_again(call& which, const error& why) {
  if (why.code == errc::unauthorized) {
    const bool newer = credentials_.reject(which.who);
    if (!newer || std::exchange(which.authenticated_again, true)) {
      return false;
    }
    authenticate(which);
    return true;
  }
  if (which.urgent) return false;
  const failed_attempt facts{
      .read = which.request.body.empty(), .attempts = which.attempts, .left = which.left()};
  const auto wait = retry_after(why, facts, std::generate_canonical<double, 32>(random_));
  if (!wait) {
    return false;
  }
  leave_window(which);
  which.timer = loop_.after(*wait, [this, &which] {
    waiting_.push_back(&which);
    start_waiting();
  });
  return true;
}

void calls::leave_window(call& which) {
  if (std::exchange(which.in_window, false)) {
    --in_flight_;
    start_waiting();
  }
}

void calls::finish(call& which, result<std::string> outcome) {
  auto owned = std::move(*which.position);
  open_.erase(which.position);
  leave_window(which);
  owned->done(std::move(outcome));
}

}  // namespace k8s
