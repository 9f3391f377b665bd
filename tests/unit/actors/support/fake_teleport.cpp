#include "tests/unit/actors/support/fake_teleport.hpp"

#include <utility>

#include "teleport/references.hpp"

namespace actors::testing {

using teleport::errc;
using teleport::error;
using teleport::resource;

// -- the cluster --

void fake_teleport::put(const std::string& name, resource content) {
  content.set_revision(has_revisions ? "r" + std::to_string(++last_revision_) : "");
  teleport::resource_change change;
  change.teleport_kind = content.of_kind().teleport_kind;
  change.key = content.key();
  change.revision = content.revision();
  resources.insert_or_assign(name, std::move(content));
  tell(std::move(change));
}

std::string fake_teleport::revision_of(const std::string& name) const {
  const auto found = resources.find(name);
  return found == resources.end() ? std::string{} : found->second.revision();
}

fake_teleport::outcome fake_teleport::write(resource desired, bool creates) {
  const auto name = to_string(desired.key());
  const auto found = resources.find(name);
  const bool exists = found != resources.end();
  if (creates && exists) return error{errc::already_exists, "exists"};
  if (!creates && !exists) return error{errc::not_found, "not found"};
  if (!creates && found->second.revision() != desired.revision())
    return error{errc::compare_failed, "revision does not match"};
  put(name, desired);
  if (answers_writes) return resources.at(name);
  desired.set_revision("");
  return desired;
}

fake_teleport::outcome fake_teleport::remove(const std::string& name) {
  const auto found = resources.find(name);
  if (found == resources.end()) return error{errc::not_found, "not found"};
  const auto& kind = found->second.of_kind();
  teleport::resource_change change;
  change.teleport_kind = kind.teleport_kind;
  change.key.name = found->second.name();
  change.deleted = true;
  change.any_scope = kind.scope == teleport::scoping::possible;
  resources.erase(found);
  tell(std::move(change));
  return resource{};
}

std::vector<teleport::resource_head> fake_teleport::heads(const teleport::kind& of) const {
  std::vector<teleport::resource_head> all;
  for (const auto& [text, one] : resources) {
    if (one.of_kind().teleport_kind != of.teleport_kind) continue;
    teleport::resource_head head;
    head.name = one.name();
    head.scope = one.scope();
    head.version = one.version();
    head.revision = one.revision();
    head.refers_to = teleport::texts_at(one.message(), of.refers.field);
    all.push_back(std::move(head));
  }
  return all;
}

// -- calls --

void fake_teleport::ask(call one) {
  if (abandoned.contains(one.session)) return one.done(error{errc::cancelled, "cancelled"});
  pending.push_back(std::move(one));
  if (!hold) answer(pending.size() - 1);
}

void fake_teleport::carry_out(std::size_t which) {
  auto& one = pending.at(which);
  if (one.result) return;
  if (!online) {
    one.result = error{errc::connection, "connection refused"};
    return;
  }
  ++counts[one.verb];
  if (auto no = refuse ? refuse(one) : std::nullopt) {
    one.result = *no;
    return;
  }
  if (watch_calls) watch_calls(one);
  one.result = one.act();
}

void fake_teleport::answer(std::size_t which, std::optional<error> instead) {
  carry_out(which);
  auto one = std::move(pending.at(which));
  pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(which));
  one.done(instead ? outcome{*instead} : std::move(*one.result));
}

void fake_teleport::answer_connect() {
  auto done = std::move(connecting.front());
  connecting.pop_front();
  if (auto why = refuse_connect ? refuse_connect() : std::nullopt) return done(*why);
  teleport::established fresh;
  fresh.cluster = cluster;
  fresh.identity = "bot-operator";
  fresh.way = "in memory";
  fresh.expires = now() + certificate_life;
  fresh.bot_expires = fresh.expires;
  fresh.channel = make_session();
  done(std::move(fresh));
}

// -- event streams --

/// Ends its watch when dropped.
class fake_teleport::handle final : public teleport::watch_handle {
 public:
  handle(fake_teleport& of, int number) : of_(&of), exists_(of.exists_), number_(number) {}
  ~handle() override {
    if (*exists_) of_->end_watch(number_, {errc::cancelled, "cancelled"});
  }
  handle(const handle&) = delete;
  handle& operator=(const handle&) = delete;

 private:
  fake_teleport* of_;
  std::shared_ptr<bool> exists_;
  int number_;
};

std::unique_ptr<teleport::watch_handle> fake_teleport::watch(
    const std::vector<const teleport::kind*>& kinds, teleport::watch_listener to) {
  watched.clear();
  for (const auto* one : kinds) watched.push_back(one->cr_kind);
  const int number = ++watches_asked;
  auto opened = to.opened;
  watches_.emplace(number, std::move(to));
  if (refuse_watch || !online) {
    end_watch(number, refuse_watch.value_or(error{errc::connection, "connection refused"}));
  } else if (!hold_watches) {
    opened(left_out);
  }
  return std::make_unique<handle>(*this, number);
}

void fake_teleport::open_watches() {
  for (const auto& [number, to] : watches_) to.opened(left_out);
}

