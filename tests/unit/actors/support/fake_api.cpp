#include "tests/unit/actors/support/fake_api.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "actors/core/words.hpp"
#include "k8s/secret.hpp"

namespace actors::testing {

namespace words = core::words;
using json = nlohmann::json;

namespace {

k8s::error failure(k8s::errc code, const char* text) {
  return {code, 0, {}, text, {}};
}

bool has_finalizer(const k8s::object& cr) {
  return std::count(cr.finalizers.begin(), cr.finalizers.end(), words::finalizer) > 0;
}

k8s::condition to_condition(const json& from) {
  k8s::condition one;
  one.type = from.value("type", "");
  one.status = from.value("status", "");
  one.reason = from.value("reason", "");
  one.message = from.value("message", "");
  one.last_transition_time = from.value("lastTransitionTime", "");
  one.observed_generation = from.value("observedGeneration", std::int64_t{0});
  return one;
}

void patch_status(k8s::object_status& status, const json& change) {
  for (const auto& [name, value] : change.items()) {
    if (name == "conditions") {
      status.conditions.clear();
      for (const auto& one : value) status.conditions.push_back(to_condition(one));
    } else if (value.is_null()) {
      status.fields.erase(name);
    } else {
      status.fields[name] = value.is_string() ? value.get<std::string>() : value.dump();
    }
  }
}

}  // namespace

// -- what people do --

const k8s::object& fake_api::apply(const k8s::object_key& key, const std::string& spec,
                                   const std::function<void(k8s::object&)>& more) {
  const auto* before = find(key);
  k8s::object cr;
  if (before != nullptr) {
    cr = *before;
    ++cr.generation;
  } else {
    cr.api_version = "resources.teleport.dev/v1";
    cr.kind = "TeleportRoleV7";
    cr.key = key;
    cr.uid = "uid-" + std::to_string(++last_uid_);
    cr.generation = 1;
    cr.creation_timestamp = "2026-01-02T03:04:0" + std::to_string(last_uid_ % 10) + "Z";
  }
  cr.spec = spec;
  if (more) more(cr);
  store(std::move(cr), before != nullptr ? k8s::change::modified : k8s::change::added);
  return *objects_.at(key);
}

void fake_api::annotate(const k8s::object_key& key, const std::string& name,
                        const std::string& value) {
  auto cr = *objects_.at(key);
  cr.annotations[name] = value;
  store(std::move(cr), k8s::change::modified);
}

void fake_api::remove(const k8s::object_key& key) {
  if (find(key) == nullptr) return;
  auto cr = *objects_.at(key);
  if (!cr.deletion_timestamp) cr.deletion_timestamp = "2026-01-03T00:00:00Z";
  store(std::move(cr), k8s::change::modified);
}

void fake_api::vanish(const k8s::object_key& key) {
  auto last = *objects_.at(key);
  last.resource_version = std::to_string(++version_);
  objects_.erase(key);
  gone.insert(last.uid);
  tell(k8s::change::deleted, std::make_shared<const k8s::object>(std::move(last)));
}

void fake_api::put_secret(const k8s::object_key& key, const std::string& data,
                          const std::string& allowed) {
  const auto before = secrets_.find(key);
  const bool existed = before != secrets_.end();
  k8s::object secret;
  secret.api_version = "v1";
  secret.kind = "Secret";
  secret.key = key;
  secret.uid = existed ? before->second->uid : "uid-" + std::to_string(++last_uid_);
  secret.resource_version = std::to_string(++version_);
  secret.annotations[words::lookup_annotation] = allowed;
  secret.other_fields["data"] = data;
  secrets_[key] = std::make_shared<const k8s::object>(std::move(secret));
  tell(existed ? k8s::change::modified : k8s::change::added, secrets_.at(key));
}

void fake_api::remove_secret(const k8s::object_key& key) {
  auto last = *secrets_.at(key);
  last.resource_version = std::to_string(++version_);
  secrets_.erase(key);
  tell(k8s::change::deleted, std::make_shared<const k8s::object>(std::move(last)));
}

const k8s::object* fake_api::find(const k8s::object_key& key) const {
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second.get();
}

std::string fake_api::condition(const k8s::object_key& key, const std::string& type) const {
  const auto* cr = find(key);
  if (cr == nullptr) return {};
  for (const auto& one : cr->status.conditions) {
    if (one.type == type) return one.status + ' ' + one.reason;
  }
  return {};
}

void fake_api::store(k8s::object object, k8s::change what) {
  object.resource_version = std::to_string(++version_);
  if (has_finalizer(object)) finalized.insert(object.uid);
  if (object.deletion_timestamp && object.finalizers.empty()) what = k8s::change::deleted;
  const auto key = object.key;
  const auto shared = std::make_shared<const k8s::object>(std::move(object));
  if (what == k8s::change::deleted) {
    gone.insert(shared->uid);
    objects_.erase(key);
  } else {
    objects_[key] = shared;
  }
  tell(what, shared);
}

void fake_api::tell(k8s::change what, const k8s::object_ptr& object) {
  history_.push_back({version_, what, object});
  for (auto& one : watches_) {
    if (!one.sees(*object)) continue;
    one.news.emplace_back(
        [what, shown = one.shown(object)](auto& to) { to.on_change(what, shown); });
  }
}

bool fake_api::watch::sees(const k8s::object& one) const {
  const bool wants_secrets = of.type == k8s::secret_type();
  const bool of_kind = !kinds_apart || one.kind == of.type.kind;
  return wants_secrets == (one.kind == "Secret") && of_kind &&
         (of.ns.empty() || of.ns == one.key.ns);
}

k8s::object_ptr fake_api::watch::shown(const k8s::object_ptr& one) const {
  if (!of.metadata_only) return one;
  auto part = *one;
  part.other_fields.clear();
  return std::make_shared<const k8s::object>(std::move(part));
}

// -- requests --

k8s::result<k8s::object_ptr> fake_api::get(const object_map& from, const k8s::object_key& key) {
  const auto found = from.find(key);
  if (found == from.end()) return failure(k8s::errc::not_found, "not found");
  return found->second;
}

k8s::result<k8s::object_ptr> fake_api::patch(const k8s::patch_request& request) {
  const auto found = objects_.find(request.key);
  if (found == objects_.end()) return failure(k8s::errc::not_found, "not found");
  auto cr = *found->second;
  const auto body = json::parse(request.body);
  const auto metadata = body.value("metadata", json::object());
  if (metadata.value("uid", cr.uid) != cr.uid ||
      metadata.value("resourceVersion", cr.resource_version) != cr.resource_version) {
    return failure(k8s::errc::conflict, "the object was changed");
  }
  if (request.subresource == "status") {
    patch_status(cr.status, body.at("status"));
  } else {
    cr.finalizers = metadata.at("finalizers").get<std::vector<std::string>>();
    const auto annotations = metadata.value("annotations", json::object());
    for (const auto& [name, value] : annotations.items()) {
      if (value.is_null()) {
        cr.annotations.erase(name);
      } else {
        cr.annotations[name] = value.get<std::string>();
      }
    }
  }
  store(cr, k8s::change::modified);
  return history_.back().object;
}

void fake_api::ask(std::string verb, k8s::object_key key,
                   std::function<k8s::result<k8s::object_ptr>()> act, k8s::object_callback done) {
  pending.push_back({std::move(verb), std::move(key), std::move(act), std::move(done), {}});
  if (!hold) answer(pending.size() - 1);
}

void fake_api::carry_out(std::size_t which) {
  auto& one = pending.at(which);
  if (one.outcome) return;
  ++counts[one.verb];
  if (auto no = refuse ? refuse(one) : std::nullopt) {
    one.outcome = *no;
  } else {
    one.outcome = one.act();
  }
}

void fake_api::answer(std::size_t which, bool lost) {
  carry_out(which);
  auto one = std::move(pending.at(which));
  pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(which));
  if (lost) {
    one.done(failure(k8s::errc::connection, "the answer was lost"));
  } else {
    one.done(std::move(*one.outcome));
  }
}

