#pragma once

/// The way in, one step after the other as a connect goes (teleport/connect_steps), but stopping
/// after each so that it can be told what came of it. For `teleport-operator doctor`. One thread.

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "teleport/connector.hpp"
#include "teleport/doctor/rights.hpp"
#include "teleport/join/surroundings.hpp"
#include "teleport/net/stop.hpp"

namespace teleport::doctor {

/// Who we are after a step.
struct pass {
  std::string user;     ///< "bot-operator"
  std::string cluster;  ///< as the certificate names it; may be empty
  std::vector<std::string> roles;
  std::chrono::system_clock::time_point expires;
  bool renewable = false;
  std::string way;  ///< "direct to auth"; empty before anything was dialled
  std::vector<std::string> warnings;
  cluster_info says{};  ///< what the cluster says of itself; filled by `sign_in`
};

template <class T>
using attempt = std::variant<T, connect_failure>;

class entry {
 public:
  entry(connector_settings asked, join::surroundings to);
  ~entry();
  entry(const entry&) = delete;
  entry& operator=(const entry&) = delete;

  /// Joins; Teleport notes one more instance of the bot.
  attempt<pass> join(const net::limits& within);
  /// In place of a join, with an identity file.
  attempt<pass> read_identity_file();
  /// After a join: the certificate that does the work.
  attempt<pass> get_output(const net::limits& within);
  /// With the last certificate that was got: opens a channel, as the operator's calls would.
  attempt<pass> sign_in(const net::limits& within);

  /// After `sign_in`: the roles of our certificate as they are stored.
  result<std::vector<role_rights>> roles(const net::limits& within);
  /// After `sign_in`: is a list of this kind answered? Blocks as long as a call may take.
  std::optional<error> try_list(const kind& of, const net::limits& within);

 private:
  struct parts;
  std::unique_ptr<parts> in_;
};

}  // namespace teleport::doctor
