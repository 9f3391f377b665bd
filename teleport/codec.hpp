#pragma once

/// From a CR to a Teleport resource, and the comparisons between two Teleport resources.
/// Pure functions, any thread. Everything is derived from descriptors (facts/operator-behaviour.md
/// §6).

#include <map>
#include <string>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/resource.hpp"

namespace teleport {

inline constexpr const char* origin_label = "teleport.dev/origin";
inline constexpr const char* origin_kubernetes = "kubernetes";

/// The parts of a CR that reach Teleport.
struct cr_content {
  std::string name;
  std::map<std::string, std::string> labels;  ///< of the CR
  std::string description;                    ///< annotation `description`
  std::string spec;                           ///< JSON text; empty: no spec
  std::map<std::string, std::string>
      other_fields;  ///< unknown top-level fields, refused unless the kind has them
};

/// Decodes strictly: an unknown field, a wrong type, an unknown enum word is errc::decode with the
/// exact path, several joined: `strict decoding error: unknown field "spec.allow.x"`. The result
/// has kind, subkind, version, metadata (name, description, CR labels + origin label) and spec, as
/// the official operator sends them.
result<resource> decode(const kind& of, const cr_content& cr);

/// Hex SHA-256 over kind and deterministic wire bytes of the message without its revision: equal
/// for equal content.
std::string content_hash(const resource& desired);

/// Hex SHA-256 of what the server stored, without revision, without fields that are the server's or
/// that it never gives back, and without unknown fields. Equal for two reads between which nobody
/// changed the resource, also where the server filled in defaults.
std::string stored_hash(const resource& existing);

/// Field paths in which `existing` does not have what `desired` sets ("spec.allow.logins"), sorted.
/// Fields that `desired` leaves at their default are not compared (the server fills defaults);
/// labels are compared as a whole; fields that an update keeps, and what is write-only, are left
/// out. Empty: in sync by meaning. Values never appear.
std::vector<std::string> differences(const resource& desired, const resource& existing);

/// Does it set a field that the server never gives back, or gives back as another text? Whether it
/// is as desired, `differences` can't see; only the content hash of the last write tells.
bool has_write_only(const resource& desired);

/// Empty when the resource carries our origin label; else why not, in the official words
/// (facts/operator-behaviour.md §2.6).
std::string unowned_reason(const resource& existing);

/// The kind's own rule: carries over from `existing` what a CR can't say (`created_by` of users).
void carry_over(resource& desired, const resource& existing);

}  // namespace teleport
