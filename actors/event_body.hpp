#pragma once

/// What a core/v1 Event looks like on its way to the API server. Pure.

#include <chrono>
#include <cstdint>
#include <string>

#include "actors/event_backlog.hpp"
#include "k8s/object.hpp"

namespace actors {

/// Where Events live in the API.
const k8s::resource_type& event_resource();

/// "Normal" or "Warning".
const char* to_string(messages::event_type type);

/// At most 1 kB, cut between two characters.
std::string cut_note(std::string note);

/// Equal for Events that are repeats of each other: same object, type, reason and note.
std::string series_of(const messages::record_event& event);

/// `<cr>.<hex>`; a long CR name is cut so that the whole is a valid object name.
std::string event_name(const std::string& cr_name, std::uint64_t stamp);

/// Who reports.
struct event_source {
  std::string component;  ///< "teleport-operator"
  std::string instance;   ///< host name
};

/// The whole Event as JSON. `event.name` must be set.
std::string event_body(const waiting_event& event, const event_source& from);

/// Merge patch that counts an Event up.
std::string repeat_body(int count, std::chrono::system_clock::time_point last);

}  // namespace actors
