#pragma once

/// From the outcome of a pass to the CR's status. Pure.

#include <chrono>
#include <cstdint>
#include <string>

#include "actors/core/plan.hpp"
#include "k8s/object.hpp"

namespace actors::core {

/// The status that the CR should have. Conditions of others and other fields are kept; the order of
/// conditions is that of their first appearance; lastTransitionTime moves only when `status` of the
/// condition changes. Equal to what is stored: nothing to write.
k8s::object_status status_after(const k8s::object& cr, const outcome& result,
                                std::chrono::system_clock::time_point now);

/// Equal for two states of a CR whose conditions of this operator's types say the same; conditions
/// of others, fields and times do not count.
std::uint64_t conditions_hash(const k8s::object& cr);

/// The status of a CR whose actor keeps dying: Ready is False until a pass ends.
k8s::object_status status_of_failed_actor(const k8s::object& cr,
                                          std::chrono::system_clock::time_point now);

/// "2026-01-02T03:04:05Z"
std::string rfc3339(std::chrono::system_clock::time_point time);

}  // namespace actors::core
