#include "k8s/credentials.hpp"

#include <utility>

#include <sys/stat.h>

#include "k8s/files.hpp"

namespace k8s {

namespace {

constexpr std::chrono::seconds look_every{1};
constexpr std::chrono::seconds reread_after{60};
/// A plugin's credential is renewed this long before its end, so that no request starts with a dead
/// one.
constexpr std::chrono::seconds renew_ahead{10};

bool same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

timespec modification_time(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mtim : timespec{};
}

}  // namespace

credentials::credentials(const config& server, loop& on) : server_(server), loop_(on) {
  if (server_.token_file.empty() && server_.exec.command.empty()) {
    current_ = std::make_shared<credential>(
        credential{server_.token, server_.client_certificate_pem, server_.client_key_pem});
  }
}

credentials::~credentials() {
  stop_plugin_.raise();
  if (plugin_.joinable()) {
    plugin_.join();
  }
}

void credentials::acquire(ready use) {
  if (closed_) {
    return;
  }
  if (!server_.exec.command.empty()) {
    const bool expired = std::chrono::system_clock::now() + renew_ahead >= expires_;
    if (current_ == nullptr || expired) {
      waiting_.push_back(std::move(use));
      run_plugin();
      return;
    }
  } else if (!server_.token_file.empty()) {
    if (current_ == nullptr || token_file_moved()) {
      read_token_file();
    }
    if (current_ == nullptr) {
      use(*broken_);
      return;
    }
  }
  use(current_);
}

bool credentials::reject(const credential_ptr& used) {
  if (server_.exec.command.empty() && server_.token_file.empty()) {
    return false;
  }
  if (used == current_) {
    current_ = nullptr;
  }
  return true;
}

void credentials::close() {
  closed_ = true;
  waiting_.clear();
  stop_plugin_.raise();
}

// -- token file --------------------------------------------------------------------------------

bool credentials::token_file_moved() const {
  const auto now = loop::clock::now();
  if (now - read_at_ >= reread_after) {
    return true;
  }
  return now - read_at_ >= look_every && !same(modified_, modification_time(server_.token_file));
}

void credentials::read_token_file() {
  // The time is taken first: a change in between is then seen the next time.
  modified_ = modification_time(server_.token_file);
  read_at_ = loop::clock::now();
  auto text = read_file(server_.token_file, "service account token");
  if (text.ok() && trimmed(text.value()).empty()) {
    text = config_error("service account token: " + server_.token_file + " is empty");
  }
  if (!text.ok()) {
    // A rotation may be under way; the old token is good for a while if there is one.
    broken_ = std::move(text.failure());
    return;
  }
  auto token = trimmed(text.value());
  if (current_ == nullptr || current_->token != token) {
    current_ = std::make_shared<credential>(
        credential{std::move(token), server_.client_certificate_pem, server_.client_key_pem});
  }
}

// -- exec plugin -------------------------------------------------------------------------------

void credentials::run_plugin() {
  if (plugin_.joinable()) {
    return;  // it runs; its answer serves all who wait
  }
  plugin_ = std::thread([this] {
    auto answer = std::make_shared<result<exec_credential>>(run_exec_plugin(server_, stop_plugin_));
    loop_.post([this, answer] { plugin_answered(std::move(*answer)); });
  });
}

void credentials::plugin_answered(result<exec_credential> answer) {
  plugin_.join();
  plugin_ = {};
  if (!answer.ok()) {
    answer_all(std::move(answer.failure()));
    return;
  }
  auto& fresh = answer.value();
  expires_ = fresh.expires.value_or(std::chrono::system_clock::time_point::max());
  current_ = std::make_shared<credential>(std::move(fresh.value));
  answer_all(current_);
}

void credentials::answer_all(const result<credential_ptr>& what) {
  for (auto& use : std::exchange(waiting_, {})) {
    use(what);
  }
}

}  // namespace k8s
