#pragma once

/// The API client as its users see it: requests and watches over one HTTP/2 connection, answered by
/// callback.
///
/// Callbacks and listeners run on the client's own thread, one at a time; they must not block and
/// must not destroy the client. Any thread may call the member functions. Destruction closes
/// everything: callbacks that are still open are called with errc::cancelled before the destructor
/// returns, listeners are not called again.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "k8s/config.hpp"
#include "k8s/error.hpp"
#include "k8s/lease.hpp"
#include "k8s/object.hpp"

namespace k8s {

using object_callback = std::function<void(result<object_ptr>)>;
using lease_callback = std::function<void(result<lease>)>;

/// A merge patch (RFC 7386) of one object or of one of its subresources. Preconditions (UID,
/// resourceVersion) are part of `body`: see k8s/patch.hpp, which builds the bodies.
struct patch_request {
  resource_type type;
  object_key key;
  std::string subresource;  ///< "" or "status"
  std::string body;         ///< JSON
  /// Sent only while client_options::write_time_left allows it, else answered with
  /// errc::not_leading.
  bool needs_permit = true;
};

/// One request about a Lease. It waits for no other request, and is not tried again: whoever
/// renews a lease has a clock of its own to beat.
struct lease_request {
  enum class verb { get, create, update };
  verb what = verb::get;
  /// For a `get` only the key counts. An update is refused (errc::conflict) when the stored Lease
  /// has another resourceVersion.
  lease of;
  std::chrono::milliseconds timeout{5'000};  ///< of the whole request. Default 5 s
};

enum class change { added, modified, deleted };

/// Hears what a watch sees. Calls come in this order: pages of one list (first … last), then
/// changes; after a gap that can't be resumed, pages again. An object that is in no page of the
/// newest list is gone.
class watch_listener {
 public:
  virtual ~watch_listener() = default;
  /// The list that comes next is older, by its version, than what was seen before: the server's
  /// store was restored from a backup. It is the newest there is all the same.
  virtual void on_rewound() {}
  /// One page of a list. `resource_version` is that of the list, set on the last page.
  virtual void on_page(std::vector<object_ptr> objects, bool first, bool last,
                       const std::string& resource_version) = 0;
  virtual void on_change(change what, object_ptr object) = 0;
  /// Everything up to this version was delivered.
  virtual void on_bookmark(const std::string& resource_version) = 0;
  /// List or watch failed; the client tries again by itself. Called once for each failure that
  /// lasts.
  virtual void on_trouble(const error& why) = 0;
  /// After on_trouble: the stream is up again, without a gap.
  virtual void on_recovered() = 0;
};

/// What to list and watch. Empty `ns` means all namespaces. With `resume_from`, the watch starts
/// after that version without a list, and lists only if the server no longer knows it. With
/// `metadata_only`, the server sends nothing of the objects but their metadata.
struct watch_request {
  resource_type type;
  std::string ns;
  std::string resume_from;
  bool metadata_only = false;
  std::string name{};  ///< of the one object that is watched; empty: all
};

using watch_id = std::uint64_t;

struct client_options {
  std::string user_agent = "teleport-operator-caf";
  std::chrono::milliseconds request_timeout{
      30'000};  ///< whole request, except watches. Default 30 s
  std::chrono::milliseconds watch_idle_timeout{
      90'000};  ///< silent stream is taken for half-open. Default 90 s
  std::chrono::milliseconds missing_type_poll{
      5'000};                   ///< CRD not served: look again after. Default 5 s
  std::size_t page_size = 500;  ///< objects a list page. Default 500
  /// One finished request, for metrics (code 0: no answer). Called on the client's thread.
  std::function<void(int code, const std::string& method, const std::string& host)> on_request{};
  /// For how long from now writes that need a permit may be out; 0 or less: none may begin. Asked
  /// right before each is sent, on the client's thread; none is waited for any longer than that.
  /// Empty: always.
  std::function<std::chrono::nanoseconds()> write_time_left{};
};

class client {
 public:
  virtual ~client() = default;

  virtual void get(resource_type type, object_key key, object_callback done) = 0;
  virtual void patch(patch_request request, object_callback done) = 0;
  /// `body` is the whole object as JSON.
  virtual void create(resource_type type, std::string ns, std::string body,
                      object_callback done) = 0;
  virtual void ask_lease(lease_request request, lease_callback done) = 0;
  /// Does a cheap authenticated request (`/version`): is the server there and does it know us?
  virtual void probe(std::function<void(result<std::string>)> done) = 0;

  /// Starts a list and watch that goes on until `unwatch`: retries, resumes and relists by itself.
  virtual watch_id watch(watch_request request, std::shared_ptr<watch_listener> listener) = 0;
  /// The listener is not called again after this returns, except for a call that is under way on
  /// the client's thread.
  virtual void unwatch(watch_id id) = 0;
};

/// Starts the client's thread. Does not connect before the first request.
std::unique_ptr<client> make_client(config server, client_options options);

}  // namespace k8s
