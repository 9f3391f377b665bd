#include "support.hpp"

namespace actors::core::testing {

namespace {

struct step_text {
  std::string operator()(const add_finalizer&) const { return "add_finalizer"; }
  std::string operator()(const remove_finalizer& one) const {
    return "remove_finalizer " + to_text(one.why);
  }
  std::string operator()(const read_secrets&) const { return "read_secrets"; }
  std::string operator()(const look_up&) const { return "look_up"; }
  std::string operator()(const create_in_teleport& one) const {
    return one.as == verdict::created ? "create" : "create " + to_text(one.as);
  }
  std::string operator()(const update_in_teleport& one) const {
    std::string text = "update " + to_text(one.as);
    for (const auto& field : one.fields) text += ' ' + field;
    return text;
  }
  std::string operator()(const delete_in_teleport&) const { return "delete"; }
  std::string operator()(const read_back&) const { return "read_back"; }
  std::string operator()(const find_referrers& one) const {
    return "find_referrers " + one.among->cr_kind;
  }
  std::string operator()(const finish& one) const { return "finish " + to_text(one.result.what); }
};

}  // namespace

std::string to_text(verdict what) {
  switch (what) {
    case verdict::in_sync:
      return "in_sync";
    case verdict::created:
      return "created";
    case verdict::updated:
      return "updated";
    case verdict::adopted:
      return "adopted";
    case verdict::healed:
      return "healed";
    case verdict::reported:
      return "reported";
    case verdict::ignored:
      return "ignored";
    case verdict::invalid:
      return "invalid";
    case verdict::misnamed:
      return "misnamed";
    case verdict::out_of_scope:
      return "out_of_scope";
    case verdict::mutation_failed:
      return "mutation_failed";
    case verdict::unclaimed:
      return "unclaimed";
    case verdict::unowned:
      return "unowned";
    case verdict::claimed:
      return "claimed";
    case verdict::not_admitted:
      return "not_admitted";
    case verdict::rejected:
      return "rejected";
    case verdict::failed:
      return "failed";
    case verdict::disconnected:
      return "disconnected";
    case verdict::deletion_blocked:
      return "deletion_blocked";
    case verdict::conflict:
      return "conflict";
    case verdict::released:
      return "released";
    case verdict::standby:
      return "standby";
    case verdict::untouched:
      return "untouched";
  }
  return "?";
}

std::string to_text(release_reason why) {
  switch (why) {
    case release_reason::deleted:
      return "deleted";
    case release_reason::already_gone:
      return "already_gone";
    case release_reason::kept:
      return "kept";
    case release_reason::ignored:
      return "ignored";
    case release_reason::unowned:
      return "unowned";
    case release_reason::claimed:
      return "claimed";
    case release_reason::misnamed:
      return "misnamed";
    case release_reason::out_of_scope:
      return "out_of_scope";
  }
  return "?";
}

std::string to_text(const step& next) {
  return std::visit(step_text{}, next);
}

}  // namespace actors::core::testing
