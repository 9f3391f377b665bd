#include "tools/crdgen/descriptions.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <google/protobuf/descriptor.pb.h>

namespace crdgen {
namespace {

template <class Described>
std::string comment_above(const Described& described) {
  google::protobuf::SourceLocation location;
  if (!described.GetSourceLocation(&location)) return {};
  std::istringstream words(location.leading_comments);
  std::string text;
  for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::unique_ptr<google::protobuf::DescriptorPool> load_descriptors() {
  google::protobuf::FileDescriptorSet set;
  std::ifstream file(TELEPORT_DESCRIPTORS, std::ios::binary);
  if (!file || !set.ParseFromIstream(&file)) {
    throw std::runtime_error(std::string("no message descriptors in ") + TELEPORT_DESCRIPTORS +
                             ": build the target teleport_descriptors");
  }
  auto pool = std::make_unique<google::protobuf::DescriptorPool>();
  for (const auto& one : set.file()) {  // protoc writes imports first
    if (pool->BuildFile(one) == nullptr)
      throw std::runtime_error("bad descriptor of " + one.name());
  }
  return pool;
}

std::string description(const google::protobuf::FieldDescriptor& field) {
  return comment_above(field);
}

std::string description(const google::protobuf::Descriptor& message) {
  return comment_above(message);
}

}  // namespace crdgen
