#pragma once

/// Keeps secret values out of texts of other programs. Pure, any thread.

#include <string>
#include <vector>

namespace teleport::codec {

/// `text` with "[secret]" for each of `values`: as it is, without blanks around it, quoted as JSON
/// and Go do, as part of a URL, or one line of it. Where a value is so short that its place would
/// give it away, the whole text is left out.
std::string redacted(std::string text, const std::vector<std::string>& values);

}  // namespace teleport::codec
