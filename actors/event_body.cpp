#include "actors/event_body.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "actors/core/status.hpp"
#include "k8s/event.hpp"

namespace actors {

namespace {

constexpr std::size_t longest_note = 1024;
constexpr std::size_t longest_name = 253;

std::string hex(std::uint64_t value) {
  std::array<char, 16> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, 16).ptr;
  return {text.data(), end};
}

bool is_utf8_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

}  // namespace

const k8s::resource_type& event_resource() {
  static const k8s::resource_type type{"", "v1", "Event", "events"};
  return type;
}

const char* to_string(messages::event_type type) {
  return type == messages::event_type::warning ? "Warning" : "Normal";
}

std::string cut_note(std::string note) {
  if (note.size() <= longest_note) return note;
  std::size_t end = longest_note;
  while (end > 0 && is_utf8_continuation(note[end])) --end;
  note.resize(end);
  return note;
}

std::string series_of(const messages::record_event& event) {
  // None of those before the note can hold a line break.
  return event.about.uid + '\n' + to_string(event.about) + '\n' + to_string(event.type) + '\n' +
         event.reason + '\n' + event.note;
}

std::string event_name(const std::string& cr_name, std::uint64_t stamp) {
  const std::string suffix = "." + hex(stamp);
  auto name = cr_name.substr(0, longest_name - suffix.size());
  // Each part between dots must end in a letter or digit.
  while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
  return name + suffix;
}

std::string event_body(const waiting_event& event, const event_source& from) {
  const auto& about = event.what.about;
  k8s::event out;
  out.name = event.name;
  out.about_api_version = about.api_version;
  out.about_kind = about.kind;
  out.about = about.key;
  out.about_uid = about.uid;
  out.type = to_string(event.what.type);
  out.reason = event.what.reason;
  out.note = event.what.note;
  out.count = event.count;
  out.first_time = core::rfc3339(event.first);
  out.last_time = core::rfc3339(event.last);
  out.component = from.component;
  out.instance = from.instance;
  return k8s::event_body(out);
}

std::string repeat_body(int count, std::chrono::system_clock::time_point last) {
  return k8s::event_repeat_patch(count, core::rfc3339(last));
}

}  // namespace actors
