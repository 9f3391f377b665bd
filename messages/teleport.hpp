#pragma once

/// Conversation with `teleport_client`, the only actor that holds the bot identity.
///
///   get_resource     -> resource_result   errc::not_found when there is none
///   create_resource  -> resource_result   what the server stored
///   update_resource  -> resource_result   conditional on the resource's revision where the call is
///   delete_resource  -> resource_result   an empty resource on success
///   list_heads       -> heads_result      one paged list
///   open_watch       no answer; events go straight to who asked: watch_opened, watch_moved …,
///                    watch_ended. `number` is the asker's, and comes with each of them. Streams
///                    of former askers end. A stream goes on over the session on which it was
///                    opened, also when a renewal has brought a new one, until it is closed.
///   close_watch      no answer
///
/// Calls for one resource (Teleport kind, name and scope) are carried out one after another in the
/// order they came, also across a restart of the actor: a write that was sent by a dead object
/// actor ends before its successor reads. Without a connection the answer is errc::connection at
/// once. When that connection is made or lost, the actor tells its parent (teleport_state), which
/// tells everybody.
/// So it does when the cluster says other things of itself (its features, its version), and when it
/// turns out that refusals are about the operator itself (a lock) and not about what was asked for:
/// such a call is answered with errc::connection, and there is no connection until they are over.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "messages/types.hpp"
#include "teleport/connector.hpp"
#include "teleport/trouble.hpp"
#include "teleport/watch.hpp"

namespace messages {

struct get_resource {
  kind_ptr kind = nullptr;
  teleport::resource_key key;
};

struct create_resource {
  teleport::resource desired;
};

struct update_resource {
  teleport::resource desired;
};

struct delete_resource {
  kind_ptr kind = nullptr;
  teleport::resource_key key;
};

struct list_heads {
  kind_ptr kind = nullptr;
};

struct watch_opened {
  std::uint64_t number = 0;
  std::vector<std::string> left_out;  ///< Teleport kinds that the stream does not tell of
};

struct watch_moved {
  teleport::resource_change change;
};

struct watch_ended {
  std::uint64_t number = 0;
  teleport::error why;
};

using teleport_watcher = caf::typed_actor<caf::reacts_to<watch_opened>, caf::reacts_to<watch_moved>,
                                          caf::reacts_to<watch_ended>>;

struct open_watch {
  teleport_watcher who;
  std::uint64_t number = 0;
  std::vector<kind_ptr> kinds;
};

struct close_watch {
  std::uint64_t number = 0;
};

/// What does not work.
enum class hindered {
  nothing,
  connecting,  ///< there is no connection, and none can be made
  renewing,    ///< there is one, and it ends with its certificate
  calling,     ///< there is one, and calls are refused whatever they are about
};

/// What the operator knows of its way to Teleport. Sent to the root at every change, and after
/// every attempt that failed.
struct teleport_state {
  bool connected = false;
  std::uint64_t session = 0;  ///< another one after each renewal
  teleport::cluster_info cluster;
  std::string identity;
  std::string way;
  hindered what = hindered::nothing;
  teleport::trouble reason = teleport::trouble::none;
  /// What was tried, what came of it and what to do, for people. Also set, with nothing hindered
  /// yet, when a connection has just been lost.
  std::string trouble;
  bool permanent = false;                    ///< trouble that a retry alone can't mend
  std::chrono::milliseconds next_attempt{};  ///< 0: not known
  std::chrono::system_clock::time_point certificate_expires;  ///< of the output certificate
  std::chrono::system_clock::time_point bot_expires;          ///< of the bot's own
};

// -- from the I/O threads to teleport_client itself
// ------------------------------------------------------------

struct connect_finished {
  std::shared_ptr<std::variant<teleport::established, teleport::connect_failure>> outcome;
};

struct call_finished {
  std::uint64_t id = 0;
  std::uint64_t session = 0;  ///< over which session it went
  std::variant<resource_result, heads_result> result;
};

/// The channel was asked whether it still works.
struct probe_finished {
  std::uint64_t session = 0;  ///< which session was probed
  bool alive = false;
  std::optional<teleport::cluster_info> cluster;  ///< what the cluster says of itself by now
};

/// One call, made to find out whether calls work again.
struct trial_finished {
  std::uint64_t session = 0;  ///< over which session
  std::optional<teleport::error> failure;
};

/// A CA of the cluster is being rotated: get new certificates (facts/teleport-connection.md §10.1).
struct authority_moved {
  std::string what;  ///< for the log
};

// -- its timers
// ------------------------------------------------------------------------------------------------

/// Time to connect, or to renew. A tick of an older number is out of date.
struct connect_tick {
  std::uint64_t timer = 0;
};

/// Time to see whether the session still works. A tick of an older number is out of date.
struct probe_tick {
  std::uint64_t timer = 0;
};

using teleport_client_actor =
    caf::typed_actor<caf::replies_to<get_resource>::with<resource_result>,
                     caf::replies_to<create_resource>::with<resource_result>,
                     caf::replies_to<update_resource>::with<resource_result>,
                     caf::replies_to<delete_resource>::with<resource_result>,
                     caf::replies_to<list_heads>::with<heads_result>, caf::reacts_to<open_watch>,
                     caf::reacts_to<close_watch>, caf::reacts_to<connect_finished>,
                     caf::reacts_to<call_finished>, caf::reacts_to<probe_finished>,
                     caf::reacts_to<trial_finished>, caf::reacts_to<authority_moved>,
                     caf::reacts_to<connect_tick>, caf::reacts_to<probe_tick>>;

}  // namespace messages
