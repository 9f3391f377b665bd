#include "teleport/bot_keeper.hpp"

#include <algorithm>
#include <utility>

#include "teleport/join/older.hpp"
#include "teleport/join/stream.hpp"

namespace teleport {
namespace {

using join::failed_step;
using join::stage;

/// A certificate that ends sooner than this, or than a tenth of its life, is not worth a try.
constexpr std::chrono::seconds longest_margin{10};
/// The server ends a join that takes longer.
constexpr std::chrono::seconds join_timeout{60};

std::vector<join::tried> one_attempt(const char* at, failed_step failed) {
  return {{at, std::move(failed)}};
}

}  // namespace

// -- the whole ------------------------------------------------------------------------------------

bot_keeper::answer bot_keeper::enter(const net::limits& within, bool must_work) {
  warnings_.clear();
  overdue_ |= ca_moved_.exchange(false);
  if (!is_valid()) return join_and_enter(within, {});
  auto old = enter_as_bot(within);
  if (auto* failures = std::get_if<attempts>(&old)) {
    auto failure = summary(*failures);
    // The cluster may refuse this identity in a way of which a broken connection is all that shows;
    // where joining costs nothing, that is tried when it happens again.
    const bool again = std::exchange(doubtful_, true) && !bot_->renewable;
    if (!is_lost(failure) || again) return join_and_enter(within, std::move(*failures));
    return failure;
  }
  auto& in = std::get<join::entered>(old);
  if (!is_due()) return std::move(in);
  const auto failures = renew(in, within);
  if (!failures) {
    auto fresh = enter_as_bot(within);
    if (auto* entered = std::get_if<join::entered>(&fresh)) return std::move(*entered);
    return summary(std::get<attempts>(fresh));
  }
  auto failure = summary(*failures);
  if (!must_work) return failure;
  warnings_.push_back("the bot's certificate is not renewed, and ends soon: " +
                      failure.why.message);
  return std::move(in);
}

std::optional<bot_keeper::answer> bot_keeper::enter_anew(const net::limits& within) {
  if (bot_->renewable) return std::nullopt;
  return join_and_enter(within, {});
}

/// `before`: why the identity that we have is of no use any more.
bot_keeper::answer bot_keeper::join_and_enter(const net::limits& within, attempts before) {
  if (auto failures = join_anew(within))
    return summary(explained(std::move(before), std::move(*failures)));
  auto fresh = enter_as_bot(within);
  if (auto* entered = std::get_if<join::entered>(&fresh)) return std::move(*entered);
  return summary(std::get<attempts>(fresh));
}

/// A renewable identity has used its token up. That this is refused now is no news; the end of the
/// identity is.
bot_keeper::attempts bot_keeper::explained(attempts before, attempts failures) const {
  const bool had_own = bot_ && bot_->renewable;
  if (!had_own || summary(failures).what != trouble::token_refused) return failures;
  if (spent_)
    before.insert(before.begin(), *spent_);
  else if (before.empty())
    before = one_attempt("the bot's certificate",
                         {stage::later_answer, {errc::config, "the certificate has expired"}});
  before.insert(before.end(), failures.begin(), failures.end());
  return before;
}

std::variant<join::entered, bot_keeper::attempts> bot_keeper::enter_as_bot(
    const net::limits& within) {
  auto came = known_.enter(*bot_, with_, within);
  if (std::holds_alternative<join::entered>(came)) doubtful_ = false;
  return came;
}

// -- joining and renewing -------------------------------------------------------------------------

std::optional<bot_keeper::attempts> bot_keeper::join_anew(const net::limits& within) {
  auto came = join::try_join(with_.asked, with_.to, within);
  if (auto* failures = std::get_if<attempts>(&came)) return std::move(*failures);
  auto& in = std::get<join::joined>(came);
  if (!cluster_.empty() && in.bot.cluster != cluster_)
    return one_attempt(
        "joining anew",
        {stage::later_answer,
         {errc::config, "the cluster there is \"" + in.bot.cluster + "\", and was \"" + cluster_ +
                            "\" when the operator was started; check -auth-server, and restart "
                            "the operator if it is to serve another cluster"},
         trouble::configuration});
  cluster_ = in.bot.cluster;
  known_.joined(in.by, in.server_version);
  warnings_.insert(warnings_.end(), in.warnings.begin(), in.warnings.end());
  take(std::move(in.bot));
  return std::nullopt;
}

std::optional<bot_keeper::attempts> bot_keeper::renew(const join::entered& in,
                                                      const net::limits& within) {
  if (bot_->renewable && !spent_) return renew_own(in, within);
  if (!bot_->renewable && !join_again(in, within)) return std::nullopt;
  // Whatever has gone wrong, an ordinary join explains it better.
  auto failures = join_anew(within);
  if (!failures) return std::nullopt;
  return explained({}, std::move(*failures));
}

std::optional<bot_keeper::attempts> bot_keeper::renew_own(const join::entered& in,
                                                          const net::limits& within) {
  bool spent = false;
  auto fresh = join::renewed_identity(calls_on(in), within, spent);
  if (fresh) {
    take(std::move(fresh.value()));
    return std::nullopt;
  }
  join::tried failed{"renewing the bot's certificate", {stage::later_answer, fresh.failure()}};
  if (spent) {
    // Whether it was counted or refused, a second one would be taken for a stolen certificate.
    failed.at += " (not tried again with the same generation, which would lock the bot)";
    failed.failed.what = trouble::generation_mismatch;
    spent_ = failed;
  }
  return attempts{std::move(failed)};
}

/// Joins on auth itself as the bot that we are, which keeps the bot's instance
/// (facts/teleport-connection.md §3.6).
std::optional<bot_keeper::attempts> bot_keeper::join_again(const join::entered& in,
                                                           const net::limits& within) {
  if (!join::may_know_join_call(in.cluster.serverversion()))
    return one_attempt("joining again", {stage::dial, {errc::not_implemented, "too old for it"}});
  const auto limited = within.within(join_timeout);
  const auto version = known_.version(with_.asked);
  auto request = join::make_request(with_.asked);
  if (!request) return one_attempt("joining again", {stage::dial, request.failure()});
  auto joined = join::join_by_stream(*in.channel, request.value(), version, limited);
  if (const auto* failed = std::get_if<failed_step>(&joined);
      failed != nullptr && join::after(*failed) == join::next_step::older) {
    const auto suite = std::to_string(in.cluster.signature_algorithm_suite());
    auto older = join::make_older_request(request.value(), suite);
    if (older) joined = join::join_by_call(*in.channel, std::move(older.value()), version, limited);
  }
  if (auto* failed = std::get_if<failed_step>(&joined))
    return one_attempt("joining again", std::move(*failed));
  take(std::move(std::get<join::identity>(joined)));
  return std::nullopt;
}

// -- what is known --------------------------------------------------------------------------------

void bot_keeper::take(join::identity fresh) {
  bot_ = std::move(fresh);
  obtained_ = std::chrono::steady_clock::now();
  spent_.reset();
  overdue_ = false;
}

bool bot_keeper::is_valid() const {
  const auto margin = std::min(longest_margin, with_.asked.certificate_ttl / 10);
  return bot_ && bot_->expires > std::chrono::system_clock::now() + margin;
}

/// A connect that follows a lost connection has no need of another certificate; one that follows
/// the last after an interval has, and so has one whose certificate would not last until then.
bool bot_keeper::is_due() const {
  const auto interval = with_.asked.renewal_interval;
  const auto age = std::chrono::steady_clock::now() - obtained_;
  const auto left = bot_->expires - std::chrono::system_clock::now();
  return overdue_ || age >= interval * 3 / 4 || left <= interval;
}

join::bot_channel bot_keeper::calls_on(const join::entered& in) const {
  return {*in.channel,
          *bot_,
          known_.version(with_.asked),
          in.cluster.serverversion(),
          std::to_string(in.cluster.signature_algorithm_suite()),
          with_.asked.certificate_ttl,
          with_.asked.call_timeout};
}

}  // namespace teleport
