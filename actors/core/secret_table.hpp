#pragma once

/// Who uses which Secret, in which state each was last seen, and who is to look again. Owned by
/// secret_watcher; pure: no actor, no clock. Level-triggered: it compares what a user saw with what
/// the watch tells, whichever came first, so that no order of the two loses a change.
///
/// A user is never told of a state that is older than what it saw, and of none twice. What the
/// watch says of Secrets that nobody uses is kept too (name and version): somebody may begin to.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "k8s/object.hpp"
#include "messages/secrets.hpp"

namespace actors::core {

class secret_table {
 public:
  using user = std::uint64_t;
  using users = std::vector<user>;

  // -- users --
  /// These are all Secrets that the user uses, as it saw them. True: one has moved on since.
  bool put(user who, const std::string& ns, const std::vector<messages::secret_seen>& secrets);
  void remove(user who);
  bool empty() const noexcept { return users_.empty(); }
  /// Namespaces of all users.
  std::set<std::string> namespaces() const;

  // -- what the watch of a scope (a namespace, or empty: all) tells; who is to look again --
  void page(const std::string& scope, const std::vector<k8s::object_ptr>& secrets, bool first);
  users list_ended(const std::string& scope, const std::string& version);
  users changed(const std::string& scope, const k8s::object& secret, bool deleted);
  void bookmark(const std::string& scope, const std::string& version);

  /// Everything up to this version is known; empty: it must be listed.
  std::string version_of(const std::string& scope) const;
  /// Forgets the scopes that are not watched any more.
  void keep_scopes(const std::set<std::string>& watched);

 private:
  struct use {
    std::string seen;  ///< version; empty: the user saw none
    std::string told;  ///< the version that the user was last sent to look at
  };
  struct user_state {
    std::string ns;
    std::map<std::string, use> uses;  ///< by name of the Secret
  };
  struct scope_state {
    std::string version;                           ///< empty: not listed yet
    std::map<k8s::object_key, std::string> known;  ///< versions of the Secrets that exist
    std::set<k8s::object_key> listing;             ///< of the list that is coming in
    bool rewound = false;  ///< the newest list is older than what was seen before it
  };

  const scope_state* scope_of(const std::string& ns) const;
  bool tell_if_moved(const k8s::object_key& secret, use& known_to) const;
  bool tell_if_moved(user_state& who) const;

  std::map<user, user_state> users_;
  std::map<k8s::object_key, std::set<user>> by_secret_;
  std::map<std::string, scope_state> scopes_;
};

}  // namespace actors::core
