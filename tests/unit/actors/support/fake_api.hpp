#pragma once

/// An API server in memory behind the real interface of k8s/client.hpp: UIDs, resourceVersions,
/// generations, preconditions, finalizers, status, watches. What the operator asks is carried out
/// and answered at once, or, with `hold`, when the test says so. Used on the test's thread only.

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "k8s/client.hpp"
#include "tests/unit/actors/support/fake_leases.hpp"

namespace actors::testing {

class fake_api {
 public:
  // -- what people do --
  /// Creates the CR, or changes its spec, and whatever else `more` changes. Kind: TeleportRoleV7.
  const k8s::object& apply(const k8s::object_key& key, const std::string& spec,
                           const std::function<void(k8s::object&)>& more = {});
  void annotate(const k8s::object_key& key, const std::string& name, const std::string& value);
  /// Marks for deletion, or removes at once when there is no finalizer.
  void remove(const k8s::object_key& key);
  /// Removes it at once, whatever finalizers it has, and without a deletion mark.
  void vanish(const k8s::object_key& key);
  const k8s::object* find(const k8s::object_key& key) const;
  /// Creates the Secret, or changes it. `data` is the JSON object of its values in base64;
  /// `allowed`: the annotation that says which CRs may use it.
  void put_secret(const k8s::object_key& key, const std::string& data,
                  const std::string& allowed = "*");
  void remove_secret(const k8s::object_key& key);
  /// What an administrator's backup holds.
  struct backup {
    std::map<k8s::object_key, k8s::object_ptr> objects, secrets;
    std::uint64_t version = 0;
  };
  backup save() const { return {objects_, secrets_, version_}; }
  /// All that came after the backup is lost, and versions go back; watches are told as k8s/watcher
  /// does it.
  void restore(const backup& from);
  /// Lists show this instead of what there is.
  std::optional<backup> past;
  /// The status of the condition; empty when there is none.
  std::string condition(const k8s::object_key& key, const std::string& type) const;

  // -- what the operator sees --
  /// `may_write`: refuses patches of CRs, as k8s::client_options::write_time_left does. Empty:
  /// none.
  std::unique_ptr<k8s::client> make_client(std::function<bool()> may_write = {});
  /// One pending page, event or word of a watch that lives; false when there is none. `which` picks
  /// among the watches that have something.
  bool deliver(std::size_t which = 0);
  /// Watches end: for the operator this means `k8s::watch_listener::on_trouble`.
  void trouble(k8s::errc code);
  std::vector<k8s::watch_request> subscriptions;  ///< in the order in which they came
  /// Watches of this type that live.
  std::size_t watches_of(const k8s::resource_type& type) const;

  /// Watches see CRs of the kind that they ask for alone. (Keys are still without a kind: CRs of
  /// different kinds need different names.)
  bool kinds_apart = false;

  fake_leases leases;

  // -- answers --
  bool hold = false;
  std::size_t page_size = 500;
  struct asked {
    std::string verb;  ///< "get", "get secret", "patch", "patch status", "create"
    k8s::object_key key;
    std::function<k8s::result<k8s::object_ptr>()> act;
    k8s::object_callback done;
    std::optional<k8s::result<k8s::object_ptr>> outcome;  ///< carried out already
  };
  std::deque<asked> pending;
  void carry_out(std::size_t which);
  /// Answers (and carries out, if that was not done); `lost`: with a connection error instead.
  void answer(std::size_t which, bool lost = false);
  /// Refuses requests; nothing: carries them out.
  std::function<std::optional<k8s::error>(const asked&)> refuse;
  std::map<std::string, int> counts;      ///< of requests carried out, by verb
  std::set<std::string> finalized;        ///< UIDs of the CRs that ever had our finalizer stored
  std::set<std::string> gone;             ///< UIDs of the CRs that do not exist any more
  std::vector<std::string> events;        ///< reasons, in order; without those about the Lease
  std::vector<std::string> lease_events;  ///< notes of those, which are neither held nor counted
  std::string bodies;                     ///< of all requests, one after another

  /// Forgets what is pending, with the handles in it.
  void forget_all();

 private:
  class client;
  struct change_line {
    std::uint64_t version;
    k8s::change what;
    k8s::object_ptr object;
  };
  struct watch {
    k8s::watch_id id;
    std::shared_ptr<std::atomic<bool>> alive;
    std::shared_ptr<k8s::watch_listener> listener;
    k8s::watch_request of;
    std::deque<std::function<void(k8s::watch_listener&)>> news;

    bool kinds_apart;

    bool sees(const k8s::object& one) const;
    /// What is sent of an object: all, or its metadata alone.
    k8s::object_ptr shown(const k8s::object_ptr& one) const;
  };
  using object_map = std::map<k8s::object_key, k8s::object_ptr>;

  k8s::result<k8s::object_ptr> get(const object_map& from, const k8s::object_key& key);
  k8s::result<k8s::object_ptr> patch(const k8s::patch_request& request);
  void ask(std::string verb, k8s::object_key key, std::function<k8s::result<k8s::object_ptr>()> act,
           k8s::object_callback done);
  k8s::watch_id start_watch(k8s::watch_request request,
                            std::shared_ptr<k8s::watch_listener> listener,
                            std::shared_ptr<std::atomic<bool>> alive);
  void list(watch& to);
  void tell(k8s::change what, const k8s::object_ptr& object);
  /// Stores a new state and tells the watches.
  void store(k8s::object object, k8s::change what);

  object_map objects_;  ///< CRs
  object_map secrets_;
  std::vector<change_line> history_;
  std::vector<watch> watches_;
  std::uint64_t version_ = 0;
  std::uint64_t last_uid_ = 0;
  k8s::watch_id last_watch_ = 0;
};

}  // namespace actors::testing
