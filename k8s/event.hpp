#pragma once

/// Bodies of core/v1 Events. Pure.

#include <string>

#include "k8s/object.hpp"

namespace k8s {

/// An Event about one object. Times are RFC 3339; `note` at most 1 kB (the API server's limit).
struct event {
  std::string name;
  std::string about_api_version;
  std::string about_kind;
  object_key about;
  std::string about_uid;
  std::string type;  ///< "Normal" or "Warning"
  std::string reason;
  std::string note;
  int count = 1;
  std::string first_time;
  std::string last_time;
  std::string component;  ///< who reports: "teleport-operator"
  std::string instance;   ///< its host
};

/// The whole Event as JSON, to be created in the object's namespace.
std::string event_body(const event& what);

/// Merge patch that counts a stored Event up.
std::string event_repeat_patch(int count, const std::string& last_time);

}  // namespace k8s