void fake_teleport::break_watches() {
  while (!watches_.empty()) {
    end_watch(watches_.begin()->first, {errc::connection, "the stream broke"});
  }
}

void fake_teleport::end_watch(int number, const error& why) {
  const auto found = watches_.find(number);
  if (found == watches_.end()) return;
  const auto to = std::move(found->second);
  watches_.erase(found);
  to.ended(why);
}

void fake_teleport::tell(teleport::resource_change change) {
  if (silent) return;
  if (!online) return break_watches();
  for (const auto& [number, to] : watches_) to.moved(change);
}

void fake_teleport::tell(const std::string& name, const std::string& revision, bool deleted) {
  teleport::resource_change change;
  change.teleport_kind = "role";
  change.key.name = name;
  change.revision = revision;
  change.deleted = deleted;
  tell(std::move(change));
}

void fake_teleport::forget_all() {
  authority_moved = nullptr;
  *exists_ = false;
  watches_.clear();
  pending.clear();
  connecting.clear();
  pings.clear();
}

// -- session and connector --

class fake_teleport::session final : public teleport::session {
 public:
  session(fake_teleport& cluster, int number) : cluster_(&cluster), number_(number) {}

  void get(const teleport::kind&, teleport::resource_key key,
           teleport::resource_callback done) override {
    auto* cluster = cluster_;
    const auto name = to_string(key);
    ask("get", name, std::move(done), [cluster, name]() -> outcome {
      const auto found = cluster->resources.find(name);
      if (found == cluster->resources.end()) return error{errc::not_found, "not found"};
      return found->second;
    });
  }
  void create(resource desired, teleport::resource_callback done) override {
    write("create", std::move(desired), std::move(done));
  }
  void update(resource desired, teleport::resource_callback done) override {
    write("update", std::move(desired), std::move(done));
  }
  void remove(const teleport::kind&, teleport::resource_key key,
              teleport::done_callback done) override {
    auto* cluster = cluster_;
    const auto name = to_string(key);
    ask(
        "remove", name,
        [done = std::move(done)](teleport::result<resource> answer) {
          if (answer.ok()) {
            done(true);
          } else {
            done(answer.failure());
          }
        },
        [cluster, name] { return cluster->remove(name); });
  }
  void list(const teleport::kind& of, teleport::page_callback done) override {
    auto* cluster = cluster_;
    auto pass_on = [done = std::move(done)](outcome answer) {
      if (auto* why = std::get_if<error>(&answer)) return done(std::move(*why));
      done(std::get<std::vector<teleport::resource_head>>(std::move(answer)));
    };
    cluster_->ask({"list",
                   "",
                   number_,
                   [cluster, &of]() -> outcome { return cluster->heads(of); },
                   pass_on,
                   {},
                   {}});
  }
  std::unique_ptr<teleport::watch_handle> watch(const std::vector<const teleport::kind*>& kinds,
                                                teleport::watch_listener to) override {
    return cluster_->watch(kinds, std::move(to));
  }
  void ping(std::function<void(teleport::result<teleport::cluster_info>)> done) override {
    auto reply = [cluster = cluster_, done = std::move(done)] {
      if (cluster->refuse_pings) return done(*cluster->refuse_pings);
      if (cluster->online) return done(cluster->cluster);
      done(error{errc::connection, "no answer"});
    };
    if (!cluster_->hold_pings) return reply();
    cluster_->pings.emplace_back(std::move(reply));
  }
  void abandon() override { cluster_->abandoned.insert(number_); }

 private:
  void ask(const char* verb, const std::string& name, teleport::resource_callback done,
           std::function<outcome()> act, std::optional<resource> desired = {}) {
    auto pass_on = [done = std::move(done)](outcome answer) {
      if (auto* why = std::get_if<error>(&answer)) return done(std::move(*why));
      done(std::get<resource>(std::move(answer)));
    };
    cluster_->ask({verb, name, number_, std::move(act), pass_on, {}, std::move(desired)});
  }
  void write(const char* verb, resource desired, teleport::resource_callback done) {
    const bool creates = std::string_view{verb} == "create";
    ask(
        verb, to_string(desired.key()), std::move(done),
        [cluster = cluster_, desired, creates] { return cluster->write(desired, creates); },
        desired);
  }

  fake_teleport* cluster_;
  int number_;
};

std::shared_ptr<teleport::session> fake_teleport::make_session() {
  return std::make_shared<session>(*this, ++connects);
}

class fake_teleport::connector final : public teleport::connector {
 public:
  explicit connector(fake_teleport& cluster) : cluster_(cluster) {}
  void connect(teleport::connect_callback done) override {
    cluster_.connecting.push_back(std::move(done));
    if (!cluster_.hold_connect) cluster_.answer_connect();
  }
  void on_authority_moved(teleport::authority_callback moved) override {
    cluster_.authority_moved = std::move(moved);
  }

 private:
  fake_teleport& cluster_;
};

std::unique_ptr<teleport::connector> fake_teleport::make_connector() {
  return std::make_unique<connector>(*this);
}

}  // namespace actors::testing
