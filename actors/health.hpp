#pragma once

/// What /readyz tells: a small board that the root writes and the HTTP thread reads. Thread-safe.

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace actors {

struct readiness {
  bool ready = false;
  /// One line a check, for people: "teleport: not joined: token expired or not found".
  std::vector<std::string> lines;
};

class health_board {
 public:
  /// Teleport is reachable with our identity, or why not.
  void set_teleport(bool joined, std::string detail);
  /// The kind's CRs are listed and watched, or why not. A kind whose CRD is missing counts as
  /// ready.
  void set_kind(const std::string& cr_kind, bool synced, std::string detail);
  void set_kinds_expected(std::size_t count);
  /// This process leads or stands by, or why it can do neither. Not asked for before the first
  /// word.
  void set_leadership(bool ok, std::string detail);
  /// From now on not ready, for good: the process is ending.
  void set_stopping();

  readiness report() const;

 private:
  struct entry {
    bool ok = false;
    std::string detail;
  };
  mutable std::mutex mutex_;
  entry teleport_{false, "not joined yet"};
  std::optional<entry> leadership_;
  std::map<std::string, entry> kinds_;
  std::size_t kinds_expected_ = 0;
  bool stopping_ = false;
};

}  // namespace actors
