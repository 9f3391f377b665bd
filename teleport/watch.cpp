#include "teleport/watch.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <google/protobuf/unknown_field_set.h>

#include "teleport/calls/shape.hpp"
#include "teleport/proto/events.pb.h"

namespace teleport {

using google::protobuf::Message;

namespace {

const proto::Event& as_event(const Message& event) {
  return static_cast<const proto::Event&>(event);
}

/// The bytes of the field with this number; nullptr when there is none.
const std::string* bytes_at(const Message& event, int number) {
  const auto& fields = event.GetReflection()->GetUnknownFields(event);
  for (int i = 0; i < fields.field_count(); ++i) {
    const auto& field = fields.field(i);
    if (field.number() == number &&
        field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      return &field.length_delimited();
    }
  }
  return nullptr;
}

/// Kinds that differ in version or subkind alone share field and message.
resource_change change_in(const resource& written) {
  resource_change change;
  change.teleport_kind = written.of_kind().teleport_kind;
  change.key = written.key();
  change.revision = written.revision();
  return change;
}

}  // namespace

event_reader::event_reader(const std::vector<const kind*>& kinds) {
  std::copy_if(kinds.begin(), kinds.end(), std::back_inserter(kinds_),
               [](const kind* one) { return one->event_field != 0; });
}

std::vector<std::string> event_reader::names() const {
  std::set<std::string> names;
  for (const auto* one : kinds_) names.insert(one->teleport_kind);
  return {names.begin(), names.end()};
}

const kind* event_reader::kind_named(const std::string& teleport_kind) const {
  const auto found = std::find_if(kinds_.begin(), kinds_.end(), [&](const kind* one) {
    return one->teleport_kind == teleport_kind;
  });
  return found == kinds_.end() ? nullptr : *found;
}

std::unique_ptr<Message> event_reader::request() const {
  auto watch = std::make_unique<proto::Watch>();
  for (const auto& name : names()) watch->add_kinds()->set_kind(name);
  watch->set_allowpartialsuccess(true);
  return watch;
}

event_reader::news event_reader::read(const Message& event) const {
  switch (as_event(event).type()) {
    case proto::INIT:
      return read_opened(event);
    case proto::PUT:
      return read_written(event);
    case proto::DELETE:
      return read_deleted(event);
    default:
      return {};
  }
}

event_reader::news event_reader::read_opened(const Message& event) const {
  opened result;
  if (!as_event(event).has_watchstatus()) return result;  // an older server, which grants all
  std::set<std::string> granted;
  for (const auto& one : as_event(event).watchstatus().spec().kinds()) granted.insert(one.kind());
  if (granted.empty()) return result;
  const auto asked = names();
  std::copy_if(asked.begin(), asked.end(), std::back_inserter(result.left_out),
               [&](const std::string& one) { return !granted.contains(one); });
  return result;
}

event_reader::news event_reader::read_written(const Message& event) const {
  const std::string* bytes = nullptr;
  const auto row = std::find_if(kinds_.begin(), kinds_.end(), [&](const kind* one) {
    bytes = bytes_at(event, one->event_field);
    return bytes != nullptr;
  });
  if (row == kinds_.end()) return {};
  std::shared_ptr<Message> message = calls::new_message((*row)->message);
  if (!message->ParseFromString(*bytes)) return {};
  const resource written{**row, std::move(message)};
  // Each agent of the cluster is a node, and announces itself again and again.
  const bool wanted = std::any_of(kinds_.begin(), kinds_.end(), [&](const kind* one) {
    return one->event_field == (*row)->event_field &&
           (one->teleport_subkind.empty() || one->teleport_subkind == written.subkind());
  });
  if (!wanted) return {};
  return change_in(written);
}

event_reader::news event_reader::read_deleted(const Message& event) const {
  const auto& header = as_event(event).resourceheader();
  const auto* row = kind_named(header.kind());
  if (row == nullptr) return {};
  resource_change change;
  change.teleport_kind = header.kind();
  change.key.name = row->singleton.empty() ? header.metadata().name() : row->singleton;
  change.deleted = true;
  change.any_scope = row->scope == scoping::possible;
  return change;
}

}  // namespace teleport
