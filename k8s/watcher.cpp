#include "k8s/watcher.hpp"

#include <utility>

#include "k8s/calls.hpp"
#include "k8s/overloaded.hpp"

namespace k8s {

using std::chrono::milliseconds;

namespace {

/// An object is at most about 1.5 MiB in etcd; the rest is room for odd servers.
constexpr std::size_t longest_line = std::size_t{16} << 20;

change to_change(watch_event::kind what) {
  switch (what) {
    case watch_event::kind::added:
      return change::added;
    case watch_event::kind::deleted:
      return change::deleted;
    default:
      return change::modified;
  }
}

}  // namespace

watcher::watcher(const watcher_context& context, watch_request what,
                 std::shared_ptr<watch_listener> listener)
    : context_(context),
      what_(std::move(what)),
      listener_(std::move(listener)),
      lines_(longest_line) {}

watcher::~watcher() {
  context_.on.cancel(timer_);
  if (running_ != nullptr) {
    context_.io.abort(running_);
  }
}

void watcher::begin() {
  feed(watch_begins{what_.resume_from});
}

// -- the machine -------------------------------------------------------------------------------

void watcher::feed(watch_input input) {
  const auto dice = std::generate_canonical<double, 32>(random_);
  carry_out(advance(state_, std::move(input), context_.policy, dice));
}

void watcher::carry_out(const watch_step& step) {
  if (step.trouble && !silent_) {
    listener_->on_trouble(*step.trouble);
  }
  if (step.recovered && !silent_) {
    listener_->on_recovered();
  }
  std::visit(overloaded{
                 [](const go_on&) {},
                 [this](const fetch_page& page) {
                   const auto limit = page.whole_list ? 0 : context_.page_size;
                   send(list_request(what_, limit, page.continue_token), false);
                 },
                 [this](const ask_version&) { send(list_request(what_, 1, {}), false); },
                 [this](const open_stream& stream) {
                   send(open_watch_request(what_, stream.version, stream.lifetime), true);
                 },
                 [this](const wait_for& pause) {
                   timer_ = context_.on.after(pause.time, [this] { feed(timer_fired{}); });
                 },
             },
             step.action);
}

// -- requests ----------------------------------------------------------------------------------

void watcher::send(http_request request, bool stream) {
  request_ = std::move(request);
  stream_ = stream;
  context_.who.acquire([this, alive = std::weak_ptr(alive_)](result<credential_ptr> who) {
    if (alive.expired()) {
      return;
    }
    if (who.ok()) {
      start_exchange(std::move(who.value()));
    } else {
      feed(watch_failed{std::move(who.failure())});
    }
  });
}

void watcher::start_exchange(credential_ptr who) {
  who_ = std::move(who);
  lines_ = line_splitter(longest_line);
  stream_error_.reset();
  opened_at_ = {};
  heard_at_ = loop::clock::now();
  const exchange_options options{.timeout = stream_ ? milliseconds{0} : context_.request_timeout,
                                 .stream = stream_};
  running_ = context_.io.start(request_, who_, options, *this);
  if (stream_) {
    watch_idle();
  }
}

/// Looks again when the idle time would be over, not at each event.
void watcher::watch_idle() {
  const bool open = opened_at_ != loop::clock::time_point{};
  const auto allowed = open ? context_.idle_timeout : context_.request_timeout;
  const auto left = std::chrono::ceil<milliseconds>(heard_at_ + allowed - loop::clock::now());
  if (left.count() > 0) {
    timer_ = context_.on.after(left, [this] { watch_idle(); });
    return;
  }
  context_.io.abort_silent(std::exchange(running_, nullptr), allowed / 2);
  if (open) {
    feed(watch_ended{stream_age(), true});
  } else {
    exchange_result silence;
    silence.trouble = "no answer within " + std::to_string(allowed.count()) + " ms";
    fail(*failure_of(silence, request_, context_.server));
  }
}

milliseconds watcher::stream_age() const {
  const bool open = opened_at_ != loop::clock::time_point{};
  return open ? std::chrono::duration_cast<milliseconds>(loop::clock::now() - opened_at_)
              : milliseconds{0};
}

// -- answers -----------------------------------------------------------------------------------

void watcher::on_open() {
  opened_at_ = heard_at_ = loop::clock::now();
  authenticated_again_ = false;
  context_.on.cancel(timer_);  // from here on another limit holds
  watch_idle();
  feed(watch_opened{});  // asks for nothing new, so it may run inside the transport
}

bool watcher::on_data(std::string_view bytes) {
  heard_at_ = loop::clock::now();
  const bool more = lines_.feed(bytes, [this](std::string_view line) { return take_line(line); });
  if (lines_.too_long()) {
    stream_error_ = error{.code = errc::bad_answer,
                          .http_status = 200,
                          .message = request_.subject + ": an event is larger than 16 MiB"};
  }
  return more;
}

bool watcher::take_line(std::string_view line) {
  auto event = parse_watch_event(line, request_.subject);
  if (!event.ok()) {
    stream_error_ = std::move(event.failure());
    return false;
  }
  auto& [what, object] = event.value();
  const auto version = object->resource_version;
  if (!silent_) {
    if (what == watch_event::kind::bookmark) {
      listener_->on_bookmark(version);
    } else {
      listener_->on_change(to_change(what), std::move(object));
    }
  }
  feed(version_advanced{version});
  return !silent_;
}

void watcher::on_done(exchange_result answer) {
  running_ = nullptr;
  context_.on.cancel(timer_);
  if (silent_) {
    return;  // about to be destroyed
  }
  if (opened_at_ != loop::clock::time_point{}) {
    stream_ended(answer);
    return;
  }
  if (auto why = failure_of(answer, request_, context_.server)) {
    fail(std::move(*why));
  } else if (!stream_) {
    page_answered(answer);
  } else {
    fail(parse_failure(answer.status, answer.body, request_.subject, false));
  }
}

void watcher::stream_ended(const exchange_result&) {
  // A partial last line was never an event; the next stream brings it whole.
  if (stream_error_) {
    feed(watch_failed{std::move(*stream_error_), stream_age()});
  } else {
    feed(watch_ended{stream_age()});
  }
}

void watcher::page_answered(const exchange_result& answer) {
  authenticated_again_ = false;
  auto page = parse_page(answer.body, what_.type, request_.subject);
  if (!page.ok()) {
    fail(std::move(page.failure()));
    return;
  }
  auto& [objects, token, version] = page.value();
  if (state_.phase == watch_phase::probing) {
    feed(version_told{version});
    return;
  }
  const auto dice = std::generate_canonical<double, 32>(random_);
  const auto step = advance(state_, page_arrived{token, version}, context_.policy, dice);
  if (!silent_) {
    if (step.rewound && step.first_page) listener_->on_rewound();
    listener_->on_page(std::move(objects), step.first_page, step.last_page,
                       step.last_page ? version : std::string());
  }
  carry_out(step);
}

void watcher::fail(error why) {
  if (why.code == errc::unauthorized && context_.who.reject(who_) &&
      !std::exchange(authenticated_again_, true)) {
    send(std::move(request_), stream_);
    return;
  }
  feed(watch_failed{std::move(why)});
}

}  // namespace k8s
