#include "teleport/doctor/rights.hpp"

#include <algorithm>

#include "teleport/proto/role.pb.h"

namespace teleport::doctor {
namespace {

constexpr const char* any = "*";

bool has(const std::vector<std::string>& texts, const std::string& wanted) {
  return std::ranges::find(texts, wanted) != texts.end();
}

// -- from a role's message ------------------------------------------------------------------------

std::vector<std::string> texts(const auto& repeated) {
  return {repeated.begin(), repeated.end()};
}

label_access to_labels(const wrappers::LabelValues& from, const std::string& expression) {
  label_access made{{}, expression};
  for (const auto& [name, values] : from.values()) made.labels[name] = texts(values.values());
  return made;
}

role_side to_side(const types::RoleConditions& from) {
  role_side made;
  for (const auto& rule : from.rules())
    made.rules.push_back({texts(rule.resources()), texts(rule.verbs()), rule.where()});
  made.labels["node"] = to_labels(from.nodelabels(), from.nodelabelsexpression());
  made.labels["app"] = to_labels(from.applabels(), from.applabelsexpression());
  made.labels["db"] = to_labels(from.databaselabels(), from.databaselabelsexpression());
  return made;
}

// -- rules ----------------------------------------------------------------------------------------

bool covers(const access_rule& rule, const std::vector<std::string>& resource,
            const std::string& verb) {
  const bool fits =
      has(rule.resources, any) ||
      std::ranges::any_of(resource, [&](const auto& name) { return has(rule.resources, name); });
  // Whoever may read secrets may read without them.
  return fits && (has(rule.verbs, any) || has(rule.verbs, verb) ||
                  (verb == "readnosecrets" && has(rule.verbs, "read")));
}

/// What a side of all roles together says of a verb.
struct told {
  bool always = false;
  bool sometimes = false;  ///< under conditions
};

told say(const std::vector<role_rights>& roles, role_side role_rights::*side,
         const std::vector<std::string>& resource, const std::string& verb) {
  told sum;
  for (const auto& role : roles) {
    for (const auto& rule : (role.*side).rules) {
      if (!covers(rule, resource, verb)) continue;
      (rule.where.empty() ? sum.always : sum.sometimes) = true;
    }
  }
  return sum;
}

// -- labels ---------------------------------------------------------------------------------------

bool is_everything(const label_access& access) {
  const auto found = access.labels.find(any);
  return found != access.labels.end() && has(found->second, any);
}

bool is_nothing(const label_access& access) {
  return access.labels.empty() && access.expression.empty();
}

const label_access* on(const role_side& side, const std::string& resource) {
  const auto found = side.labels.find(resource);
  return found == side.labels.end() ? nullptr : &found->second;
}

}  // namespace

role_rights rights_of(const types::RoleV6& role) {
  return {role.metadata().name(), to_side(role.spec().allow()), to_side(role.spec().deny())};
}

answer may(const std::vector<role_rights>& roles, const std::vector<std::string>& resource,
           const std::string& verb) {
  const auto allowed = say(roles, &role_rights::allow, resource, verb);
  const auto forbidden = say(roles, &role_rights::deny, resource, verb);
  if (forbidden.always) return answer::denied;
  if (!allowed.always && !allowed.sometimes) return answer::no;
  return allowed.always && !forbidden.sometimes ? answer::yes : answer::maybe;
}

answer sees_all(const std::vector<role_rights>& roles, const std::string& resource) {
  if (resource != "node" && resource != "app" && resource != "db") return answer::yes;
  bool everything = false;
  bool something = false;
  for (const auto& role : roles) {
    if (const auto* hidden = on(role.deny, resource); hidden != nullptr && !is_nothing(*hidden))
      return is_everything(*hidden) ? answer::denied : answer::maybe;
    const auto* shown = on(role.allow, resource);
    if (shown == nullptr || is_nothing(*shown)) continue;
    something = true;
    // An expression narrows what labels of the same role show.
    everything = everything || (is_everything(*shown) && shown->expression.empty());
  }
  if (everything) return answer::yes;
  return something ? answer::maybe : answer::no;
}

}  // namespace teleport::doctor
