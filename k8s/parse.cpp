#include "k8s/parse.hpp"

#include "k8s/json.hpp"

namespace k8s {

namespace {

error bad_answer(const std::string& subject, const std::string& what) {
  return {.code = errc::bad_answer, .message = subject + ": " + what};
}

condition take_condition(json& from) {
  return {.type = take_string(from, "type"),
          .status = take_string(from, "status"),
          .reason = take_string(from, "reason"),
          .message = take_string(from, "message"),
          .last_transition_time = take_string(from, "lastTransitionTime"),
          .observed_generation = take_integer(from, "observedGeneration")};
}

object_status take_status(json& from) {
  object_status status;
  if (!from.is_object()) {
    return status;
  }
  for (auto& [name, value] : from.get_ref<json::object_t&>()) {
    if (name == "conditions" && value.is_array()) {
      for (auto& item : value) {
        status.conditions.push_back(take_condition(item));
      }
    } else if (value.is_string()) {
      status.fields.emplace(name, std::move(value.get_ref<std::string&>()));
    } else if (value.is_number_integer()) {
      status.fields.emplace(name, value.dump());
    }
  }
  return status;
}

void take_metadata(json& from, object& to) {
  to.key.ns = take_string(from, "namespace");
  to.key.name = take_string(from, "name");
  to.uid = take_string(from, "uid");
  to.resource_version = take_string(from, "resourceVersion");
  to.generation = take_integer(from, "generation");
  to.creation_timestamp = take_string(from, "creationTimestamp");
  if (auto deleted = take_string(from, "deletionTimestamp"); !deleted.empty()) {
    to.deletion_timestamp = std::move(deleted);
  }
  to.labels = take_string_map(from, "labels");
  to.annotations = take_string_map(from, "annotations");
  if (auto* list = member(from, "finalizers"); list != nullptr && list->is_array()) {
    for (auto& item : *list) {
      if (item.is_string()) {
        to.finalizers.push_back(std::move(item.get_ref<std::string&>()));
      }
    }
  }
}

/// nullptr when `from` is no object with metadata.
std::shared_ptr<object> take_object(json& from) {
  auto* metadata = member(from, "metadata");
  if (metadata == nullptr || !metadata->is_object()) {
    return nullptr;
  }
  auto out = std::make_shared<object>();
  for (auto& [name, value] : from.get_ref<json::object_t&>()) {
    if (name == "apiVersion" && value.is_string()) {
      out->api_version = std::move(value.get_ref<std::string&>());
    } else if (name == "kind" && value.is_string()) {
      out->kind = std::move(value.get_ref<std::string&>());
    } else if (name == "metadata") {
      take_metadata(value, *out);
    } else if (name == "spec") {
      out->spec = value.dump();
    } else if (name == "status") {
      out->status = take_status(value);
    } else {
      out->other_fields.emplace(name, value.dump());
    }
  }
  return out;
}

std::optional<watch_event::kind> to_event_kind(const std::string& word) {
  if (word == "ADDED") {
    return watch_event::kind::added;
  }
  if (word == "MODIFIED") {
    return watch_event::kind::modified;
  }
  if (word == "DELETED") {
    return watch_event::kind::deleted;
  }
  if (word == "BOOKMARK") {
    return watch_event::kind::bookmark;
  }
  return std::nullopt;
}

/// What of a Status object decides the error code.
struct status_facts {
  bool is_status = false;
  std::string message;
  std::string reason;
  bool names_object = false;
  bool version_too_large = false;
  bool uid_refused = false;
  std::int64_t retry_after_seconds = 0;
};

status_facts take_status_facts(json& from) {
  status_facts facts;
  facts.is_status = take_string(from, "kind") == "Status";
  facts.message = take_string(from, "message");
  facts.reason = take_string(from, "reason");
  auto* details = member(from, "details");
  if (details == nullptr) {
    return facts;
  }
  facts.names_object = !take_string(*details, "name").empty();
  facts.retry_after_seconds = take_integer(*details, "retryAfterSeconds");
  if (auto* causes = member(*details, "causes"); causes != nullptr && causes->is_array()) {
    for (auto& cause : *causes) {
      facts.version_too_large |= take_string(cause, "reason") == "ResourceVersionTooLarge";
      facts.uid_refused |= take_string(cause, "field") == "metadata.uid";
    }
  }
  return facts;
}

errc code_of(int status, const status_facts& facts, bool about_object) {
  if (facts.version_too_large) {
    return errc::gone;
  }
  switch (status) {
    case 400:
      return errc::invalid;
    case 422:
      // The UID in a patch is our precondition; the server calls another UID an invalid change.
      return facts.uid_refused ? errc::conflict : errc::invalid;
    case 401:
      return errc::unauthorized;
    case 403:
      return errc::forbidden;
    case 404:
      return about_object && facts.is_status && facts.names_object ? errc::not_found
                                                                   : errc::not_served;
    case 409:
      return facts.reason == "AlreadyExists" ? errc::already_exists : errc::conflict;
    case 410:
      return errc::gone;
    case 429:
      return errc::throttled;
    default:
      if (status >= 500) {
        return errc::server_error;
      }
      // Anything else in the 4xx range is the request's own fault (405, 413, 415 …).
      return status >= 400 ? errc::invalid : errc::bad_answer;
  }
}

/// Plain text of a proxy or of the server's own mux: its first line, capped.
std::string first_line(std::string_view text) {
  constexpr std::size_t longest = 200;
  return std::string(text.substr(0, std::min(longest, text.find_first_of("\r\n"))));
}

error failure_of(int status, status_facts facts, const std::string& subject, bool about_object) {
  error out;
  out.code = code_of(status, facts, about_object);
  out.http_status = status;
  out.message = subject + ": " + std::to_string(status);
  if (!facts.reason.empty()) {
    out.message += " " + facts.reason;
  }
  if (!facts.message.empty()) {
    out.message += ": " + facts.message;
  }
  out.reason = std::move(facts.reason);
  if (facts.retry_after_seconds > 0) {
    out.retry_after = std::chrono::seconds(facts.retry_after_seconds);
  }
  return out;
}

}  // namespace

result<object_ptr> parse_object(std::string_view text, const std::string& subject) {
  auto value = read_json_object(text);
  auto parsed = value ? take_object(*value) : nullptr;
  if (parsed == nullptr) {
    return bad_answer(subject, "the answer is not a Kubernetes object");
  }
  return object_ptr(std::move(parsed));
}

result<object_page> parse_page(std::string_view text, const resource_type& type,
                               const std::string& subject) {
  auto value = read_json_object(text);
  auto* metadata = value ? member(*value, "metadata") : nullptr;
  auto* items = value ? member(*value, "items") : nullptr;
  // Go writes an empty slice of some built-in lists as null.
  if (metadata == nullptr || items == nullptr || !(items->is_array() || items->is_null())) {
    return bad_answer(subject, "the answer is not a list of Kubernetes objects");
  }
  object_page page;
  page.continue_token = take_string(*metadata, "continue");
  page.resource_version = take_string(*metadata, "resourceVersion");
  page.objects.reserve(items->size());
  for (auto& item : *items) {
    auto parsed = take_object(item);
    if (parsed == nullptr) {
      return bad_answer(subject, "an item of the list is not a Kubernetes object");
    }
    if (parsed->kind.empty()) {
      parsed->kind = type.kind;
      parsed->api_version = type.group.empty() ? type.version : type.group + "/" + type.version;
    }
    page.objects.push_back(std::move(parsed));
  }
  return page;
}

result<watch_event> parse_watch_event(std::string_view line, const std::string& subject) {
  auto value = read_json_object(line);
  auto* inner = value ? member(*value, "object") : nullptr;
  if (inner == nullptr) {
    return bad_answer(subject, "a line of the watch is not an event");
  }
  const auto word = take_string(*value, "type");
  if (word == "ERROR") {
    const auto status = static_cast<int>(take_integer(*inner, "code"));
    return failure_of(status == 0 ? 500 : status, take_status_facts(*inner), subject, false);
  }
  const auto kind = to_event_kind(word);
  auto parsed = take_object(*inner);
  if (!kind || parsed == nullptr || parsed->resource_version.empty()) {
    return bad_answer(subject,
                      "a watch event of type \"" + first_line(word) + "\" without a usable object");
  }
  return watch_event{.what = *kind, .object = std::move(parsed)};
}

error parse_failure(int http_status, std::string_view body, const std::string& subject,
                    bool about_object) {
  status_facts facts;
  if (auto value = read_json_object(body)) {
    facts = take_status_facts(*value);
  } else {
    facts.message = first_line(body);
  }
  return failure_of(http_status, std::move(facts), subject, about_object);
}

result<std::string> parse_version(std::string_view text, const std::string& subject) {
  auto value = read_json_object(text);
  auto version = value ? take_string(*value, "gitVersion") : std::string();
  if (version.empty()) {
    return bad_answer(subject, "the answer has no gitVersion; is this a Kubernetes API server?");
  }
  return version;
}

}  // namespace k8s
