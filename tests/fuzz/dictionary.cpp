/// Prints a libFuzzer dictionary: the JSON names and enum values of every kind's messages.

#include <cstdio>
#include <set>
#include <string>

#include <google/protobuf/descriptor.h>

#include "teleport/kind.hpp"

namespace {

using google::protobuf::Descriptor;

class vocabulary {
 public:
  void add(const Descriptor& type) {
    if (!seen_.insert(&type).second) return;
    for (int i = 0; i < type.field_count(); ++i) {
      const auto& field = *type.field(i);
      words_.insert(field.json_name());
      if (field.message_type() != nullptr) add(*field.message_type());
      if (field.enum_type() != nullptr) add_values(*field.enum_type());
    }
  }

  void print() const {
    for (const auto& word : words_) std::printf("\"\\\"%s\\\"\"\n", word.c_str());
  }

 private:
  void add_values(const google::protobuf::EnumDescriptor& type) {
    for (int i = 0; i < type.value_count(); ++i) words_.insert(type.value(i)->name());
  }

  std::set<const Descriptor*> seen_;
  std::set<std::string> words_;
};

}  // namespace

int main() {
  vocabulary all;
  for (const auto& kind : teleport::all_kinds()) all.add(*kind.descriptor());
  all.print();
}
