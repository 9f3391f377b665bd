#include "tools/crdgen/crd.hpp"

#include <stdexcept>

#include "tools/crdgen/descriptions.hpp"
#include "tools/crdgen/rules.hpp"
#include "tools/crdgen/schema.hpp"

namespace crdgen {
namespace {

using google::protobuf::Descriptor;
using nlohmann::json;
using teleport::kind;

std::string without_prefix(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0 ? text.substr(prefix.size()) : text;
}

std::string spec_description(const kind& of) {
  auto text = "The resource as Teleport is to have it: kind `" + of.teleport_kind + "`, ";
  if (!of.teleport_subkind.empty()) text += "subkind `" + of.teleport_subkind + "`, ";
  return text + "version `" + of.teleport_version + "`.";
}

/// What the kind is, and how its name in Teleport comes about; that of a singleton is in the
/// message's comment.
std::string root_description(const kind& of, const Descriptor& message) {
  auto text = description(message);
  if (!of.singleton.empty()) return text;
  return text +
         " The resource has the same name in Teleport, or another one that the annotation "
         "`resources.teleport.dev/name` gives when this object is created.";
}

json schema(const kind& of, const Descriptor& message) {
  auto spec = spec_schema(message);
  spec["description"] = spec_description(of);
  json properties = beside_spec(message);
  json rules = root_rules(of, properties);
  properties["apiVersion"] = {{"type", "string"},
                              {"description", "API group and version of this object."}};
  properties["kind"] = {{"type", "string"}, {"description", "Kind of this object."}};
  properties["metadata"] = {{"type", "object"}};
  properties["spec"] = std::move(spec);
  properties["status"] = status_schema();
  json root = {{"type", "object"},
               {"description", root_description(of, message)},
               {"properties", std::move(properties)}};
  if (!rules.empty()) root["x-kubernetes-validations"] = std::move(rules);
  return root;
}

json columns(const kind& of) {
  json all = json::array();
  for (const auto& column : of.columns) {
    all.push_back({{"name", column.name}, {"type", column.type}, {"jsonPath", column.json_path}});
  }
  all.push_back({{"name", "Ready"},
                 {"type", "string"},
                 {"description", "Whether Teleport has the resource as it is declared here."},
                 {"jsonPath", R"(.status.conditions[?(@.type=="Ready")].status)"}});
  all.push_back({{"name", "Age"}, {"type", "date"}, {"jsonPath", ".metadata.creationTimestamp"}});
  return all;
}

json versions(const kind& of, const Descriptor& message) {
  json all = json::array();
  for (const auto& version : of.api_versions) {
    all.push_back({{"name", version},
                   {"served", true},
                   {"storage", version == of.api_versions.front()},
                   {"additionalPrinterColumns", columns(of)},
                   {"subresources", {{"status", json::object()}}},
                   {"schema", {{"openAPIV3Schema", schema(of, message)}}}});
  }
  return all;
}

json names(const kind& of) {
  json all = {{"kind", of.cr_kind},
              {"listKind", of.cr_kind + "List"},
              {"plural", of.plural},
              {"singular", of.singular},
              {"categories", {"teleport"}}};
  if (!of.short_names.empty()) all["shortNames"] = of.short_names;
  return all;
}

}  // namespace

json crd(const kind& of, const google::protobuf::DescriptorPool& messages) {
  const auto* message = messages.FindMessageTypeByName(of.message);
  if (message == nullptr) throw std::runtime_error(of.cr_kind + ": no message " + of.message);
  const bool scoped = !beside_spec(*message).empty();
  return {{"apiVersion", "apiextensions.k8s.io/v1"},
          {"kind", "CustomResourceDefinition"},
          {"metadata",
           {{"name", of.plural + "." + group},
            {"annotations", {{"resources.teleport.dev/scoped", scoped ? "true" : "false"}}}}},
          {"spec",
           {{"group", group},
            {"names", names(of)},
            {"scope", "Namespaced"},
            {"versions", versions(of, *message)}}}};
}

std::string file_name(const kind& of) {
  return std::string(group) + "_" + without_prefix(of.plural, "teleport") + ".yaml";
}

}  // namespace crdgen
