#include "app/doctor/finding.hpp"

namespace app::doctor {

const char* to_string(verdict of) {
  switch (of) {
    case verdict::ok:
      return "ok";
    case verdict::warning:
      return "warning";
    case verdict::failed:
      return "failed";
    case verdict::skipped:
      return "skipped";
  }
  return "unknown";
}

finding ok(std::string id, std::string title, std::string seen) {
  return {std::move(id), std::move(title), verdict::ok, std::move(seen)};
}

finding warning(std::string id, std::string title, std::string seen, std::string remedy) {
  auto made = ok(std::move(id), std::move(title), std::move(seen));
  made.is = verdict::warning;
  made.remedy = std::move(remedy);
  return made;
}

finding failed(std::string id, std::string title, std::string seen, std::string remedy) {
  auto made = warning(std::move(id), std::move(title), std::move(seen), std::move(remedy));
  made.is = verdict::failed;
  return made;
}

finding skipped(std::string id, std::string title, const std::string& needs) {
  return not_needed(std::move(id), std::move(title), "skipped: needs " + needs);
}

finding not_needed(std::string id, std::string title, std::string why) {
  auto made = ok(std::move(id), std::move(title), std::move(why));
  made.is = verdict::skipped;
  return made;
}

tally count(const report& all) {
  tally sum;
  for (const auto& part : all.sections) {
    for (const auto& one : part.findings) {
      if (one.is == verdict::failed) ++sum.failed;
      if (one.is == verdict::warning) ++sum.warnings;
    }
  }
  return sum;
}

int exit_code(const report& all) {
  return count(all).failed == 0 ? 0 : 1;
}

}  // namespace app::doctor
