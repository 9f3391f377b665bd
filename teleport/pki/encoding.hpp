#pragma once

/// Base64 and hexadecimal text.

#include <optional>
#include <string>
#include <string_view>

namespace teleport::pki {

std::string base64(std::string_view bytes);
/// White space is skipped. Nothing when the text is not base64.
std::optional<std::string> from_base64(std::string_view text);
/// Lower case.
std::string hex(std::string_view bytes);

}  // namespace teleport::pki
