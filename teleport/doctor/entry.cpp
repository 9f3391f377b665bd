#include "teleport/doctor/entry.hpp"

#include <future>
#include <optional>
#include <utility>

#include "teleport/cluster.hpp"
#include "teleport/grpc_session.hpp"
#include "teleport/join/certificates.hpp"
#include "teleport/join/entrance.hpp"
#include "teleport/join/identity_file.hpp"
#include "teleport/join/joiner.hpp"
#include "teleport/proto/role.pb.h"

namespace teleport::doctor {
namespace {

pass pass_of(const join::identity& who) {
  pass made;
  made.user = who.user;
  made.cluster = who.cluster;
  made.roles = who.roles;
  made.expires = who.expires;
  made.renewable = who.renewable;
  return made;
}

/// Starts a call of a session and waits for its answer.
template <class T, class Start>
result<T> wait_for_answer(const net::limits& within, const Start& start) {
  // Shared with the callback, which may come after we stopped waiting.
  const auto answer = std::make_shared<std::promise<result<T>>>();
  auto arrived = answer->get_future();
  start([answer](result<T> got) { answer->set_value(std::move(got)); });
  if (arrived.wait_until(within.deadline) == std::future_status::ready) return arrived.get();
  return error{errc::timeout, "no answer in time"};
}

}  // namespace

struct entry::parts {
  connector_settings asked;
  join::surroundings to;
  std::optional<join::identity> who;
  std::optional<join::way> by;
  std::string server_version;
  std::shared_ptr<session> open;

  std::string version() const {
    if (!asked.client_version.empty()) return asked.client_version;
    return server_version.empty() ? join::first_contact_version : server_version;
  }
  std::vector<join::way> ways() const {
    return by ? join::beginning_with(*by) : join::ways_to(to.server);
  }
  std::variant<join::entered, connect_failure> enter(const net::limits& within) {
    auto answer = join::enter(*who, ways(), to, version(), within);
    if (auto* in = std::get_if<join::entered>(&answer)) {
      by = in->by;
      server_version = in->cluster.serverversion();
    }
    return answer;
  }
};

entry::entry(connector_settings asked, join::surroundings to)
    : in_(std::make_unique<parts>(parts{std::move(asked), std::move(to), {}, {}, {}, {}})) {}

entry::~entry() = default;

attempt<pass> entry::join(const net::limits& within) {
  auto answer = join::join(in_->asked, in_->to, within);
  if (auto* failed = std::get_if<connect_failure>(&answer)) return std::move(*failed);
  auto& joined = std::get<join::joined>(answer);
  auto made = pass_of(joined.bot);
  // Which detours that took, the channels of the next steps tell.
  made.way = joined.by == join::way::direct ? "direct to auth" : "through proxy";
  made.warnings = std::move(joined.warnings);
  in_->who = std::move(joined.bot);
  in_->by = joined.by;
  in_->server_version = std::move(joined.server_version);
  return made;
}

attempt<pass> entry::read_identity_file() {
  auto read = join::identity_file(in_->asked.identity_file).load(std::chrono::system_clock::now());
  if (!read) return join::unusable(read.failure());
  in_->who = std::move(read.value());
  return pass_of(*in_->who);
}

attempt<pass> entry::get_output(const net::limits& within) {
  auto answer = in_->enter(within);
  if (auto* failed = std::get_if<connect_failure>(&answer)) return std::move(*failed);
  auto& in = std::get<join::entered>(answer);
  const join::bot_channel by{*in.channel,
                             *in_->who,
                             in_->version(),
                             in_->server_version,
                             std::to_string(in.cluster.signature_algorithm_suite()),
                             in_->asked.certificate_ttl};
  auto output = join::output_identity(by, within);
  if (!output)
    return join::summary(
        {{"getting the operator's certificate", {join::stage::later_answer, output.failure()}}});
  in_->who = std::move(output.value());
  auto made = pass_of(*in_->who);
  made.way = in.channel->route();
  return made;
}

attempt<pass> entry::sign_in(const net::limits& within) {
  auto answer = in_->enter(within);
  if (auto* failed = std::get_if<connect_failure>(&answer)) return std::move(*failed);
  auto& in = std::get<join::entered>(answer);
  auto made = pass_of(*in_->who);
  made.way = in.channel->route();
  made.says = to_cluster_info(in.cluster);
  in_->open = make_session(std::move(in.channel), {in_->asked.call_timeout, in_->version(), {}});
  return made;
}

result<std::vector<role_rights>> entry::roles(const net::limits& within) {
  const auto* kind = find_kind("TeleportRoleV7");
  std::vector<role_rights> all;
  for (const auto& name : in_->who->roles) {
    auto got = wait_for_answer<resource>(
        within, [&](auto done) { in_->open->get(*kind, resource_key{name}, std::move(done)); });
    if (!got)
      return error{got.failure().code, "reading role " + name + ": " + got.failure().message};
    all.push_back(rights_of(dynamic_cast<const types::RoleV6&>(got.value().message())));
  }
  return all;
}

std::optional<error> entry::try_list(const kind& of, const net::limits& within) {
  auto got = wait_for_answer<std::vector<resource_head>>(
      within, [&](auto done) { in_->open->list(of, std::move(done)); });
  if (!got) return got.failure();
  return std::nullopt;
}

}  // namespace teleport::doctor
