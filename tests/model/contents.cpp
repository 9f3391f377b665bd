#include "tests/model/contents.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <stdexcept>
#include <string_view>
#include <tuple>

#include "actors/core/cr_marks.hpp"
#include "actors/core/words.hpp"
#include "teleport/codec.hpp"
#include "teleport/codec/layout.hpp"

namespace model {

namespace words = actors::core::words;
using actors::core::observed;

namespace {

constexpr std::array<const char*, 3> specs{
    R"({"allow":{"logins":["root"]}})", R"({"allow":{"logins":["guest"]}})", R"({"nonsense":1})"};
constexpr const char* strange_spec = R"({"allow":{"logins":["somebody"]}})";

teleport::resource make(const thing& one) {
  const auto* text =
      one.what == content::strange ? strange_spec : specs.at(static_cast<std::size_t>(one.what));
  auto decoded = teleport::decode(role(), {"admin", {}, {}, text, {}});
  auto made = std::move(decoded.value());
  if (!one.ours) teleport::codec::set_labels(made.mutable_message(), {});
  made.set_revision(revision_text(one.revision));
  return made;
}

struct catalogue {
  std::map<std::tuple<content, bool, int>, teleport::resource> made;
  std::map<const google::protobuf::Message*, thing> known;
};

catalogue& all() {
  static catalogue one;
  return one;
}

std::uint64_t mix(std::uint64_t seed, std::string_view text) {
  return seed * 1099511628211ULL ^ std::hash<std::string_view>{}(text);
}

void note_status(noted& cr) {
  auto said = mix(7, cr.annotated);
  for (const auto& one : cr.status.conditions) {
    for (const auto* text : {&one.type, &one.status, &one.reason, &one.message})
      said = mix(said, *text);
    cr.observed.push_back(one.observed_generation);
  }
  for (const auto& [name, text] : cr.status.fields) {
    said = mix(said, name);
    if (name == words::teleport_revision) {
      cr.recorded_revision = revision_number(text);
    } else if (name == words::observed_generation) {
      cr.observed.push_back(std::stoll(text));
    } else {
      said = mix(said, text);
    }
  }
  cr.said = said;
}

}  // namespace

std::string revision_text(int revision) {
  return revision == 0 ? std::string{} : 'r' + std::to_string(revision);
}

int revision_number(const std::string& text) {
  return text.empty() ? 0 : std::stoi(text.substr(1));
}

const teleport::kind& role() {
  static const auto* kind = teleport::find_kind("TeleportRoleV7");
  return *kind;
}

const teleport::resource& resource_of(const thing& one) {
  const std::tuple key{one.what, one.ours, one.revision};
  auto found = all().made.find(key);
  if (found == all().made.end()) {
    found = all().made.emplace(key, make(one)).first;
    all().known.emplace(&found->second.message(), one);
  }
  return found->second;
}

thing thing_of(const teleport::resource& one) {
  return all().known.at(&one.message());
}

content content_of(const std::string& desired_hash) {
  static const std::array<std::string, 2> hashes{
      teleport::content_hash(resource_of({content::root, true, 0})),
      teleport::content_hash(resource_of({content::guest, true, 0}))};
  const auto* found = std::find(hashes.begin(), hashes.end(), desired_hash);
  if (found == hashes.end()) throw std::logic_error("the CR decodes to unknown content");
  return static_cast<content>(found - hashes.begin());
}

content wanted_by(wish says) {
  return static_cast<content>(says);
}

const char* spec_text(wish says) {
  return specs.at(static_cast<std::size_t>(says));
}

k8s::object new_cr(wish says, int uid, int version) {
  k8s::object cr;
  cr.api_version = "resources.teleport.dev/v1";
  cr.kind = "TeleportRoleV7";
  cr.key = {"default", "admin"};
  cr.uid = std::to_string(uid);
  cr.resource_version = std::to_string(version);
  cr.generation = 1;
  cr.creation_timestamp = "2026-01-02T03:04:05Z";
  cr.spec = spec_text(says);
  return cr;
}

k8s::object_ptr note(k8s::object cr) {
  auto made = std::make_shared<noted>();
  static_cast<k8s::object&>(*made) = std::move(cr);
  const auto marks = actors::core::marks_of(*made);
  made->finalizer = marks.has_finalizer;
  made->deleting = marks.deleting;
  made->uid_number = std::stoi(made->uid);
  made->version = std::stoi(made->resource_version);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (made->spec == specs.at(i)) made->says = static_cast<wish>(i);
  }
  for (const auto& [name, text] : made->annotations) made->annotated += name + '=' + text + ' ';
  note_status(*made);
  return made;
}

const noted& notes(const k8s::object_ptr& cr) {
  return static_cast<const noted&>(*cr);
}

void decode(observed& seen) {
  static std::map<std::tuple<wish, std::string, bool, bool, bool>, observed> done;
  const auto& cr = notes(seen.cr);
  // With a record in the status a pass that stands by reads the spec, without one it does not.
  const bool recorded = !cr.status.fields.empty();
  if (seen.standby && recorded) return actors::core::decode_into(seen);
  const std::tuple key{cr.says, cr.annotated, cr.finalizer, cr.deleting, seen.standby};
  auto found = done.find(key);
  if (found == done.end()) {
    observed fresh;
    fresh.kind = seen.kind;
    fresh.us = seen.us;
    fresh.cr = seen.cr;
    fresh.standby = seen.standby;
    actors::core::decode_into(fresh);
    found = done.emplace(key, std::move(fresh)).first;
  }
  seen.target = found->second.target;
  seen.desired = found->second.desired;
  seen.desired_hash = found->second.desired_hash;
  seen.secrets = found->second.secrets;
}

}  // namespace model