// -- watches --

k8s::watch_id fake_api::start_watch(k8s::watch_request request,
                                    std::shared_ptr<k8s::watch_listener> listener,
                                    std::shared_ptr<std::atomic<bool>> alive) {
  if (request.type == k8s::lease_type()) {
    leases.watch(++last_watch_, std::move(alive), std::move(listener));
    return last_watch_;
  }
  watches_.push_back(
      {++last_watch_, std::move(alive), std::move(listener), request, {}, kinds_apart});
  if (request.resume_from.empty()) {
    list(watches_.back());
  } else {
    const auto since = std::stoull(request.resume_from);
    for (const auto& line : history_) {
      auto& fresh = watches_.back();
      if (line.version <= since || !fresh.sees(*line.object)) continue;
      fresh.news.emplace_back([what = line.what, shown = fresh.shown(line.object)](auto& to) {
        to.on_change(what, shown);
      });
    }
  }
  subscriptions.push_back(std::move(request));
  return last_watch_;
}

void fake_api::list(watch& to) {
  const auto shown = past.value_or(save());
  std::vector<k8s::object_ptr> all;
  for (const auto* objects : {&shown.objects, &shown.secrets}) {
    for (const auto& [key, object] : *objects) {
      if (to.sees(*object)) all.push_back(to.shown(object));
    }
  }
  const auto version = std::to_string(shown.version);
  for (std::size_t from = 0; from == 0 || from < all.size(); from += page_size) {
    const auto until = std::min(all.size(), from + page_size);
    std::vector<k8s::object_ptr> page(all.begin() + static_cast<std::ptrdiff_t>(from),
                                      all.begin() + static_cast<std::ptrdiff_t>(until));
    const bool last = until == all.size();
    to.news.emplace_back([=](auto& listener) {
      listener.on_page(page, from == 0, last, last ? version : std::string{});
    });
  }
}

