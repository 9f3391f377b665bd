#include "actors/core/refusal_text.hpp"

#include "actors/core/words.hpp"

namespace actors::core {

namespace {

std::string claimed_text(const std::string& holder) {
  return "The Teleport resource is managed by " + holder +
         ", which is older. Delete one of the two, or rename this one. Refusing to reconcile.";
}

std::string unowned_text(const std::string& why) {
  return std::string{words::unowned_text_begin} + why + words::unowned_text_end;
}

}  // namespace

std::string refusal_reason(const outcome& result) {
  switch (result.what) {
    case verdict::invalid:
      return words::failed_to_decode;
    case verdict::misnamed:
      return result.reason;
    case verdict::out_of_scope:
      return result.scope->reason;
    case verdict::mutation_failed:
      return words::mutation_error;
    case verdict::unowned:
      return words::origin_label_not_matching;
    case verdict::claimed:
      return words::claimed_by_other;
    case verdict::not_admitted:
      return words::feature_missing;
    case verdict::disconnected:
      return words::teleport_unreachable;
    case verdict::deletion_blocked:
      return words::deletion_blocked;
    case verdict::rejected:
    case verdict::failed:
      return result.by_kubernetes ? words::kubernetes_error : words::teleport_error;
    default:
      return {};
  }
}

std::string refusal_text(const outcome& result) {
  switch (result.what) {
    case verdict::invalid:
      return words::decode_failed_text + result.detail;
    case verdict::out_of_scope:
      return result.scope->text;
    case verdict::mutation_failed:
      return words::mutation_failed_text + result.detail;
    case verdict::unowned:
      return unowned_text(result.detail);
    case verdict::claimed:
      return claimed_text(result.detail);
    case verdict::disconnected:
    case verdict::deletion_blocked:
      return words::teleport_error_text + result.detail;
    case verdict::rejected:
    case verdict::failed:
      return (result.by_kubernetes ? words::kubernetes_error_text : words::teleport_error_text) +
             result.detail;
    default:
      return result.detail;
  }
}

}  // namespace actors::core
