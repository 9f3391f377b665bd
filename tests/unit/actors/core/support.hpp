#pragma once

/// What the decision core's tests share: one CR, what Teleport holds for it, and steps as text.

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "actors/core/plan.hpp"
#include "actors/core/words.hpp"
#include "teleport/codec/layout.hpp"

namespace actors::core::testing {

inline constexpr const char* root_spec = R"({"allow":{"logins":["root"]}})";
inline constexpr const char* other_spec = R"({"allow":{"logins":["guest"]}})";

inline const teleport::kind& role_kind() {
  static const auto* kind = teleport::find_kind("TeleportRoleV7");
  return *kind;
}

/// A CR that carries our finalizer and was never written to Teleport.
inline k8s::object make_cr(std::string spec = root_spec) {
  k8s::object cr;
  cr.api_version = "resources.teleport.dev/v1";
  cr.kind = "TeleportRoleV7";
  cr.key = {"default", "admin"};
  cr.uid = "uid-1";
  cr.resource_version = "10";
  cr.generation = 3;
  cr.creation_timestamp = "2026-01-02T03:04:05Z";
  cr.finalizers = {words::finalizer};
  cr.spec = std::move(spec);
  return cr;
}

inline observed see(k8s::object cr) {
  observed seen;
  seen.kind = &role_kind();
  seen.cr = std::make_shared<const k8s::object>(std::move(cr));
  decode_into(seen);
  seen.claimed = seen.target.key;
  return seen;
}

/// What Teleport holds after a write of this spec.
inline teleport::resource stored(const std::string& spec, const std::string& revision) {
  auto desired = teleport::decode(role_kind(), {"admin", {}, {}, spec, {}});
  EXPECT_TRUE(desired.ok());
  auto resource = std::move(desired.value());
  resource.set_revision(revision);
  return resource;
}

/// The same without our origin label.
inline teleport::resource foreign(const std::string& spec, const std::string& revision) {
  auto resource = stored(spec, revision);
  teleport::codec::set_labels(resource.mutable_message(), {});
  return resource;
}

/// A line of a list about this role.
inline teleport::resource_head head_of(std::string version, std::string revision) {
  teleport::resource_head head;
  head.name = "admin";
  head.version = std::move(version);
  head.revision = std::move(revision);
  return head;
}

/// Fills in what a successful write of `written` left in the status: in sync, Ready.
inline void remember(k8s::object& cr, const teleport::resource& written) {
  cr.status.fields = {{words::observed_generation, std::to_string(cr.generation)},
                      {words::teleport_revision, written.revision()},
                      {words::applied_hash, teleport::content_hash(written)},
                      {words::stored_hash, teleport::stored_hash(written)}};
  k8s::condition ready;
  ready.type = words::ready;
  ready.status = "True";
  ready.observed_generation = cr.generation;
  cr.status.conditions = {ready};
}

std::string to_text(verdict what);
std::string to_text(release_reason why);
/// "update healed spec.allow.logins", "finish conflict", "look_up".
std::string to_text(const step& next);

}  // namespace actors::core::testing
