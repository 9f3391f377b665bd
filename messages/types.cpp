#include "messages/types.hpp"

#include "messages/events.hpp"

namespace messages {

std::string to_string(const cr_id& id) {
  return (id.kind != nullptr ? id.kind->cr_kind : std::string{"?"}) + ' ' + k8s::to_string(id.key);
}

std::string to_string(const event_subject& about) {
  return about.kind + ' ' + k8s::to_string(about.key);
}

}  // namespace messages
