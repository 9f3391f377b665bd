#include "k8s/client.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "k8s/calls.hpp"
#include "k8s/credentials.hpp"
#include "k8s/loop.hpp"
#include "k8s/parse.hpp"
#include "k8s/request.hpp"
#include "k8s/transport.hpp"
#include "k8s/watcher.hpp"

namespace k8s {

namespace {

watch_policy policy_of(const client_options& options) {
  watch_policy policy;
  policy.missing_type_poll = options.missing_type_poll;
  return policy;
}

/// Joins the parts; holds no logic of its own.
class curl_client final : public client {
 public:
  curl_client(config server, client_options options)
      : server_(std::move(server)),
        options_(std::move(options)),
        io_(server_, {.user_agent = options_.user_agent, .on_request = options_.on_request}),
        loop_(io_),
        credentials_(server_, loop_),
        calls_(io_, loop_, credentials_, server_.server, options_.request_timeout,
               options_.write_time_left),
        watch_context_{.io = io_,
                       .on = loop_,
                       .who = credentials_,
                       .server = server_.server,
                       .policy = policy_of(options_),
                       .page_size = options_.page_size,
                       .request_timeout = options_.request_timeout,
                       .idle_timeout = options_.watch_idle_timeout} {
    loop_.start();
  }

  ~curl_client() override {
    loop_.stop([this] {
      watchers_.clear();
      calls_.close();
    });
  }

  curl_client(const curl_client&) = delete;
  curl_client& operator=(const curl_client&) = delete;

  void get(resource_type type, object_key key, object_callback done) override {
    submit_object(get_request(type, key), std::move(done));
  }

  void patch(patch_request request, object_callback done) override {
    submit_object(merge_patch_request(std::move(request)), std::move(done));
  }

  void create(resource_type type, std::string ns, std::string body, object_callback done) override {
    submit_object(create_request(type, ns, std::move(body)), std::move(done));
  }

  void ask_lease(lease_request request, lease_callback done) override;

  void probe(std::function<void(result<std::string>)> done) override {
    auto request = version_request();
    auto subject = request.subject;
    submit(std::move(request), [subject = std::move(subject), done = std::move(done)](auto body) {
      done(body.ok() ? parse_version(body.value(), subject) : std::move(body));
    });
  }

  watch_id watch(watch_request request, std::shared_ptr<watch_listener> listener) override;
  void unwatch(watch_id id) override;

 private:
  void submit_object(http_request request, object_callback done) {
    auto subject = request.subject;
    submit(std::move(request), [subject = std::move(subject), done = std::move(done)](auto body) {
      done(body.ok() ? parse_object(body.value(), subject)
                     : result<object_ptr>(std::move(body.failure())));
    });
  }

  void submit(http_request request, calls::body_callback done, call_manner manner = {}) {
    loop_.post([this, request = std::move(request), done = std::move(done), manner]() mutable {
      calls_.submit(std::move(request), std::move(done), manner);
    });
  }

  const config server_;
  const client_options options_;
  transport io_;
  loop loop_;
  credentials credentials_;
  calls calls_;
  const watcher_context watch_context_;
  /// The loop's own. A watcher is destroyed only here, never inside one of its own callbacks.
  std::unordered_map<watch_id, std::shared_ptr<watcher>> watchers_;
  std::mutex mutex_;
  watch_id last_id_ = 0;                                      ///< guarded by mutex_
  std::unordered_map<watch_id, std::weak_ptr<watcher>> ids_;  ///< guarded by mutex_
};

http_request http_of(const lease_request& from) {
  switch (from.what) {
    case lease_request::verb::create:
      return create_request(lease_type(), from.of.key.ns, lease_body(from.of));
    case lease_request::verb::update:
      return replace_request(lease_type(), from.of.key, lease_body(from.of));
    case lease_request::verb::get:
      break;
  }
  return get_request(lease_type(), from.of.key);
}

void curl_client::ask_lease(lease_request request, lease_callback done) {
  auto http = http_of(request);
  auto subject = http.subject;
  submit(std::move(http),
         [subject = std::move(subject), done = std::move(done)](auto body) {
           done(body.ok() ? parse_lease(body.value(), subject)
                          : result<lease>(std::move(body.failure())));
         },
         {.timeout = request.timeout, .urgent = true});
}

watch_id curl_client::watch(watch_request request, std::shared_ptr<watch_listener> listener) {
  auto fresh = std::make_shared<watcher>(watch_context_, std::move(request), std::move(listener));
  watch_id id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_id_;
    ids_.emplace(id, fresh);
  }
  loop_.post([this, id, fresh = std::move(fresh)]() mutable {
    auto& kept = watchers_[id] = std::move(fresh);
    kept->begin();
  });
  return id;
}

void curl_client::unwatch(watch_id id) {
  std::shared_ptr<watcher> found;
  {
    const std::lock_guard lock(mutex_);
    if (auto place = ids_.find(id); place != ids_.end()) {
      found = place->second.lock();
      ids_.erase(place);
    }
  }
  if (found == nullptr) {
    return;
  }
  found->silence();
  loop_.post([this, id, last = std::move(found)]() mutable {
    watchers_.erase(id);
    last.reset();  // here, on the loop's thread
  });
}

}  // namespace

std::unique_ptr<client> make_client(config server, client_options options) {
  return std::make_unique<curl_client>(std::move(server), std::move(options));
}

}  // namespace k8s
