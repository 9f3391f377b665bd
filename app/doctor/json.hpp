#pragma once

/// A report for programs. Pure.

#include <string>

#include "app/doctor/finding.hpp"

namespace app::doctor {

/// One JSON object, indented, with a line break at its end: `version`, `ok`, `failed`, `warnings`
/// (numbers), and `sections`, each with `id`, `about` and `findings`; of a finding `id`, `title`,
/// `verdict`, `seen`, `details` (an object), `remedy`, `milliseconds`. Nothing is left out when it
/// is empty.
std::string as_json(const report& all);

}  // namespace app::doctor
