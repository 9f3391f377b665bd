#include "app/doctor/permissions.hpp"

#include <algorithm>
#include <map>

#include "app/doctor/listed.hpp"

namespace app::doctor {

namespace {

constexpr const char* group_title = "Rights in Kubernetes";
constexpr const char* our_group = "resources.teleport.dev";

/// The same questions for each namespace.
class asker {
 public:
  explicit asker(const std::vector<std::string>& namespaces) : namespaces_(namespaces) {
    if (namespaces_.empty()) namespaces_.emplace_back();
  }

  permission about(const std::string& group, const std::string& resource,
                   const std::vector<std::string>& verbs) const {
    permission made;
    made.id = "kubernetes.rights." + resource;
    made.title = resource;
    for (const auto& ns : namespaces_)
      for (const auto& verb : verbs) made.questions.push_back({ns, group, resource, "", verb, ""});
    return made;
  }

  permission about(const teleport::kind& kind) const {
    auto made = about(our_group, kind.plural, {"get", "list", "watch", "patch"});
    for (const auto& ns : namespaces_)
      made.questions.push_back({ns, our_group, kind.plural, "status", "patch", ""});
    made.otherwise = "custom resources of this kind are not served";
    return made;
  }

 private:
  std::vector<std::string> namespaces_;
};

permission about_state(const k8s::object_key& state) {
  permission made;
  made.id = "kubernetes.rights.state";
  made.title = "state Secret " + k8s::to_string(state);
  made.otherwise = "the operator has no id and does not start with -scope";
  // "create" knows no name yet.
  made.questions = {{state.ns, "", "secrets", "", "get", state.name},
                    {state.ns, "", "secrets", "", "create", ""},
                    {state.ns, "", "secrets", "", "patch", state.name}};
  return made;
}

permission about_lease(const k8s::object_key& lease) {
  constexpr const char* group = "coordination.k8s.io";
  permission made;
  made.id = "kubernetes.rights.leases";
  made.title = "Lease " + k8s::to_string(lease);
  made.otherwise = "nobody can lead, and nothing is reconciled";
  // "create" knows no name yet.
  made.questions = {{lease.ns, group, "leases", "", "get", lease.name},
                    {lease.ns, group, "leases", "", "create", ""},
                    {lease.ns, group, "leases", "", "update", lease.name}};
  return made;
}

std::string place_of(const k8s::access_question& question) {
  return question.ns.empty() ? "all namespaces" : question.ns;
}

std::string verb_of(const k8s::access_question& question) {
  return question.subresource.empty() ? question.verb
                                      : question.verb + " (" + question.subresource + ")";
}

/// "get, patch (status) in team-a; list in team-b".
std::string by_place(const std::map<std::string, std::vector<std::string>>& verbs) {
  std::string all;
  for (const auto& [place, list] : verbs)
    all += (all.empty() ? "" : "; ") + listed(list) + " in " + place;
  return all;
}

}  // namespace

std::vector<permission> needed_permissions(const std::vector<const teleport::kind*>& kinds,
                                           const places& at) {
  const asker ask(at.namespaces);
  std::vector<permission> all;
  all.reserve(kinds.size() + 4);
  for (const auto* kind : kinds) all.push_back(ask.about(*kind));

  all.push_back(about_lease(at.lease));

  // Those about the operator's own Pod come to where that is.
  auto with_own = at.namespaces;
  if (!with_own.empty() && !at.own.empty() && std::ranges::find(with_own, at.own) == with_own.end())
    with_own.push_back(at.own);
  auto events = asker(with_own).about("", "events", {"create", "patch"});
  events.without = verdict::warning;
  events.otherwise = "people are told nothing by Events; all else works";
  all.push_back(std::move(events));

  auto secrets = ask.about("", "secrets", {"get", "list", "watch"});
  secrets.without = verdict::warning;
  secrets.otherwise = "custom resources that refer to a Secret don't work";
  all.push_back(std::move(secrets));

  if (!at.state.name.empty()) all.push_back(about_state(at.state));
  return all;
}

finding judge(const permission& of, const std::vector<k8s::result<bool>>& answers) {
  std::map<std::string, std::vector<std::string>> missing;
  std::string unknown;
  for (std::size_t i = 0; i < of.questions.size(); ++i) {
    if (!answers.at(i)) {
      unknown = answers.at(i).failure().message;
    } else if (!answers.at(i).value()) {
      missing[place_of(of.questions[i])].push_back(verb_of(of.questions[i]));
    }
  }
  finding made = ok(of.id, of.title, "all that is needed");
  if (!missing.empty()) {
    made.is = of.without;
    made.seen = "not allowed: " + by_place(missing);
    made.details.emplace_back("without it", of.otherwise);
    made.remedy = "give the operator's ServiceAccount these verbs (deploy/README.md)";
  } else if (!unknown.empty()) {
    made.is = verdict::failed;
    made.seen = unknown;
    made.remedy = "find out why the API server does not answer SelfSubjectAccessReviews";
  }
  made.group = group_title;
  return made;
}

}  // namespace app::doctor