bool fake_api::deliver(std::size_t which) {
  if (leases.deliver()) return true;
  std::erase_if(watches_, [](const watch& one) { return !one.alive->load(); });
  std::vector<watch*> ready;
  for (auto& one : watches_) {
    if (!one.news.empty()) ready.push_back(&one);
  }
  if (ready.empty()) return false;
  auto& chosen = *ready.at(which % ready.size());
  const auto next = std::move(chosen.news.front());
  chosen.news.pop_front();
  next(*chosen.listener);
  return true;
}

std::size_t fake_api::watches_of(const k8s::resource_type& type) const {
  const auto is_one = [&](const watch& one) { return one.alive->load() && one.of.type == type; };
  return static_cast<std::size_t>(std::count_if(watches_.begin(), watches_.end(), is_one));
}

void fake_api::trouble(k8s::errc code) {
  for (auto& one : watches_) {
    one.news.emplace_back([code](auto& to) { to.on_trouble(failure(code, "made up")); });
  }
}

void fake_api::forget_all() {
  leases.forget_all();
  pending.clear();
  watches_.clear();
}

// -- the client --

class fake_api::client final : public k8s::client {
 public:
  client(fake_api& api, std::function<bool()> may_write)
      : api_(api), may_write_(std::move(may_write)) {}
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  /// Runs on the reaper's thread: touches nothing else of the fake. Open calls are still answered,
  /// as requests of a dead client that are under way.
  ~client() override { alive_->store(false); }

  void get(k8s::resource_type type, k8s::object_key key, k8s::object_callback done) override {
    const bool of_secret = type == k8s::secret_type();
    api_.ask(
        of_secret ? "get secret" : "get", key,
        [this_api = &api_, key, of_secret] {
          return this_api->get(of_secret ? this_api->secrets_ : this_api->objects_, key);
        },
        std::move(done));
  }
  void patch(k8s::patch_request request, k8s::object_callback done) override {
    const auto key = request.key;
    if (request.needs_permit && may_write_ && !may_write_())
      return done(failure(k8s::errc::not_leading, "made up"));
    api_.bodies += request.body;
    const auto* verb = request.subresource.empty() ? "patch" : "patch status";
    api_.ask(
        verb, key,
        [this_api = &api_, request = std::move(request)] { return this_api->patch(request); },
        std::move(done));
  }
  void create(k8s::resource_type, std::string, std::string body,
              k8s::object_callback done) override {
    const auto event = json::parse(body);
    const auto reason = event.value("reason", "");
    if (reason == "LeaderElection") {
      api_.lease_events.push_back(event.value("message", ""));
      return done(std::make_shared<const k8s::object>());
    }
    api_.bodies += body;
    api_.ask(
        "create", {},
        [this_api = &api_, reason]() -> k8s::result<k8s::object_ptr> {
          this_api->events.push_back(reason);
          return std::make_shared<const k8s::object>();
        },
        std::move(done));
  }
  void ask_lease(k8s::lease_request request, k8s::lease_callback done) override {
    api_.leases.ask(request, done);
  }
  void probe(std::function<void(k8s::result<std::string>)> done) override {
    done(std::string{"v1"});
  }
  k8s::watch_id watch(k8s::watch_request request,
                      std::shared_ptr<k8s::watch_listener> listener) override {
    return api_.start_watch(std::move(request), std::move(listener), alive_);
  }
  void unwatch(k8s::watch_id id) override {
    api_.leases.unwatch(id);
    std::erase_if(api_.watches_, [id](const auto& one) { return one.id == id; });
  }

 private:
  fake_api& api_;
  std::function<bool()> may_write_;
  std::shared_ptr<std::atomic<bool>> alive_ = std::make_shared<std::atomic<bool>>(true);
};

std::unique_ptr<k8s::client> fake_api::make_client(std::function<bool()> may_write) {
  return std::make_unique<client>(*this, std::move(may_write));
}

}  // namespace actors::testing
