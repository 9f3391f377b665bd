#pragma once

/// What roles allow on the resources of Teleport itself, worked out as Teleport does: a verb is
/// allowed when a rule of some role allows it and none denies it. Pure.

#include <map>
#include <string>
#include <vector>

namespace types {
class RoleV6;
}

namespace teleport::doctor {

struct access_rule {
  std::vector<std::string> resources;  ///< "*": all
  std::vector<std::string> verbs;      ///< "*": all
  std::string where{};                 ///< a condition on the resource; empty: none
};

using label_selector = std::map<std::string, std::vector<std::string>>;

/// Which servers, apps or databases a role lets one see.
struct label_access {
  label_selector labels;
  std::string expression{};  ///< what `*_labels_expression` says; empty: nothing
};

/// One side of a role, "allow" or "deny".
struct role_side {
  std::vector<access_rule> rules;
  std::map<std::string, label_access> labels{};  ///< by resource: "node", "app", "db"
};

struct role_rights {
  std::string name;
  role_side allow;
  role_side deny{};
};

role_rights rights_of(const types::RoleV6& role);

enum class answer {
  yes,
  no,      ///< nobody allows it
  denied,  ///< a role denies it, whoever allows it
  maybe,   ///< only under conditions
};

/// May the holder of these roles do `verb` on a resource that goes by any of these names?
answer may(const std::vector<role_rights>& roles, const std::vector<std::string>& resource,
           const std::string& verb);

/// Do the roles show every "node", "app" or "db", whatever its labels are? Others have none: yes.
answer sees_all(const std::vector<role_rights>& roles, const std::string& resource);

}  // namespace teleport::doctor
