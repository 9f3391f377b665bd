#include "teleport/calls/list.hpp"

#include <utility>

#include "teleport/calls/shape.hpp"
#include "teleport/references.hpp"

namespace teleport::calls {
namespace {

/// What a list knows between two pages. Kept alive by the call that fetches the next one.
struct listing : std::enable_shared_from_this<listing> {
  listing(const kind& listed, caller fetch, page_callback answer)
      : of(listed), one_page(std::move(fetch)), done(std::move(answer)) {}

  void next() {
    one_page(
        [token = token](message& request) {
          put_page(request, token);
          return true;
        },
        [self = shared_from_this()](auto responses) { self->take(std::move(responses)); });
  }

  void take(result<std::vector<std::shared_ptr<message>>> responses) {
    if (is_absent_singleton(responses)) return done(std::move(heads));
    if (!responses) return done(responses.failure());
    for (const auto& response : responses.value()) add(response);
    const auto& all = responses.value();
    const auto following = all.empty() ? std::string{} : next_page(*all.back());
    if (following.empty()) return done(std::move(heads));
    if (following == token)
      return done(
          error{errc::unknown, "listing " + of.teleport_kind + ": the server repeats a page"});
    token = following;
    next();
  }

  /// The list of a singleton is its get call.
  bool is_absent_singleton(const result<std::vector<std::shared_ptr<message>>>& answer) const {
    return !of.singleton.empty() && !answer && answer.failure().code == errc::not_found;
  }

  void add(const std::shared_ptr<message>& response) {
    for (auto& item : resources_in(response, of.descriptor())) {
      const resource read(of, std::move(item));
      const bool is_ours = of.teleport_subkind.empty() || read.subkind() == of.teleport_subkind;
      if (is_ours) heads.push_back(head(read));
    }
  }

  resource_head head(const resource& read) const {
    return {read.name(), read.version(), read.revision(), texts_at(read.message(), of.refers.field),
            read.scope()};
  }

  const kind& of;
  caller one_page;
  page_callback done;
  std::string token;
  std::vector<resource_head> heads;
};

}  // namespace

void list_all(const kind& of, caller one_page, page_callback done) {
  std::make_shared<listing>(of, std::move(one_page), std::move(done))->next();
}

}  // namespace teleport::calls
