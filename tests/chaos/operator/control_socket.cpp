#include "tests/chaos/operator/control_socket.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace chaos {

namespace {

using nlohmann::json;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

way way_named(const std::string& word) {
  if (word == "kill") return way::kill;
  if (word == "raise") return way::raise;
  throw std::invalid_argument("how: \"" + word + "\" is neither \"kill\" nor \"raise\"");
}

const char* word_for(way how) {
  return how == way::kill ? "kill" : "raise";
}

target target_in(const json& request) {
  return {request.value("type", ""), request.value("subject", "")};
}

fault fault_in(const json& request) {
  fault one;
  one.how = way_named(request.at("how"));
  one.whom = target_in(request);
  one.point = request.value("point", "");
  one.after = request.value("after", std::uint64_t{0});
  one.times = request.value("times", std::uint64_t{1});
  return one;
}

/// The value that this word stands for.
template <class Value>
Value named(const std::map<std::string, Value>& words, const std::string& word) {
  const auto found = words.find(word);
  if (found == words.end()) throw std::invalid_argument('"' + word + "\" is not known");
  return found->second;
}

effect_fault effect_fault_in(const json& request) {
  static const std::map<std::string, place> places{{"asked", place::asked},
                                                   {"leaves", place::leaves},
                                                   {"answered", place::answered},
                                                   {"heard", place::heard}};
  static const std::map<std::string, ending> endings{
      {"pass", ending::pass}, {"raise", ending::raise}, {"hold", ending::hold}};
  effect_fault one;
  one.names = request.at("names").get<std::vector<std::string>>();
  one.number = request.at("number");
  one.where = named(places, request.at("where"));
  one.then = named(endings, request.at("then"));
  for (const auto& victim : request.value("kills", json::array())) {
    one.kills.push_back(target_in(victim));
  }
  return one;
}

json as_json(const report& all) {
  auto effects = json::array();
  for (const auto& one : all.effects) {
    effects.push_back({{"subject", one.subject}, {"what", one.what}});
  }
  auto deaths = json::array();
  for (const auto& one : all.deaths) {
    deaths.push_back({{"how", word_for(one.how)}, {"type", one.type}, {"subject", one.subject}});
  }
  return {{"alive", all.alive},
          {"reached", all.reached},
          {"armed", all.armed},
          {"deaths", deaths},
          {"effects", effects}};
}

json carry_out(const json& request, fault_hooks& hooks) {
  const std::string what = request.at("do");
  if (what == "seed") {
    hooks.seed(request.at("value"));
  } else if (what == "kill") {
    const auto victim = hooks.kill(target_in(request));
    return {{"victim", victim ? json(*victim) : json(nullptr)}};
  } else if (what == "arm") {
    hooks.arm(fault_in(request));
  } else if (what == "plan") {
    hooks.plan(effect_fault_in(request));
  } else if (what == "struck") {
    return {{"struck", hooks.struck()}};
  } else if (what == "disarm") {
    return {{"left", hooks.disarm()}};
  } else if (what == "report") {
    return as_json(hooks.now());
  } else {
    throw std::invalid_argument("do: \"" + what + "\" is not known");
  }
  return json::object();
}

}  // namespace

std::string answer_to(const std::string& line, fault_hooks& hooks) {
  try {
    return carry_out(json::parse(line), hooks).dump();
  } catch (const std::exception& why) {
    return json{{"error", why.what()}}.dump();
  }
}

control_socket::control_socket(const std::string& path, fault_hooks& hooks) : hooks_(hooks) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    errno = ENAMETOOLONG;
    fail(path);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0) fail("socket");
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_, 1) != 0) {
    fail("listening on " + path);
  }
  // Signals are for the operator's own thread for them (app/signals.hpp), whose mask comes later.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { serve(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

control_socket::~control_socket() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  ::shutdown(connection_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

void control_socket::serve() {
  for (;;) {
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    connection_ = connection;
    if (!stopping_) converse(connection);
    connection_ = -1;
    ::close(connection);
  }
}

void control_socket::converse(int connection) {
  std::string text;
  std::array<char, 4096> chunk{};
  for (;;) {
    const auto got = ::recv(connection, chunk.data(), chunk.size(), 0);
    if (got <= 0) return;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      const auto answer = answer_to(text.substr(0, end), hooks_) + '\n';
      text.erase(0, end + 1);
      for (std::size_t sent = 0; sent < answer.size();) {
        const auto more = ::send(connection, answer.data() + sent, answer.size() - sent, 0);
        if (more <= 0) return;
        sent += static_cast<std::size_t>(more);
      }
    }
  }
}

}  // namespace chaos
