#include "actors/core/drift_report.hpp"

#include <algorithm>

#include "actors/core/cr_marks.hpp"
#include "actors/core/words.hpp"

namespace actors::core {

namespace {

std::string fields_of(const outcome& result) {
  if (result.fields.empty()) return ", in fields that this resource does not set";
  std::string paths;
  for (const auto& path : result.fields) paths += (paths.empty() ? ": " : ", ") + path;
  return paths;
}

}  // namespace

std::string how_it_drifted(const outcome& result) {
  if (result.was_deleted) return "was deleted in Teleport";
  return "was changed in Teleport" + fields_of(result);
}

std::optional<drift_standing> drift_standing_after(const k8s::object& cr, const outcome& result) {
  const std::string annotation = words::drift_annotation;
  switch (marks_of(cr).drift) {
    case drift_wish::heal:
      return {};
    case drift_wish::unclear:
      return drift_standing{"Unknown", words::invalid_annotation,
                            "The annotation " + annotation + " can be \"" + words::drift_report +
                                "\" or \"" + words::drift_heal +
                                "\". It is something else: what is changed in Teleport is put "
                                "back."};
    case drift_wish::report:
      break;
  }
  if (result.what != verdict::reported)
    return drift_standing{"False", words::no_drift, words::no_drift_text};
  return drift_standing{
      "True", result.was_deleted ? words::deleted_in_teleport : words::changed_in_teleport,
      "The Teleport resource " + how_it_drifted(result) +
          ". It is left as it is, as the annotation " + annotation + " says."};
}

bool says_already(const k8s::object& cr, const drift_standing& standing) {
  const auto& all = cr.status.conditions;
  return std::any_of(all.begin(), all.end(), [&](const k8s::condition& one) {
    return one.type == words::drifted && one.status == standing.status &&
           one.reason == standing.reason && one.message == standing.text;
  });
}

}  // namespace actors::core
