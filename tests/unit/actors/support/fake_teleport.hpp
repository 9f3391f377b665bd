#pragma once

/// A Teleport cluster in memory behind the real interfaces of teleport/connector.hpp and
/// teleport/session.hpp. Calls are carried out and answered at once, or, with `hold`, when the test
/// says so. Used on the test's thread only.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "teleport/connector.hpp"

namespace actors::testing {

class fake_teleport {
 public:
  fake_teleport() { cluster.cluster_name = "test"; }

  // -- the cluster --
  std::map<std::string, teleport::resource> resources;  ///< by the text of their key
  /// What somebody else stores: a new revision.
  void put(const std::string& name, teleport::resource content);
  /// Somebody else deletes it.
  void take(const std::string& name) { remove(name); }
  std::string revision_of(const std::string& name) const;

  // -- ways in --
  std::unique_ptr<teleport::connector> make_connector();
  /// How `connect` ends; nothing: with a session.
  std::function<std::optional<teleport::connect_failure>()> refuse_connect;
  bool hold_connect = false;
  std::deque<teleport::connect_callback> connecting;
  void answer_connect();
  int connects = 0;
  teleport::authority_callback authority_moved;  ///< of the newest connector
  std::chrono::system_clock::duration certificate_life = std::chrono::hours{1};
  std::function<std::chrono::system_clock::time_point()> now;

  // -- sessions --
  teleport::cluster_info cluster;  ///< what Ping answers
  /// Sessions that were given up. What is pending over them is for the test to answer; nothing more
  /// begins.
  std::set<int> abandoned;
  bool online = true;  ///< false: calls and pings are answered with errc::connection
  bool hold_pings = false;
  std::optional<teleport::error> refuse_pings;
  std::deque<std::function<void()>> pings;

  // -- calls --
  using outcome =
      std::variant<teleport::resource, std::vector<teleport::resource_head>, teleport::error>;
  struct call {
    std::string verb;  ///< "get", "create", "update", "remove", "list"
    std::string name;
    int session;
    std::function<outcome()> act;
    std::function<void(outcome)> done;
    std::optional<outcome> result;  ///< carried out already
    std::optional<teleport::resource> desired;
  };
  bool answers_writes = true;  ///< false: with nothing, as UpsertTokenV2 does
  bool has_revisions = true;   ///< false: as older servers, for some kinds
  bool hold = false;
  std::deque<call> pending;
  void carry_out(std::size_t which);
  /// Answers (and carries out, if that was not done); `instead`: with this error.
  void answer(std::size_t which, std::optional<teleport::error> instead = {});
  /// Refuses calls; nothing: carries them out.
  std::function<std::optional<teleport::error>(const call&)> refuse;
  /// Told of each call that is not refused, before it is carried out.
  std::function<void(const call&)> watch_calls;
  std::map<std::string, int> counts;  ///< of calls carried out or refused, by verb

  // -- event streams: what is put or removed is told at once --
  bool silent = false;        ///< no event comes, as for kinds that have none
  bool hold_watches = false;  ///< they open when the test says so
  std::optional<teleport::error> refuse_watch;
  std::vector<std::string> left_out;  ///< Teleport kinds of which streams say that they don't tell
  int watches_asked = 0;
  std::vector<std::string> watched;  ///< CR kinds that were asked for last
  std::size_t watches() const { return watches_.size(); }
  void open_watches();
  /// They end; what happens meanwhile is not told.
  void break_watches();
  /// Tells of it again, as if it came late.
  void tell(const std::string& name, const std::string& revision, bool deleted);

  void forget_all();

 private:
  class session;
  class connector;
  class handle;

  std::shared_ptr<teleport::session> make_session();
  std::vector<teleport::resource_head> heads(const teleport::kind& of) const;
  void ask(call one);
  outcome write(teleport::resource desired, bool creates);
  outcome remove(const std::string& name);

  std::unique_ptr<teleport::watch_handle> watch(const std::vector<const teleport::kind*>& kinds,
                                                teleport::watch_listener to);
  void end_watch(int number, const teleport::error& why);
  void tell(teleport::resource_change change);

  int last_revision_ = 0;
  std::map<int, teleport::watch_listener> watches_;
  /// Cleared at the end of the test: handles may live longer.
  std::shared_ptr<bool> exists_ = std::make_shared<bool>(true);
};

}  // namespace actors::testing
