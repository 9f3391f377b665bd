#include "teleport/connect_steps.hpp"

#include "teleport/cluster.hpp"
#include "teleport/diagnosis.hpp"
#include "teleport/grpc_session.hpp"

namespace teleport {
namespace {

connect_failure failure_of(const std::string& tried, const error& why) {
  return join::summary({{tried, {join::stage::later_answer, why}}});
}

}  // namespace

connect_answer connect_steps::run(const net::limits& within) {
  // Without a session this is the one who looks whether the cluster is back.
  if (last_.expired()) line_.reset();
  return with_.asked.identity_file.empty() ? as_bot(within) : from_file(within);
}

// -- from a file ----------------------------------------------------------------------------------

connect_answer connect_steps::from_file(const net::limits& within) {
  auto who = file_.load(std::chrono::system_clock::now());
  if (!who) return join::unusable(who.failure());
  const auto& cluster = who.value().cluster;
  if (!cluster_of_file_.empty() && cluster != cluster_of_file_)
    return join::unusable(
        {errc::config, "identity file " + with_.asked.identity_file + ": it is of the cluster \"" +
                           cluster + "\", and was of \"" + cluster_of_file_ +
                           "\" when the operator was started; restart the operator if it is to "
                           "serve another cluster"});
  auto answer = open_session(who.value(), within);
  if (const auto* failed = std::get_if<connect_failure>(&answer)) {
    // Nobody joins here, which would find the way anew.
    if (!is_lost(*failed)) known_.forget_way();
  } else {
    cluster_of_file_ = cluster;
  }
  return answer;
}

// -- as a bot -------------------------------------------------------------------------------------

connect_answer connect_steps::as_bot(const net::limits& within) {
  auto answer = bots_.enter(within, last_.expired());
  if (auto* failed = std::get_if<connect_failure>(&answer)) return std::move(*failed);
  auto output = output_of(answer, within);
  if (auto* failed = std::get_if<connect_failure>(&answer)) return std::move(*failed);
  auto& in = std::get<join::entered>(answer);
  if (!output) return failure_of("getting the operator's certificate", output.failure());
  bots_.believe(output.value().roots);
  auto opened = open_session(output.value(), within);
  if (auto* made = std::get_if<established>(&opened)) {
    made->bot_expires = bots_.bot().expires;
    made->renewable = bots_.bot().renewable;
    made->warnings = bots_.warnings();
    open_line(std::move(in), std::move(output.value().roots));
  }
  return opened;
}

/// `entrance` becomes another one where the bot is refused.
result<join::identity> connect_steps::output_of(bot_keeper::answer& entrance,
                                                const net::limits& within) {
  auto made = join::output_identity(bots_.calls_on(std::get<join::entered>(entrance)), within);
  if (made || diagnose(made.failure()) != trouble::bot_gone) return made;
  auto anew = bots_.enter_anew(within);
  if (!anew) return made;
  entrance = std::move(*anew);
  if (std::holds_alternative<connect_failure>(entrance)) return made;
  return join::output_identity(bots_.calls_on(std::get<join::entered>(entrance)), within);
}

/// In place of the former one, which has the former certificate.
void connect_steps::open_line(join::entered in, std::vector<pki::certificate> cas) {
  line_.reset();
  line_settings settings{bots_.bot(),   in.by, with_.to, version(), with_.asked.call_timeout,
                         std::move(cas)};
  line_ = std::make_unique<bot_line>(std::move(in.channel), std::move(settings), beats_,
                                     [this](const std::string& what) {
                                       bots_.renew_soon();
                                       if (authority_moved_) authority_moved_(what);
                                     });
}

// -- the channel that does the work ---------------------------------------------------------------

connect_answer connect_steps::open_session(const join::identity& who, const net::limits& within) {
  auto answer = known_.enter(who, with_, within);
  if (auto* failures = std::get_if<std::vector<join::tried>>(&answer))
    return join::summary(*failures);
  auto& in = std::get<join::entered>(answer);
  established made;
  made.cluster = to_cluster_info(in.cluster);
  made.identity = who.user;
  made.way = in.channel->route();
  made.expires = made.bot_expires = who.expires;
  made.channel = make_session(
      std::move(in.channel),
      {with_.asked.call_timeout, version(), with_.asked.on_call, with_.asked.write_time_left});
  last_ = made.channel;
  return made;
}

}  // namespace teleport
