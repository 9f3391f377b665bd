/// Kinds that belong to a scope: roles, their assignments, and join tokens.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {
namespace {

/// Deletes say "compare failed" of what is gone, or has been deleted under their hands
/// (facts/operator-behaviour.md §3.1).
bool role_is_gone(const error& failure) {
  const auto says = [&](const char* text) {
    return failure.message.find(text) != std::string::npos;
  };
  return failure.code == errc::compare_failed &&
         (says("not found") || says("concurrently modified and/or deleted"));
}

/// A delete sends no revision, so nothing but absence can make a comparison fail (facts §3.1).
bool assignment_is_gone(const error& failure) {
  return failure.code == errc::compare_failed;
}

kind scoped(const std::string& base, const std::string& package, const std::string& service) {
  kind row = named(base, base + "s", "V1");
  row.columns = {{"Scope", "string", ".scope"}};
  row.message = package + "." + base;
  row.scope = scoping::possible;
  row.calls =
      answered_by_call(service_calls(package, service, base, base + "s", "Update", row.message));
  return row;
}

constexpr const char* access = "teleport.scopes.access.v1";

}  // namespace

kind scoped_role() {
  kind row = scoped("ScopedRole", access, "ScopedAccessService");
  row.teleport_kind = "scoped_role";
  row.event_field = 80;
  row.rules.is_gone = role_is_gone;
  return row;
}

/// Only those of the subkind `dynamic`: the server makes others itself.
kind scoped_role_assignment() {
  kind row = scoped("ScopedRoleAssignment", access, "ScopedAccessService");
  row.teleport_kind = "scoped_role_assignment";
  row.teleport_subkind = "dynamic";
  row.may_need = {
      {"scoped_role", "spec.assignments.role"}, {"user", "spec.user"}, {"bot", "spec.bot_name"}};
  row.event_field = 81;
  row.rules.is_gone = assignment_is_gone;
  row.calls.get.fixed = {{"sub_kind", row.teleport_subkind}};
  row.calls.remove.fixed = row.calls.get.fixed;
  return row;
}

/// No event brings tokens.
kind scoped_token() {
  kind row = scoped("ScopedToken", "teleport.scopes.joining.v1", "ScopedJoiningService");
  row.teleport_kind = "scoped_token";
  row.may_need = {{"bot", "spec.bot_name"}};
  return row;
}

}  // namespace teleport::kinds
