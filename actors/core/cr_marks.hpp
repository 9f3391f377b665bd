#pragma once

/// What a CR says beside its spec: our finalizer, the deletion mark, and the flag annotations.
/// Pure.

#include <cstdint>
#include <string>
#include <vector>

#include "k8s/object.hpp"

namespace actors::core {

/// What to do when Teleport was changed behind our back.
enum class drift_wish {
  heal,    ///< put it back; also without the annotation
  report,  ///< say so, and leave it
  unclear  ///< the annotation says neither
};

struct cr_marks {
  bool has_finalizer = false;
  bool deleting = false;
  bool ignore = false;                  ///< teleport.dev/ignore
  bool keep = false;                    ///< teleport.dev/keep
  bool adopt = false;                   ///< teleport.dev/adopt
  drift_wish drift = drift_wish::heal;  ///< teleport.dev/drift
};

cr_marks marks_of(const k8s::object& cr);

/// Go's strconv.ParseBool; anything else is false (facts/operator-behaviour.md §2.1).
bool parse_flag(const std::string& text);

/// The finalizer list with ours added at the end, or without ours; other people's stay in place.
std::vector<std::string> with_finalizer(const k8s::object& cr);
std::vector<std::string> without_finalizer(const k8s::object& cr);

/// Equal for two states of a CR between which nothing changed that a reconcile looks at:
/// generation, labels, annotations, finalizers, deletion mark (facts/operator-behaviour.md §2.2).
/// Status does not count.
std::uint64_t fingerprint(const k8s::object& cr);

/// Is resourceVersion `a` older than `b`? Only where both are decimal numbers; else false.
bool older(const std::string& a, const std::string& b);

}  // namespace actors::core
