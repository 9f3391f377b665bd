#include "actors/core/scope_check.hpp"

#include "actors/core/words.hpp"

namespace actors::core {

namespace {

scope_finding mismatch(std::string text) {
  return {false, words::non_matching_scope, std::move(text)};
}

std::string version_and_kind(const k8s::object& cr) {
  return cr.api_version + ", Kind=" + cr.kind;
}

}  // namespace

scope_finding check_scope(const std::string& of_resource, const std::string& of_operator) {
  if (of_resource.empty() && of_operator.empty())
    return {true, words::unscoped, "Neither resource or operator are scoped"};
  if (of_operator.empty())
    return mismatch("Resource is scoped but operator is not. Refusing to reconcile.");
  if (of_resource.empty())
    return mismatch("Operator is scoped but resource is not. Refusing to reconcile.");
  if (of_resource == of_operator)
    return {true, words::matching_scope, "Resource scope matches the operator scope."};
  return mismatch("Resource scope \"" + of_resource + "\" does not match the operator scope \"" +
                  of_operator + "\".");
}

std::map<std::string, std::string> owner_labels(const scoped_operator& us, const k8s::object& cr,
                                                const teleport::resource_key& key) {
  if (key.scope.empty()) return {};
  std::map<std::string, std::string> labels{{words::operator_id_label, us.operator_id},
                                            {words::owner_email_label, us.owner_email},
                                            {words::token_name_label, us.token_name},
                                            {words::operator_namespace_label, us.own_namespace},
                                            {words::cr_name_label, cr.key.name},
                                            {words::cr_namespace_label, cr.key.ns},
                                            {words::cr_gvk_label, version_and_kind(cr)}};
  std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
  return labels;
}

std::string owned_by_another(const scoped_operator& us, const teleport::resource& existing) {
  if (existing.scope().empty()) return {};
  const auto labels = existing.labels();
  const auto id = labels.find(words::operator_id_label);
  const std::string label = words::operator_id_label;
  if (id == labels.end() || id->second.empty())
    return "teleport resource doesn't have the " + label + " label";
  if (id->second == us.operator_id) return {};
  return "teleport resource has the " + label + " label set to \"" + id->second +
         "\" instead of \"" + us.operator_id +
         "\". Resource is owned by another operator. The resource label contain more info on the "
         "original operator.";
}

}  // namespace actors::core
