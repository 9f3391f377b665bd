#pragma once

/// Readers of texts that stand for something else. Pure functions, any thread; nothing when the
/// text is wrong.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace teleport::codec {

/// Teleport's durations: a signed sequence of numbers with units, `8h`, `1.5h`, `1d12h`; units ns
/// us µs ms s m h, d = 24 h, mo = 30 d, y = 365 d; `0`; `never` is zero
/// (facts/operator-behaviour.md §6.3).
std::optional<std::chrono::nanoseconds> read_duration(std::string_view text);

/// yes yeah y true 1 on / no nope n false 0 off, in any case.
std::optional<bool> read_boolean_word(std::string_view text);

/// The text in quotes for an error, cut when it is long, control characters left out.
std::string in_quotes(std::string_view text);

}  // namespace teleport::codec
