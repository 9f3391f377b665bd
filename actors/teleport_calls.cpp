#include "actors/teleport_calls.hpp"

#include <utility>

namespace actors {

using namespace messages;

namespace {

template <class Result, class Answer>
Result packed(Answer&& answer) {
  Result result;
  if (answer.ok()) {
    result.outcome = std::move(answer.value());
  } else {
    result.outcome = std::move(answer.failure());
  }
  return result;
}

std::string lane_of(const call_subject& about) {
  return about.kind->teleport_kind + '/' + to_string(*about.key);
}

}  // namespace

const teleport::error* failure_in(const call_finished& answer) {
  return std::visit([](const auto& one) { return std::get_if<teleport::error>(&one.outcome); },
                    answer.result);
}

bool is_unanswered(const teleport::error& failure) {
  switch (failure.code) {
    case teleport::errc::connection:
    case teleport::errc::timeout:
    case teleport::errc::cancelled:
      return true;
    default:
      return false;
  }
}

bool is_unasked(const teleport::error& failure) {
  return failure.code == teleport::errc::not_leading;
}

teleport_calls::teleport_calls(std::size_t window, std::shared_ptr<core::lanes> lanes,
                               teleport_client_actor answers_to)
    : in_flight_(window), lanes_(std::move(lanes)), answers_to_(std::move(answers_to)) {}

teleport_calls::~teleport_calls() {
  alive_->store(false);
  const teleport::error why{teleport::errc::connection, "the Teleport client was restarted"};
  for (auto& [id, one] : open_) fail(one.to, why);
  fail_all(lost_, why);
  fail_all(refused_, why);
}

// -- sessions
// ---------------------------------------------------------------------------------------------

void teleport_calls::use(std::shared_ptr<teleport::session> session, std::uint64_t number) {
  if (!connected()) in_flight_.reopen();
  session_ = std::move(session);
  session_number_ = number;
  under_way_ = 0;
  send_more();
}

void teleport_calls::disconnect(const std::string& why) {
  session_.reset();
  under_way_ = 0;
  trouble_ = why;
  const teleport::error lost{teleport::errc::connection, trouble_};
  for (auto& one : std::exchange(queue_, {})) {
    if (auto found = open_.find(one.id); found != open_.end()) {
      fail(found->second.to, lost);
      open_.erase(found);
    }
  }
  fail_all(lost_, lost);
  fail_all(refused_, lost);
}

// -- calls
// ------------------------------------------------------------------------------------------------

void teleport_calls::start(call_subject about, resource_call call, resource_promise promise) {
  const auto id = ++last_id_;
  // Runs when the window admits the call: enters the resource's lane with the session of that
  // moment.
  auto enter_lane = [this, id, resource = lane_of(about), call = std::move(call)] {
    auto job = [session = session_, number = session_number_, to = answers_to_, alive = alive_,
                lanes = lanes_, id, call](const core::lanes::leave& leave) {
      if (!alive->load()) return leave();
      // The lanes must be there for `leave`, which may come after every actor has ended.
      call(*session, [session, number, to, lanes, id,
                      leave](teleport::result<teleport::resource> answer) {
        caf::anon_send(to, call_finished{id, number, packed<resource_result>(std::move(answer))});
        leave();
      });
    };
    lanes_->run(resource, std::move(job));
  };
  accept(std::move(promise), std::move(about), std::move(enter_lane), id);
}

void teleport_calls::start_list(kind_ptr kind, heads_promise promise) {
  const auto id = ++last_id_;
  auto list = [this, id, kind] {
    session_->list(*kind, [session = session_, number = session_number_, to = answers_to_,
                           id](teleport::result<std::vector<teleport::resource_head>> answer) {
      caf::anon_send(to, call_finished{id, number, packed<heads_result>(std::move(answer))});
    });
  };
  accept(std::move(promise), {kind, {}, false}, std::move(list), id);
}

void teleport_calls::accept(any_promise to, call_subject about, std::function<void()> start,
                            std::uint64_t id) {
  if (!connected()) return fail(to, {teleport::errc::connection, trouble_});
  open_.emplace(id, open_call{std::move(to), std::move(about)});
  queue_.push_back({id, std::move(start)});
  send_more();
}

void teleport_calls::send_more() {
  while (connected() && in_flight_.open() && !queue_.empty()) {
    auto next = std::move(queue_.front());
    queue_.pop_front();
    in_flight_.sent();
    ++under_way_;
    next.start();
  }
}

// -- answers
// ----------------------------------------------------------------------------------------------

std::optional<call_subject> teleport_calls::subject_of(const call_finished& answer) const {
  const auto found = open_.find(answer.id);
  if (found == open_.end()) return std::nullopt;
  return found->second.about;
}

void teleport_calls::finished(call_finished& answer, meaning what) {
  const auto* failure = failure_in(answer);
  if (answer.session == session_number_ && under_way_ > 0) --under_way_;
  if (failure != nullptr && (is_unanswered(*failure) || is_unasked(*failure))) {
    in_flight_.ended();
  } else {
    in_flight_.answered(failure != nullptr && failure->code == teleport::errc::limit_exceeded);
  }
  send_more();
  const auto found = open_.find(answer.id);
  if (found == open_.end()) return;
  auto to = std::move(found->second.to);
  open_.erase(found);
  if (failure != nullptr && what != meaning::plain) {
    auto& among = what == meaning::lost ? lost_ : refused_;
    among.push_back({std::move(to), *failure});
  } else if (auto* resource = std::get_if<resource_result>(&answer.result)) {
    std::get<resource_promise>(to).deliver(std::move(*resource));
  } else {
    std::get<heads_promise>(to).deliver(std::move(std::get<heads_result>(answer.result)));
  }
}

void teleport_calls::session_lives() {
  for (auto& one : lost_) one.why.code = teleport::errc::unknown;
  fail_all(lost_, std::nullopt);
}

void teleport_calls::refusals_count() {
  fail_all(refused_, std::nullopt);
}

/// `with`: instead of their own errors.
void teleport_calls::fail_all(std::vector<held>& some, std::optional<teleport::error> with) {
  for (auto& one : std::exchange(some, {})) fail(one.to, with ? *with : one.why);
}

void teleport_calls::fail(any_promise& to, const teleport::error& why) {
  if (auto* resource = std::get_if<resource_promise>(&to)) {
    resource->deliver(resource_result{why});
  } else {
    std::get<heads_promise>(to).deliver(heads_result{why});
  }
}

}  // namespace actors
