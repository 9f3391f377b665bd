#pragma once

/// One Teleport resource of any kind: a protobuf message with its registry row.
/// Cheap to move, shared when copied; immutable except through the setters, which copy on write.

#include <compare>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "teleport/kind.hpp"

namespace google::protobuf {
class Message;
}

namespace teleport {

/// What tells resources of one kind apart.
struct resource_key {
  std::string name;
  std::string scope = {};  ///< of kinds that can have one; empty: outside of any scope
  auto operator<=>(const resource_key&) const = default;
};

/// `<scope>::<name>`, or the name alone (facts/operator-behaviour.md §2.7).
std::string to_string(const resource_key& key);

class resource {
 public:
  resource() = default;
  resource(const kind& of, std::shared_ptr<google::protobuf::Message> message);

  bool valid() const noexcept { return message_ != nullptr; }
  const kind& of_kind() const { return *kind_; }
  const google::protobuf::Message& message() const { return *message_; }

  // -- metadata; empty when the message has none --
  std::string name() const;
  std::string scope() const;
  resource_key key() const { return {name(), scope()}; }
  std::string revision() const;
  std::string description() const;
  std::string version() const;  ///< "v7"
  std::string subkind() const;
  std::map<std::string, std::string> labels() const;

  void set_revision(const std::string& revision);
  /// The message for changing it; copies it first when it is shared.
  google::protobuf::Message& mutable_message();

 private:
  const kind* kind_ = nullptr;
  std::shared_ptr<google::protobuf::Message> message_;
};

/// A line of a list: enough to say that a resource is what we wrote last.
struct resource_head {
  std::string name;
  std::string version;
  std::string revision;
  std::vector<std::string> refers_to;  ///< what the kind's reference field names
  std::string scope = {};

  resource_key key() const { return {name, scope}; }
};

}  // namespace teleport
