#include "teleport/resource.hpp"

#include <utility>

#include "teleport/codec/layout.hpp"

namespace teleport {
namespace {

std::string header_text(const google::protobuf::Message& message, const char* json_name) {
  const auto* header = codec::header(message);
  return header != nullptr ? codec::text(*header, json_name) : std::string{};
}

std::string metadata_text(const google::protobuf::Message& message, const char* json_name) {
  const auto* metadata = codec::metadata(message);
  return metadata != nullptr ? codec::text(*metadata, json_name) : std::string{};
}

}  // namespace

std::string to_string(const resource_key& key) {
  return key.scope.empty() ? key.name : key.scope + "::" + key.name;
}

resource::resource(const kind& of, std::shared_ptr<google::protobuf::Message> message)
    : kind_(&of), message_(std::move(message)) {
  // Nothing else to do.
}

std::string resource::name() const {
  return metadata_text(*message_, "name");
}

std::string resource::scope() const {
  return codec::text(*message_, "scope");
}

std::string resource::revision() const {
  return metadata_text(*message_, "revision");
}

std::string resource::description() const {
  return metadata_text(*message_, "description");
}

std::string resource::version() const {
  return header_text(*message_, "version");
}

std::string resource::subkind() const {
  return header_text(*message_, "sub_kind");
}

std::map<std::string, std::string> resource::labels() const {
  return codec::labels(*message_);
}

void resource::set_revision(const std::string& revision) {
  auto* metadata = codec::mutable_metadata(mutable_message());
  if (metadata != nullptr) codec::set_text(*metadata, "revision", revision);
}

google::protobuf::Message& resource::mutable_message() {
  if (message_.use_count() > 1) {
    std::shared_ptr<google::protobuf::Message> own(message_->New());
    own->CopyFrom(*message_);
    message_ = std::move(own);
  }
  return *message_;
}

}  // namespace teleport
