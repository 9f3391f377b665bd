#pragma once

/// Lists for people: "a, b".

#include <string>
#include <vector>

namespace app::doctor {

inline std::string listed(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

}  // namespace app::doctor
