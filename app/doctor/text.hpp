#pragma once

/// A report for people: a line for each finding, details and remedies indented below it. Pure.

#include <string>

#include "app/doctor/finding.hpp"

namespace app::doctor {

/// UTF-8, ends with a line break. Findings of a group that are well share one line.
std::string as_text(const report& all);

}  // namespace app::doctor
