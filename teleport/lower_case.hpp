#pragma once

/// Texts that are compared without regard to case. Pure, any thread.

#include <algorithm>
#include <string>

namespace teleport {

/// ASCII letters in lower case, whatever the locale; all else as it is.
inline std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace teleport
