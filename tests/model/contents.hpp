#pragma once

/// What CRs and Teleport resources of the model are made of: real CRs and real resources of one
/// kind (TeleportRoleV7), decoded by the operator's own code, each made once and kept, so that a
/// state of the model holds pointers and small numbers.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/core/plan.hpp"
#include "k8s/object.hpp"
#include "teleport/resource.hpp"

namespace model {

/// What a CR can say.
enum class wish : std::uint8_t { root, guest, broken };

/// What a resource in Teleport can hold: one of the specs that can be decoded, or what somebody
/// wrote who is not the operator.
enum class content : std::uint8_t { root, guest, strange };

/// A resource in Teleport. Revision 0: none is told.
struct thing {
  content what = content::root;
  bool ours = true;  ///< carries the operator's origin label
  int revision = 0;
  bool operator==(const thing&) const = default;
};

/// "r7"; empty for 0.
std::string revision_text(int revision);
/// The number in "r7"; 0 for an empty text.
int revision_number(const std::string& text);

/// The same object for equal things, for as long as the program runs.
const teleport::resource& resource_of(const thing& one);
/// What a resource made by `resource_of` is.
thing thing_of(const teleport::resource& one);
/// Which content has this hash (teleport::content_hash).
content content_of(const std::string& desired_hash);
content wanted_by(wish says);

const teleport::kind& role();

/// A CR with what the model asks of it often. Every k8s::object_ptr of the model points to one.
struct noted final : k8s::object {
  wish says = wish::root;
  int uid_number = 0;
  int version = 0;
  bool finalizer = false;
  bool deleting = false;
  int recorded_revision = 0;
  std::string annotated;               ///< all annotations
  std::uint64_t said = 0;              ///< hash of the status without revision and generations
  std::vector<std::int64_t> observed;  ///< generations in the status
};

/// A CR as somebody creates it, without finalizer.
k8s::object new_cr(wish says, int uid, int version);
const char* spec_text(wish says);
k8s::object_ptr note(k8s::object cr);
const noted& notes(const k8s::object_ptr& cr);

/// core::decode_into, which is called once for each sort of CR.
void decode(actors::core::observed& seen);

}  // namespace model
