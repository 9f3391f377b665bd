#pragma once

/// The calls that teleport_client has accepted and not answered yet: window, lanes, open promises,
/// and answers that are held back until it is clear what they mean. Part of the actor's state, used
/// on its thread only. Whoever destroys it answers what is open with errc::connection.

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "actors/core/lanes.hpp"
#include "actors/core/window.hpp"
#include "messages/type_ids.hpp"
#include "teleport/session.hpp"

namespace actors {

/// What a call is about.
struct call_subject {
  messages::kind_ptr kind = nullptr;
  std::optional<teleport::resource_key> key;  ///< unset: a list
  bool writes = false;
};

/// Null: a good answer.
const teleport::error* failure_in(const messages::call_finished& answer);

/// Nobody has answered: the connection, or patience, has ended.
bool is_unanswered(const teleport::error& failure);

/// Teleport was not asked, so its silence says nothing.
bool is_unasked(const teleport::error& failure);

class teleport_calls {
 public:
  using resource_promise = caf::typed_response_promise<messages::resource_result>;
  using heads_promise = caf::typed_response_promise<messages::heads_result>;
  using resource_call = std::function<void(teleport::session&, teleport::resource_callback)>;

  teleport_calls(std::size_t window, std::shared_ptr<core::lanes> lanes,
                 messages::teleport_client_actor answers_to);
  teleport_calls(const teleport_calls&) = delete;
  teleport_calls& operator=(const teleport_calls&) = delete;
  ~teleport_calls();

  /// From now on calls go over this session; those under way end over theirs. `number` tells
  /// sessions apart. After a time without one the window opens gradually.
  void use(std::shared_ptr<teleport::session> session, std::uint64_t number);
  /// No session: calls that wait for their turn, and new ones, are answered with errc::connection
  /// and `why`. So is what is held back.
  void disconnect(const std::string& why);
  bool connected() const { return session_ != nullptr; }
  /// Calls that are sent over the present session and not answered.
  std::size_t under_way() const { return under_way_; }

  /// Calls of one resource run one after another, in this order. The subject has a key.
  void start(call_subject about, resource_call call, resource_promise promise);
  void start_list(messages::kind_ptr kind, heads_promise promise);

  /// What the answer is to; unset: to a call that nobody asks for any more.
  std::optional<call_subject> subject_of(const messages::call_finished& answer) const;

  enum class meaning {
    plain,     ///< deliver it
    lost,      ///< the session may be gone: hold it back
    about_us,  ///< it may be a refusal of the operator as such: hold it back
  };
  /// The session's answer came.
  void finished(messages::call_finished& answer, meaning what);
  /// The session is there (a server may answer UNAVAILABLE to one call only): what was held back as
  /// lost is a failure of the call alone.
  void session_lives();
  /// Refusals that were held back are about what was asked for.
  void refusals_count();

 private:
  using any_promise = std::variant<resource_promise, heads_promise>;
  struct open_call {
    any_promise to;
    call_subject about;
  };
  struct waiting {
    std::uint64_t id;
    std::function<void()> start;
  };
  struct held {
    any_promise to;
    teleport::error why;
  };

  void accept(any_promise to, call_subject about, std::function<void()> start, std::uint64_t id);
  void send_more();
  static void fail(any_promise& to, const teleport::error& why);
  static void fail_all(std::vector<held>& some, std::optional<teleport::error> with);

  core::window in_flight_;
  std::size_t under_way_ = 0;
  std::shared_ptr<core::lanes> lanes_;
  messages::teleport_client_actor answers_to_;
  std::shared_ptr<teleport::session> session_;
  std::uint64_t session_number_ = 0;
  std::string trouble_ = "not connected to Teleport yet";
  std::deque<waiting> queue_;  ///< beyond the window, in order
  std::unordered_map<std::uint64_t, open_call> open_;
  std::vector<held> lost_;
  std::vector<held> refused_;
  std::uint64_t last_id_ = 0;
  /// Cleared at destruction: a call that still waits in a lane is then skipped.
  std::shared_ptr<std::atomic<bool>> alive_ = std::make_shared<std::atomic<bool>>(true);
};

}  // namespace actors
