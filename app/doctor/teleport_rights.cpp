#include "app/doctor/teleport_rights.hpp"

#include <algorithm>
#include <array>

namespace app::doctor {

namespace {

using teleport::doctor::answer;

constexpr const char* group_title = "Rights in Teleport";
constexpr const char* remedy =
    "add it to the operator's role in Teleport (deploy/teleport/role.yaml), and apply that anew";

/// The CR kinds that stand for one kind of resource in Teleport.
struct resource_group {
  std::string name;
  std::vector<const teleport::kind*> kinds;
};

std::vector<resource_group> by_resource(const std::vector<const teleport::kind*>& kinds) {
  std::vector<resource_group> groups;
  for (const auto* kind : kinds) {
    auto found = std::ranges::find(groups, kind->teleport_kind, &resource_group::name);
    if (found == groups.end()) found = groups.insert(found, {kind->teleport_kind, {}});
    found->kinds.push_back(kind);
  }
  return groups;
}

bool is_connector(const std::string& resource) {
  return resource == "github" || resource == "oidc" || resource == "saml";
}

/// The names by which rules may call a resource. Connectors have one in common.
std::vector<std::string> names_of(const std::string& resource) {
  if (is_connector(resource)) return {"auth_connector", resource};
  return {resource};
}

/// What the operator does with it. Connectors are read without their secrets.
std::array<const char*, 5> verbs_for(const std::string& resource) {
  return {"list", "create", is_connector(resource) ? "readnosecrets" : "read", "update", "delete"};
}

void add(std::string& list, const std::string& one) {
  list += (list.empty() ? "" : ", ") + one;
}

std::string kinds_of(const resource_group& group) {
  std::string all;
  for (const auto* kind : group.kinds) add(all, kind->cr_kind);
  return all;
}

/// What the roles' rules say of all verbs together.
struct verdicts {
  std::string missing;
  std::string denied;
  std::string conditional;
  std::size_t allowed = 0;
};

verdicts ask_rules(const std::vector<teleport::doctor::role_rights>& roles,
                   const std::string& resource) {
  verdicts sum;
  for (const auto* verb : verbs_for(resource)) {
    switch (teleport::doctor::may(roles, names_of(resource), verb)) {
      case answer::yes:
        ++sum.allowed;
        break;
      case answer::no:
        add(sum.missing, verb);
        break;
      case answer::denied:
        add(sum.denied, verb);
        break;
      case answer::maybe:
        add(sum.conditional, verb);
        break;
    }
  }
  return sum;
}

class judge_of_one {
 public:
  judge_of_one(const resource_group& group, const rights_question& with)
      : group_(group), with_(with), id_("teleport.rights." + group.name) {}

  finding run() const {
    auto made = decide();
    made.group = group_title;
    if (made.is != verdict::ok) made.details.emplace_back("for", kinds_of(group_));
    return made;
  }

 private:
  finding decide() const {
    const bool admitted = std::ranges::any_of(group_.kinds, [&](const auto* kind) {
      return teleport::admits(with_.cluster, kind->gate);
    });
    if (!admitted)
      return not_needed(id_, group_.name, "not needed: this cluster does not have the feature");
    if (!with_.roles) return by_list();
    auto made = by_rules(ask_rules(*with_.roles, group_.name));
    return made.is == verdict::ok ? by_labels(std::move(made)) : made;
  }

  finding by_rules(const verdicts& told) const {
    if (!told.denied.empty())
      return failed(id_, group_.name, "a role denies: " + told.denied,
                    "take the deny rule from the operator's roles in Teleport");
    if (!told.missing.empty() && told.allowed == 0 && told.conditional.empty())
      return warning(id_, group_.name, "nothing is allowed: these kinds can't be managed", remedy);
    if (!told.missing.empty())
      return failed(id_, group_.name, "not allowed: " + told.missing, remedy);
    if (told.conditional.empty()) return ok(id_, group_.name, "all that is needed");
    auto made = warning(id_, group_.name, "only under conditions: " + told.conditional,
                        "take the `where` from the rule, unless it is meant");
    if (const auto refused = with_.try_list(*group_.kinds.front())) {
      made.is = verdict::failed;
      made.details.emplace_back("a list answers", refused->message);
    }
    return made;
  }

  finding by_labels(finding good) const {
    const auto labels = group_.name + "_labels";
    switch (teleport::doctor::sees_all(*with_.roles, group_.name)) {
      case answer::yes:
        return good;
      case answer::maybe:
        return warning(id_, group_.name, "the roles show only some, by their labels",
                       "allow " + labels + ": {'*': '*'} in the operator's role in Teleport");
      default:
        return failed(id_, group_.name, "the roles show none, since they have no " + labels,
                      "allow " + labels + ": {'*': '*'} in the operator's role in Teleport");
    }
  }

  /// Without the roles, a list is all that can be tried without changing something.
  finding by_list() const {
    const auto refused = with_.try_list(*group_.kinds.front());
    if (!refused) return ok(id_, group_.name, "a list is answered; no more is known");
    return failed(id_, group_.name, "a list answers: " + refused->message, remedy);
  }

  const resource_group& group_;
  const rights_question& with_;
  const std::string id_;
};

}  // namespace

std::vector<finding> judge_rights(const rights_question& with) {
  std::vector<finding> all;
  for (const auto& group : by_resource(with.kinds)) all.push_back(judge_of_one(group, with).run());
  return all;
}

}  // namespace app::doctor
