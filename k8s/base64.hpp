#pragma once

/// Standard base64 (RFC 4648 §4), as Kubernetes writes bytes in JSON and YAML. Pure, any thread.

#include <optional>
#include <string>
#include <string_view>

namespace k8s {

/// The bytes; line breaks are skipped, padding may be missing, anything else that is no letter of
/// base64 is refused. (yaml-cpp 0.7 has a reader too, which reads outside its table for bytes above
/// 127.)
std::optional<std::string> from_base64(std::string_view text);

}  // namespace k8s
