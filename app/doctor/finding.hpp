#pragma once

/// What `teleport-operator doctor` has to say: findings, in sections. Values; made by
/// teleport_side and kubernetes_side, shown by text and json.

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace app::doctor {

enum class verdict {
  ok,
  warning,  ///< works, but somebody should know
  failed,
  skipped,  ///< could not, or need not, be looked at; `seen` says why
};

/// "ok", "warning", "failed", "skipped".
const char* to_string(verdict of);

/// One step that was taken, or could not be.
struct finding {
  std::string id;  ///< "teleport.tcp"; stays the same between versions
  std::string title;
  verdict is = verdict::ok;
  std::string seen;                                            ///< one line, no full stop
  std::vector<std::pair<std::string, std::string>> details{};  ///< by name, in this order
  std::string remedy{};                                        ///< what to do; empty: nothing
  /// Findings of one group follow one another; text shows those that are ok as one line with this
  /// as title. Empty: stands alone.
  std::string group{};
  std::chrono::milliseconds took{0};
};

finding ok(std::string id, std::string title, std::string seen);
finding warning(std::string id, std::string title, std::string seen, std::string remedy);
finding failed(std::string id, std::string title, std::string seen, std::string remedy);
/// `needs` names what has to be well before: "skipped: needs Join".
finding skipped(std::string id, std::string title, const std::string& needs);
/// Nothing to look at, and nothing missing: "not needed: ...".
finding not_needed(std::string id, std::string title, std::string why);

struct section {
  std::string id;     ///< "teleport", "kubernetes"
  std::string title;  ///< "Teleport"
  std::string about;  ///< which one: an address
  std::vector<finding> findings;
};

struct report {
  std::string version;  ///< of this program
  std::vector<section> sections;
};

struct tally {
  int failed = 0;
  int warnings = 0;
};
tally count(const report& all);

/// 0: nothing has failed; 1: something has.
int exit_code(const report& all);

}  // namespace app::doctor
