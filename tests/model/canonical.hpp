#pragma once

/// When two states of the model are the same: versions, revisions and UIDs count only by what they
/// are equal to, and which is newer.

#include <array>
#include <cstdint>

#include "tests/model/world.hpp"

namespace model {

/// 128 bits of hash over the canonical text of a state.
using fingerprint = std::array<std::uint64_t, 2>;

/// Equal for states from which the same can follow. Different states have the same one with a
/// probability of 2^-128 for each pair.
fingerprint fingerprint_of(const world& in);

}  // namespace model
