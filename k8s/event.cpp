#include "k8s/event.hpp"

#include "k8s/json.hpp"

namespace k8s {

namespace {

/// Texts come from servers too: what is not UTF-8 is replaced, not thrown at.
std::string to_text(const json& body) {
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string event_body(const event& what) {
  return to_text({
      {"apiVersion", "v1"},
      {"kind", "Event"},
      {"metadata", {{"name", what.name}, {"namespace", what.about.ns}}},
      {"involvedObject",
       {{"apiVersion", what.about_api_version},
        {"kind", what.about_kind},
        {"namespace", what.about.ns},
        {"name", what.about.name},
        {"uid", what.about_uid}}},
      {"type", what.type},
      {"reason", what.reason},
      {"message", what.note},
      {"count", what.count},
      {"firstTimestamp", what.first_time},
      {"lastTimestamp", what.last_time},
      {"source", {{"component", what.component}, {"host", what.instance}}},
      {"reportingComponent", what.component},
      {"reportingInstance", what.instance},
  });
}

std::string event_repeat_patch(int count, const std::string& last_time) {
  return to_text({{"count", count}, {"lastTimestamp", last_time}});
}

}  // namespace k8s
