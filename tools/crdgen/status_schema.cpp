/// The status of every kind: standard conditions (facts/operator-behaviour.md §5.2) and what the
/// operator needs to know that a resource is in sync.

#include "tools/crdgen/schema.hpp"

namespace crdgen {
namespace {

using nlohmann::json;

json text(const char* description) {
  return {{"type", "string"}, {"description", description}};
}

json whole_number(const char* description) {
  return {{"type", "integer"}, {"format", "int64"}, {"description", description}};
}

/// Limits and patterns are those of Kubernetes' metav1.Condition.
json condition() {
  auto type = text("What the condition is about, for example `Ready`.");
  type["maxLength"] = 316;
  type["pattern"] =
      "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
      "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$";
  auto status = text("Whether the condition holds.");
  status["enum"] = {"True", "False", "Unknown"};
  auto reason = text("Why, as one word for programs.");
  reason["minLength"] = 1;
  reason["maxLength"] = 1024;
  reason["pattern"] = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$";
  auto message = text("Why, for people.");
  message["maxLength"] = 32768;
  auto since = text("When `status` changed last.");
  since["format"] = "date-time";
  auto generation = whole_number("The `metadata.generation` that the condition was found for.");
  generation["minimum"] = 0;
  return {{"type", "object"},
          {"required", {"lastTransitionTime", "message", "reason", "status", "type"}},
          {"properties",
           {{"type", type},
            {"status", status},
            {"reason", reason},
            {"message", message},
            {"lastTransitionTime", since},
            {"observedGeneration", generation}}}};
}

}  // namespace

json status_schema() {
  const json conditions = {{"type", "array"},
                           {"description", "How far the operator has come with this resource."},
                           {"items", condition()},
                           {"x-kubernetes-list-type", "map"},
                           {"x-kubernetes-list-map-keys", {"type"}}};
  return {
      {"type", "object"},
      {"description", "What the operator has found and done. Written by the operator only."},
      {"properties",
       {{"conditions", conditions},
        {"observedGeneration", whole_number("The `metadata.generation` that was reconciled last.")},
        {"teleportResourceID", whole_number("Not used. Kept for compatibility.")},
        {"teleportRevision",
         text("Revision of the Teleport resource that was last found to be as wanted.")},
        {"appliedHash", text("Fingerprint of what was last sent to Teleport.")},
        {"storedHash",
         text(
             "Fingerprint of what Teleport had stored when it was last found to be as wanted.")}}}};
}

}  // namespace crdgen
