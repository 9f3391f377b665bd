#include "actors/core/ownership.hpp"

#include "teleport/codec.hpp"

namespace actors::core {

std::string foreign(const observed& seen) {
  auto why = teleport::unowned_reason(*seen.existing);
  return why.empty() ? owned_by_another(seen.us, *seen.existing) : why;
}

std::string wrong_subkind(const observed& seen) {
  const auto& wanted = seen.kind->teleport_subkind;
  const auto found = seen.existing->subkind();
  if (wanted.empty() || found == wanted) return {};
  const bool is_node = seen.kind->teleport_kind == "node";
  return "Wrong " + (is_node ? "server" : seen.kind->teleport_kind) + " subKind, was expecting \"" +
         wanted + "\", got \"" + found + '"';
}

std::optional<scope_finding> scope_of(const observed& seen) {
  if (seen.kind->scope != teleport::scoping::possible) return std::nullopt;
  return check_scope(seen.target.key.scope, seen.us.scope);
}

bool out_of_scope(const observed& seen) {
  const auto found = scope_of(seen);
  return found && !found->ok;
}

}  // namespace actors::core
