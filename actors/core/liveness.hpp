#pragma once

/// Does the connection still live? Says when to ask (a ping), and when silence means that it is
/// dead: under traffic after 8 s, without after 14 s. Pure; time is an argument.

#include <algorithm>
#include <chrono>
#include <optional>

namespace actors::core {

class liveness {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// While calls are open: silence that is worth a question.
  static constexpr std::chrono::seconds quiet{4};
  /// For the answer to that question. Any other answer does as well.
  static constexpr std::chrono::seconds patience{4};
  /// Questions come at least this often: their answers also tell what the cluster is.
  static constexpr std::chrono::seconds interval{10};

  explicit liveness(time_point now) : heard_(now), busy_since_(now), asked_last_(now) {}

  /// The other side has answered, be it to a call or to the question.
  void heard(time_point now) { heard_ = now; }
  /// The first call is open, after a time without.
  void got_busy(time_point now) { busy_since_ = now; }
  void asked(time_point now) {
    asked_last_ = now;
    open_ = true;
  }
  void answered() { open_ = false; }
  bool asking() const { return open_; }

  enum class verdict { fine, ask, dead };
  struct look {
    verdict what;
    time_point again;  ///< look again then, at the latest
  };

  /// `busy`: calls are open.
  look at(time_point now, bool busy) const {
    if (open_) {
      const auto limit = std::max(asked_last_, heard_) + patience;
      return {now >= limit ? verdict::dead : verdict::fine, limit};
    }
    auto due = asked_last_ + interval;
    if (busy) due = std::min(due, std::max(heard_, busy_since_) + quiet);
    return now >= due ? look{verdict::ask, now + patience} : look{verdict::fine, due};
  }

 private:
  time_point heard_;
  time_point busy_since_;
  time_point asked_last_;
  bool open_ = false;
};

}  // namespace actors::core
