#include "actors/core/event_text.hpp"

#include "actors/core/drift_report.hpp"
#include "actors/core/ownership.hpp"
#include "actors/core/refusal_text.hpp"
#include "actors/core/words.hpp"

namespace actors::core {

namespace {

event_text left_alone(const observed& seen, const std::string& name) {
  const auto scope = scope_of(seen);
  const auto why = *seen.released == release_reason::out_of_scope && scope
                       ? scope->text
                       : std::string{"it does not belong to this resource."};
  return {true, words::left_unowned, name + " stays in Teleport: " + why};
}

event_text event_of_release(const observed& seen, const std::string& name) {
  switch (*seen.released) {
    case release_reason::deleted:
      return {false, words::deleted, "Deleted " + name + " in Teleport."};
    case release_reason::already_gone:
      return {false, words::deleted, name + " was not in Teleport any more."};
    case release_reason::kept:
      return {false, words::kept,
              name + " stays in Teleport, as the annotation " + words::keep_annotation + " says."};
    case release_reason::ignored:
      return {true, words::released_ignored,
              "The resource was deleted while annotated with " +
                  std::string{words::ignore_annotation} + ": " + name +
                  " stays in Teleport as it is."};
    case release_reason::misnamed:
      return {false, words::deleted,
              "Nothing was deleted in Teleport: this resource never had one there."};
    case release_reason::unowned:
    case release_reason::claimed:
    case release_reason::out_of_scope:
      break;
  }
  return left_alone(seen, name);
}

/// Drift that is left as it is, or an annotation that can't be followed: said once.
std::optional<event_text> event_of_standing(const outcome& result, const observed& seen,
                                            const std::string& name) {
  const auto standing = drift_standing_after(*seen.cr, result);
  if (!standing || standing->status == "False" || says_already(*seen.cr, *standing)) return {};
  if (result.what != verdict::reported)
    return event_text{true, words::invalid_annotation, standing->text};
  return event_text{true, words::drift_found,
                    name + ' ' + how_it_drifted(result) + ". It is left as it is."};
}

std::string with_fields(const std::string& text, const std::vector<std::string>& fields) {
  std::string paths;
  for (const auto& path : fields) paths += (paths.empty() ? ": " : ", ") + path;
  return text + paths + '.';
}

}  // namespace

std::optional<event_text> event_after(const outcome& result, const observed& seen) {
  const auto name = seen.kind->teleport_kind + " \"" + to_string(seen.target.key) + '"';
  switch (result.what) {
    case verdict::created:
      return event_text{false, words::created, "Created " + name + " in Teleport."};
    case verdict::updated:
      return event_text{false, words::updated,
                        with_fields("Updated " + name + " in Teleport", result.fields)};
    case verdict::adopted:
      return event_text{false, words::adopted,
                        "Took over " + name + ", which existed in Teleport."};
    case verdict::healed:
      return event_text{false, words::drift_healed,
                        "Put back " + name + ", which " + how_it_drifted(result) + '.'};
    case verdict::reported:
      return event_of_standing(result, seen, name);
    case verdict::invalid:
    case verdict::misnamed:
    case verdict::out_of_scope:
    case verdict::mutation_failed:
    case verdict::unowned:
    case verdict::claimed:
    case verdict::not_admitted:
    case verdict::rejected:
    case verdict::failed:
    case verdict::deletion_blocked:
      return event_text{true, refusal_reason(result), refusal_text(result)};
    case verdict::released:
      if (seen.released) return event_of_release(seen, name);
      return {};
    case verdict::in_sync:
      return event_of_standing(result, seen, name);
    case verdict::ignored:
    case verdict::disconnected:
    case verdict::unclaimed:
    case verdict::conflict:
    case verdict::untouched:
    case verdict::standby:
      return {};
  }
  return {};
}

}  // namespace actors::core
