#pragma once

/// A connection that is kept open as the bot beside the session, which has the operator's own
/// certificate: it hears when a CA changes and says now and then that the bot is there
/// (facts/teleport-connection.md §10.1, §3.8). What breaks is opened again, for as long as this
/// lives. Has a thread of its own; the destructor ends it and waits, a moment.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "teleport/heartbeat.hpp"
#include "teleport/join/certificates.hpp"
#include "teleport/join/doors.hpp"
#include "teleport/proto/events.pb.h"

namespace teleport {

/// Who is on the line, and how to get there again.
struct line_settings {
  join::identity bot;
  join::way by = join::way::direct;
  join::surroundings to;
  std::string client_version;
  std::chrono::seconds call_timeout{15};
  /// The cluster's host CAs as far as we know: others are news.
  std::vector<pki::certificate> known_cas;
  /// Before a stream that has ended is opened again, a quarter more or less; doubled, up to 2
  /// minutes, while it does not get as far as to tell anything. Default 2 s.
  std::chrono::milliseconds first_pause{2000};
};

class bot_line {
 public:
  /// "host, phase update_clients"; runs on the line's thread, must not block.
  using news = std::function<void(const std::string& what)>;

  /// `beats` outlives this, and no other line uses it meanwhile.
  bot_line(std::unique_ptr<net::channel> channel, line_settings with, heartbeats& beats,
           news moved);
  ~bot_line();
  bot_line(const bot_line&) = delete;
  bot_line& operator=(const bot_line&) = delete;

 private:
  class event_stream;

  void run();
  bool listen();
  void take(const proto::Event& event);
  void compare_cas();
  void pause(unsigned failures);
  net::limits within(std::chrono::milliseconds most);

  const line_settings with_;
  std::vector<std::string> known_keys_;  ///< of with_.known_cas, or what was seen since
  heartbeats& beats_;
  const news moved_;
  std::unique_ptr<net::channel> channel_;
  net::stop_switch stop_;
  std::thread thread_;
};

}  // namespace teleport
