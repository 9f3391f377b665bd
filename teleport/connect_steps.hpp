#pragma once

/// The steps of one connect, in order, and what is kept from one to the next: the bot identity, the
/// way that led in last, and the line that stands beside the session. Run on the connector's
/// thread, one run at a time.

#include <memory>
#include <string>
#include <variant>

#include "teleport/bot_keeper.hpp"
#include "teleport/bot_line.hpp"
#include "teleport/connector.hpp"
#include "teleport/heartbeat.hpp"
#include "teleport/join/identity_file.hpp"
#include "teleport/known_cluster.hpp"

namespace teleport {

using connect_answer = std::variant<established, connect_failure>;

class connect_steps {
 public:
  explicit connect_steps(connect_settings with)
      : with_(std::move(with)),
        file_(with_.asked.identity_file),
        bots_(with_, known_),
        beats_(with_.asked.join_method) {}
  connect_steps(const connect_steps&) = delete;
  connect_steps& operator=(const connect_steps&) = delete;

  connect_answer run(const net::limits& within);
  /// Before the first run.
  void on_authority_moved(authority_callback moved) { authority_moved_ = std::move(moved); }

 private:
  connect_answer from_file(const net::limits& within);
  connect_answer as_bot(const net::limits& within);
  result<join::identity> output_of(bot_keeper::answer& entrance, const net::limits& within);
  connect_answer open_session(const join::identity& who, const net::limits& within);
  void open_line(join::entered in, std::vector<pki::certificate> cas);
  std::string version() const { return known_.version(with_.asked); }

  const connect_settings with_;
  known_cluster known_;
  join::identity_file file_;
  std::string cluster_of_file_;
  bot_keeper bots_;
  heartbeats beats_;
  authority_callback authority_moved_;
  std::weak_ptr<session> last_;  ///< does a session stand?
  std::unique_ptr<bot_line> line_;
};

}  // namespace teleport
