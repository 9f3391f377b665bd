#include <algorithm>
#include <utility>

#include "app/doctor/judgements.hpp"
#include "app/doctor/kinds.hpp"
#include "app/doctor/listed.hpp"
#include "app/doctor/teleport_look.hpp"
#include "app/doctor/teleport_rights.hpp"
#include "teleport/join/read_file.hpp"
#include "teleport/join/token.hpp"

namespace app::doctor {

namespace {

using teleport::doctor::attempt;
using teleport::doctor::pass;

/// Of joining, and of each step after it.
constexpr std::chrono::seconds entry_limit{30};
/// Of all lists together that are asked for in doubt.
constexpr std::chrono::seconds lists_limit{20};

constexpr const char* port_title = "Port";
constexpr const char* token_title = "Join token";
constexpr const char* account_title = "Service-account token";
constexpr const char* identity_title = "Identity file";
constexpr const char* join_title = "Join";
constexpr const char* output_title = "Operator's certificate";
constexpr const char* session_title = "Session";
constexpr const char* rights_title = "Rights in Teleport";

constexpr const char* has_identity = "not needed: there is an identity file";

finding described(const char* id, const char* title, const pass& got) {
  auto made = ok(id, title, "as " + got.user);
  if (!got.cluster.empty()) made.details.emplace_back("cluster", got.cluster);
  if (!got.way.empty()) made.details.emplace_back("way", got.way);
  made.details.emplace_back("roles", got.roles.empty() ? "none" : listed(got.roles));
  made.details.emplace_back("expires", as_text(got.expires));
  std::string warnings;
  for (const auto& one : got.warnings) warnings += (warnings.empty() ? "" : " ") + one;
  if (!warnings.empty()) made.details.emplace_back("warning", warnings);
  return made;
}

}  // namespace

// -- what we would show ---------------------------------------------------------------------------

void teleport_look::join_token() {
  constexpr const char* id = "teleport.token";
  if (by_file()) return add(not_needed(id, token_title, has_identity));
  const auto& token = with_.asked.token;
  if (teleport::join::is_token_file(token)) {
    const auto read = teleport::join::read_token_file(token);
    if (!read)
      return add(failed(id, token_title, read.failure().message,
                        "check -token, and the volume that the file is in"));
    return add(ok(id, token_title, "in the file " + token));
  }
  if (token.empty())
    return add(failed(id, token_title, "-token is empty", "set -token to the join token's name"));
  // With one join method the name is the secret; who mixes up the methods must not find it here.
  add(ok(id, token_title, "given (not shown: with the join method token its name is the secret)"));
}

void teleport_look::service_account() {
  constexpr const char* id = "teleport.kubernetes_token";
  if (by_file()) return add(not_needed(id, account_title, has_identity));
  if (with_.asked.join_method != "kubernetes")
    return add(
        not_needed(id, account_title, "not needed: the join method is " + with_.asked.join_method));
  const auto& path = with_.asked.kubernetes_token_path;
  const auto read = teleport::join::read_token_file(path);
  if (!read)
    return add(failed(id, account_title, read.failure().message,
                      "check the pod's projected token volume, and KUBERNETES_TOKEN_PATH"));
  const auto claims = teleport::join::read_claims(read.value().reveal());
  if (!claims)
    return add(failed(id, account_title, path + ": " + claims.failure().message,
                      "check KUBERNETES_TOKEN_PATH"));
  add(judge_claims(path, claims.value(), cluster_, std::chrono::system_clock::now()));
}

// -- going in -------------------------------------------------------------------------------------

void teleport_look::skip_after(const char* needs, int steps) {
  if (steps > 2) add(skipped("teleport.output", output_title, needs));
  if (steps > 1) add(skipped("teleport.session", session_title, needs));
  add(skipped("teleport.rights", rights_title, needs));
}

void teleport_look::enter() {
  if (!reached_) {
    // The file can be looked at all the same.
    if (by_file() && to_) {
      entry_.emplace(with_.asked, *to_);
      identity();
    } else {
      add(skipped("teleport.join", join_title, port_title));
    }
    return skip_after(port_title, 3);
  }
  entry_.emplace(with_.asked, *to_);
  if (by_file()) {
    if (!identity()) return skip_after(identity_title, 2);
  } else {
    if (!join()) return skip_after(join_title, 3);
    if (!output()) return skip_after(output_title, 2);
  }
  if (!sign_in()) return skip_after(session_title, 1);
  rights();
}

bool teleport_look::passed(const char* id, const char* title, attempt<pass> outcome) {
  if (const auto* failed = std::get_if<teleport::connect_failure>(&outcome)) {
    add(failed_by(id, title, *failed));
    return false;
  }
  in_ = std::move(std::get<pass>(outcome));
  add(described(id, title, in_));
  return true;
}

bool teleport_look::identity() {
  return passed("teleport.identity", identity_title, entry_->read_identity_file());
}

bool teleport_look::join() {
  constexpr const char* id = "teleport.join";
  const bool once = with_.asked.join_method == "token";
  if (once && !with_.consume_token) {
    add(warning(id, join_title, "not tried: it would use the join token up",
                "-consume-token tries it; the operator needs another token then"));
    return false;
  }
  if (!passed(id, join_title, entry_->join(within(entry_limit)))) return false;
  auto& told = found_.findings.back();
  told.details.emplace_back("in Teleport", "there is one more instance of the bot now");
  if (!once) return true;
  told.is = verdict::warning;
  told.remedy = "this has used the join token up: give the operator another one";
  return true;
}

bool teleport_look::output() {
  return passed("teleport.output", output_title, entry_->get_output(within(entry_limit)));
}

bool teleport_look::sign_in() {
  constexpr const char* id = "teleport.session";
  if (!passed(id, session_title, entry_->sign_in(within(entry_limit)))) return false;
  auto& told = found_.findings.back();
  told.seen = "open, " + in_.way;
  told.details = {{"cluster", in_.says.cluster_name}, {"version", in_.says.server_version}};
  return true;
}

// -- what we may do there -------------------------------------------------------------------------

void teleport_look::rights() {
  const auto lists = within(lists_limit);
  rights_question with{kinds_that_run(with_.scoped), in_.says, {}, {}};
  with.try_list = [&](const teleport::kind& of) { return entry_->try_list(of, lists); };
  auto roles = entry_->roles(within(entry_limit));
  if (roles) {
    with.roles = std::move(roles.value());
  } else {
    add(warning("teleport.roles", "Own roles", "can't be read: " + roles.failure().message,
                "rights are tried by lists instead, which tells less"));
  }
  for (auto& one : judge_rights(with)) add(std::move(one));
}

}  // namespace app::doctor
