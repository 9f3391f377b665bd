#include "tests/unit/actors/support/fake_api.hpp"

namespace actors::testing {

void fake_api::restore(const backup& from) {
  objects_ = from.objects;
  secrets_ = from.secrets;
  version_ = from.version;
  history_.clear();
  for (auto& one : watches_) {
    one.news.clear();
    one.news.emplace_back([](auto& to) { to.on_rewound(); });
    list(one);
  }
}

}  // namespace actors::testing
