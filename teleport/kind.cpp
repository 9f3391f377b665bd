#include "teleport/kind.hpp"

#include <algorithm>

#include <google/protobuf/descriptor.h>

#include "teleport/kinds/rows.hpp"
#include "teleport/lower_case.hpp"

namespace teleport {

std::string kind::controller_name() const {
  return lower_case(cr_kind);
}

const google::protobuf::Descriptor* kind::descriptor() const {
  return google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(message);
}

const std::vector<kind>& all_kinds() {
  static const std::vector<kind> rows = {
#define TELEPORT_KIND(row) kinds::row(),
#include "teleport/kinds/rows.inc"
#undef TELEPORT_KIND
  };
  return rows;
}

const kind* find_kind(const std::string& cr_kind) {
  const auto& kinds = all_kinds();
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const kind& k) { return k.cr_kind == cr_kind; });
  return found == kinds.end() ? nullptr : &*found;
}

const kind* referrer_of(const kind& of) {
  const auto& kinds = all_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const kind& k) {
    return k.refers.teleport_kind == of.teleport_kind;
  });
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace teleport
