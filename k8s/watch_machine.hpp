#pragma once

/// List-then-watch as a pure step function: state and input give the next state and what to do now.
/// No I/O, no clock, no random source of its own (`dice` is passed in), so every decision is a
/// table row in a test. k8s/watcher carries the steps out. The model is kube-rs' `watcher`.
///
/// Guarantees:
/// - a stream that breaks is resumed at the last version seen, without a list;
/// - a version that the server no longer knows (410, as HTTP status or in the stream, `Expired` or
///   `Gone`) costs one list, at once; if the next attempt ends the same way, lists back off;
/// - a continue token that expired costs one list anew, then without pages, so it can't expire
/// again;
/// - correctness never depends on bookmarks;
/// - a server whose history is behind what was seen (its store was restored from a backup) is
///   found out: it would never say a word on a watch from what is its future. So a position is
///   compared with the server's own before it is used again after a lost connection or a silent
///   stream.

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "k8s/error.hpp"

namespace k8s {

/// How long to wait for what.
struct watch_policy {
  /// First wait after a failure; doubles with each further one. Default 800 ms.
  std::chrono::milliseconds backoff_min{800};
  std::chrono::milliseconds backoff_max{30'000};  ///< Default 30 s
  /// First wait after 401 and 403: a person has to act, so there is no hurry. Default 5 s.
  std::chrono::milliseconds refused_min{5'000};
  std::chrono::milliseconds missing_type_poll{5'000};  ///< Default 5 s
  /// The server is asked to end a watch after a random time in this range. Default 5 to 10 min.
  std::chrono::seconds lifetime_min{300};
  std::chrono::seconds lifetime_max{600};
  /// A stream that lived this long was a good one: its end counts as no failure. Default 1 s.
  std::chrono::milliseconds lasting{1'000};
  /// Failures in a row, none of them a lost connection, after which the position itself is
  /// suspected and dropped. Default 5.
  int failures_until_relist = 5;
};

enum class watch_phase {
  idle,       ///< not begun
  listing,    ///< a list request is out; left by page_arrived or watch_failed
  probing,    ///< asks for the server's version; left by version_told or watch_failed
  opening,    ///< a watch request is out; left by watch_opened or watch_failed
  streaming,  ///< events flow; left by watch_ended or watch_failed
  waiting,    ///< nothing is out; left by timer_fired
};

struct watch_state {
  watch_phase phase = watch_phase::idle;
  std::string version;         ///< where to (re)open the stream; empty: a list is needed
  std::string known;           ///< the newest version ever seen; outlives `version`
  bool doubt = false;          ///< `version` may be none of the server's
  bool rewound = false;        ///< the list under way is older than `known`
  std::string continue_token;  ///< next page of the list under way
  bool list_begun = false;     ///< a page of the list under way was delivered
  bool whole_list = false;     ///< list without pages
  bool was_open = false;       ///< a stream was open at least once
  int failures = 0;            ///< in a row
  std::optional<errc> told;    ///< the trouble that the listener knows about
};

// -- inputs ------------------------------------------------------------------------------------

struct watch_begins {
  std::string resume_from;  ///< may be empty
};
struct timer_fired {};
struct page_arrived {
  std::string continue_token;
  std::string version;
};
/// The answer to ask_version.
struct version_told {
  std::string version;
};
struct watch_opened {};
/// An object changed, or a bookmark came.
struct version_advanced {
  std::string version;
};
/// The stream ended or broke without a word from the server. `lasted`: since watch_opened.
struct watch_ended {
  std::chrono::milliseconds lasted{0};
  bool silent = false;  ///< it was ended by us, since nothing came for too long
};
/// A list or the opening of a watch failed, or the stream carried an ERROR event.
struct watch_failed {
  error why;
  std::chrono::milliseconds lasted{0};  ///< of the stream, 0 if there was none
};
using watch_input = std::variant<watch_begins, timer_fired, page_arrived, version_told,
                                 watch_opened, version_advanced, watch_ended, watch_failed>;

// -- what to do --------------------------------------------------------------------------------

struct go_on {};
struct fetch_page {
  std::string continue_token;
  bool whole_list = false;
};
/// What is the version of the server's newest state?
struct ask_version {};
struct open_stream {
  std::string version;
  std::chrono::seconds lifetime{0};
};
struct wait_for {
  std::chrono::milliseconds time{0};
};

struct watch_step {
  std::variant<go_on, fetch_page, ask_version, open_stream, wait_for> action{};
  std::optional<error> trouble{};  ///< tell the listener
  bool recovered = false;          ///< tell the listener
  bool first_page = false;         ///< after page_arrived: where the page stands in its list
  bool last_page = false;
  bool rewound = false;  ///< after page_arrived: the list is older than what was seen before
};

/// `dice` in [0, 1) makes waits and lifetimes differ between watches.
watch_step advance(watch_state& state, watch_input input, const watch_policy& policy, double dice);

}  // namespace k8s
