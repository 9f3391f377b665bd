#include "tests/unit/actors/support/fake_leases.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace actors::testing {

using verb = k8s::lease_request::verb;

namespace {

k8s::error failure(k8s::errc code) {
  return {code, 0, {}, "made up", {}};
}

k8s::object_ptr as_object(const k8s::lease& from) {
  k8s::object one;
  one.kind = "Lease";
  one.key = from.key;
  one.uid = from.uid;
  one.resource_version = from.resource_version;
  one.spec = nlohmann::json{{"holderIdentity", from.holder}}.dump();
  return std::make_shared<const k8s::object>(std::move(one));
}

}  // namespace

void fake_leases::put(k8s::lease one) {
  const bool existed = stored_.has_value();
  one.uid = existed ? stored_->uid : "lease-uid-" + std::to_string(version_ + 1);
  one.resource_version = std::to_string(++version_);
  stored_ = std::move(one);
  tell(existed ? k8s::change::modified : k8s::change::added);
}

void fake_leases::hold_by(const std::string& holder) {
  auto one = stored_.value_or(k8s::lease{.key = {"default", "lease"}});
  one.holder = holder;
  one.duration = std::chrono::seconds{15};
  one.renew_time = "put by a person, " + std::to_string(version_);
  put(std::move(one));
}

void fake_leases::remove() {
  tell(k8s::change::deleted);
  stored_.reset();
}

void fake_leases::ask(const k8s::lease_request& request, const k8s::lease_callback& done) {
  static constexpr std::array names{"get", "create ", "update "};
  std::string line = names.at(static_cast<std::size_t>(request.what));
  if (request.what != verb::get) line += request.of.holder;
  log.push_back(std::move(line));
  if (silent) {
    unanswered_.push_back(done);
    return;
  }
  if (auto no = refuse ? refuse(request) : std::nullopt) return done(*no);
  auto answer = carry_out(request);
  if (loses_answers) return done(failure(k8s::errc::connection));
  done(std::move(answer));
}

k8s::result<k8s::lease> fake_leases::carry_out(const k8s::lease_request& request) {
  if (request.what == verb::create) {
    if (stored_) return failure(k8s::errc::already_exists);
    put(request.of);
    return *stored_;
  }
  if (!stored_) return failure(k8s::errc::not_found);
  if (request.what == verb::update) {
    if (request.of.resource_version != stored_->resource_version)
      return failure(k8s::errc::conflict);
    put(request.of);
  }
  return *stored_;
}

void fake_leases::watch(k8s::watch_id id, std::shared_ptr<std::atomic<bool>> alive,
                        std::shared_ptr<k8s::watch_listener> listener) {
  watchers_.push_back({id, std::move(alive), std::move(listener), {}});
  if (refuse_watch) {
    watchers_.back().news.emplace_back([why = *refuse_watch](auto& to) { to.on_trouble(why); });
  }
}

void fake_leases::unwatch(k8s::watch_id id) {
  std::erase_if(watchers_, [id](const auto& one) { return one.id == id; });
}

std::size_t fake_leases::watches() const {
  std::size_t living = 0;
  for (const auto& one : watchers_) living += one.alive->load() ? 1 : 0;
  return living;
}

void fake_leases::tell(k8s::change what) {
  if (refuse_watch) return;
  for (auto& one : watchers_) {
    one.news.emplace_back(
        [what, object = as_object(*stored_)](auto& to) { to.on_change(what, object); });
  }
}

bool fake_leases::deliver() {
  std::erase_if(watchers_, [](const watcher& one) { return !one.alive->load(); });
  for (auto& one : watchers_) {
    if (one.news.empty()) continue;
    const auto next = std::move(one.news.front());
    one.news.pop_front();
    const auto listener = one.listener;  // the watch may end in the call
    next(*listener);
    return true;
  }
  return false;
}

void fake_leases::forget_all() {
  watchers_.clear();
  unanswered_.clear();
}

}  // namespace actors::testing
