#include "app/doctor/definitions.hpp"

#include <algorithm>
#include <array>

namespace app::doctor {

namespace {

constexpr const char* group_title = "Custom resource definitions";
constexpr const char* releases_id = "kubernetes.definitions.release";
constexpr const char* releases_title = "Release of the definitions";
/// What ours have beside the official ones (crds/README.md).
constexpr std::array<const char*, 4> our_status_fields{"appliedHash", "observedGeneration",
                                                       "storedHash", "teleportRevision"};

std::string definition_file(const teleport::kind& of) {
  return "crds/resources.teleport.dev_" + of.plural.substr(std::string("teleport").size()) +
         ".yaml";
}

/// The versions in which a type is served: "v5, v6".
std::string versions_of(const std::string& plural, const served_types& served) {
  std::string all;
  for (const auto& [version, types] : served)
    if (types.count(plural) != 0) all += (all.empty() ? "" : ", ") + version;
  return all;
}

finding judge_one(const teleport::kind& of, const served_types& served) {
  const auto id = "kubernetes.definitions." + of.plural;
  const auto& wanted = of.api_versions.front();
  const auto apply = "kubectl apply -f " + definition_file(of);
  const auto found = versions_of(of.plural, served);
  if (found.empty()) {
    return warning(id, of.cr_kind, "not installed: there can be no custom resources of this kind",
                   apply + ", if you want to use it; a running operator finds it then");
  }
  const auto version = served.find(wanted);
  const auto type = version == served.end() ? std::map<std::string, bool>::const_iterator{}
                                            : version->second.find(of.plural);
  if (version == served.end() || type == version->second.end()) {
    return failed(id, of.cr_kind, "served in " + found + ", but the operator needs " + wanted,
                  apply);
  }
  if (!type->second) {
    return failed(id, of.cr_kind, "has no status subresource: nothing can be said on its resources",
                  apply);
  }
  return ok(id, of.cr_kind, "served in " + found);
}

bool is_of_this_release(const k8s::definition& what) {
  return std::ranges::all_of(our_status_fields, [&](const char* name) {
    return std::ranges::find(what.status_fields, name) != what.status_fields.end();
  });
}

}  // namespace

std::vector<finding> judge_definitions(const std::vector<const teleport::kind*>& kinds,
                                       const served_types& served) {
  const bool any = std::ranges::any_of(
      kinds, [&](const auto* kind) { return !versions_of(kind->plural, served).empty(); });
  if (!any) {
    return {failed("kubernetes.definitions", group_title, "none is installed",
                   "kubectl apply -f crds/")};
  }
  std::vector<finding> all;
  for (const auto* kind : kinds) {
    all.push_back(judge_one(*kind, served));
    all.back().group = group_title;
  }
  return all;
}

finding judge_releases(const std::vector<const teleport::kind*>& kinds,
                       const std::map<std::string, k8s::definition>& read) {
  if (read.empty()) {
    return not_needed(releases_id, releases_title,
                      "not looked at: no right to read them, which the operator does not need");
  }
  std::string others;
  finding made = ok(releases_id, releases_title, "all are those of this operator");
  for (const auto* kind : kinds) {
    const auto found = read.find(kind->plural);
    if (found == read.end()) continue;
    const auto& what = found->second;
    if (!is_of_this_release(what)) others += (others.empty() ? "" : ", ") + kind->plural;
    if (what.stored_version != kind->api_versions.front())
      made.details.emplace_back(kind->plural, "stored as " + what.stored_version + ", ours as " +
                                                  kind->api_versions.front());
  }
  if (others.empty() && made.details.empty()) return made;
  made.is = verdict::warning;
  made.seen = "some are of another release";
  if (!others.empty()) {
    made.details.emplace_back("without our status fields", others);
    made.details.emplace_back("what that means",
                              "the operator works, and compares each resource by meaning");
  }
  made.remedy = "kubectl apply -f crds/ of this release";
  return made;
}

}  // namespace app::doctor
