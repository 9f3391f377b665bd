#pragma once

/// The event stream of Teleport, for any kinds: what to ask it for, and what its events say.
/// Which field of an event holds a kind's resource is in the kind's registry row. Pure, any thread.

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/resource.hpp"

namespace teleport {

/// Somebody has written or deleted a resource.
struct resource_change {
  std::string teleport_kind;
  resource_key key;
  std::string revision;  ///< of what was written; empty where the server keeps none
  bool deleted = false;
  bool any_scope = false;  ///< the scope is not told: deletions say the name alone
};

/// Takes what a watch tells. The functions run on gRPC's thread, one at a time; must not block.
struct watch_listener {
  /// What happens from here on is told. `left_out`: Teleport kinds that the server does not tell
  /// of, since it doesn't know them or we may not read them.
  std::function<void(std::vector<std::string> left_out)> opened;
  std::function<void(resource_change)> moved;
  /// Comes exactly once, and last.
  std::function<void(error)> ended;
};

/// Ends the watch when dropped; never blocks. `watch_listener::ended` still comes.
class watch_handle {
 public:
  virtual ~watch_handle() = default;
};

/// Reads the events of one watch.
class event_reader {
 public:
  /// Of the kinds that events can bring (`kind::event_field`).
  explicit event_reader(const std::vector<const kind*>& kinds);

  /// The request, a `proto.Watch`.
  std::unique_ptr<google::protobuf::Message> request() const;

  struct opened {
    std::vector<std::string> left_out;
  };
  /// Nothing: an event that is of no concern to us.
  using news = std::variant<std::monostate, opened, resource_change>;
  /// `event` is a `proto.Event`.
  news read(const google::protobuf::Message& event) const;

 private:
  const kind* kind_named(const std::string& teleport_kind) const;
  std::vector<std::string> names() const;
  news read_opened(const google::protobuf::Message& event) const;
  news read_written(const google::protobuf::Message& event) const;
  news read_deleted(const google::protobuf::Message& event) const;

  std::vector<const kind*> kinds_;
};

}  // namespace teleport
