// A developer's way to try the transport by hand: connects to a cluster with the operator's own
// flags, says what it found, and with -exercise writes, reads, lists and deletes a role. -times N
// connects again and again, as the operator does when its certificate is renewed. See
// teleport/README.md.

#include <cstdio>
#include <cstring>
#include <fstream>
#include <future>
#include <iostream>
#include <string>
#include <thread>

#include <unistd.h>

#include "teleport/codec.hpp"
#include "teleport/connector.hpp"

namespace {

struct asked {
  teleport::connector_settings settings;
  int times = 1;
  bool linger = false;
  bool exercise = false;
};

/// Go style flags, as far as this program needs them: `-name value` and `-bool`.
asked parse(int argc, char** argv) {
  asked made;
  auto& to = made.settings;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if (flag == "-insecure") {
      to.insecure = true;
      continue;
    }
    if (flag == "-exercise") {
      made.exercise = true;
      continue;
    }
    const std::string value = i + 1 < argc ? argv[++i] : "";
    if (flag == "-auth-server")
      to.auth_server = value;
    else if (flag == "-token")
      to.token = value;
    else if (flag == "-join-method")
      to.join_method = value;
    else if (flag == "-kubernetes-token")
      to.kubernetes_token_path = value;
    else if (flag == "-identity")
      to.identity_file = value;
    else if (flag == "-ca-pin")
      to.ca_pins.push_back(value);
    else if (flag == "-times")
      made.times = std::stoi(value);
    else if (flag == "-linger")
      made.linger = value == "1";
    else
      std::cerr << "unknown flag " << flag << '\n';
  }
  return made;
}

/// Starts a call and waits for its answer.
template <class T, class Start>
T answer_of(Start start) {
  std::promise<T> promise;
  auto future = promise.get_future();
  start([&promise](T answer) { promise.set_value(std::move(answer)); });
  return future.get();
}

/// Resident memory of this process, as /proc has it.
std::string resident() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return line.substr(6);
  return "?";
}

template <class T>
bool say(const std::string& what, const teleport::result<T>& answer) {
  std::cout << what << ": "
            << (answer ? "ok"
                       : std::string(teleport::to_string(answer.failure().code)) + ": " +
                             answer.failure().message)
            << '\n';
  return answer.ok();
}

bool exercise(teleport::session& on) {
  using teleport::resource;
  const auto& kind = *teleport::find_kind("TeleportRoleV7");
  const teleport::cr_content cr{"connect-trial",
                                {{"team", "trial"}},
                                "made by teleport_connect",
                                R"({"allow":{"logins":["trial"],"node_labels":{"env":["dev"]}}})",
                                {}};
  auto desired = teleport::decode(kind, cr);
  if (!say("decode", desired)) return false;
  using answer = teleport::result<resource>;
  auto made = answer_of<answer>([&](auto done) { on.create(desired.value(), done); });
  if (!say("create", made)) return false;
  auto got = answer_of<answer>([&](auto done) { on.get(kind, {cr.name}, done); });
  if (!say("get", got)) return false;
  std::cout << "  revision " << got.value().revision()
            << ", in sync: " << teleport::differences(desired.value(), got.value()).empty() << '\n';
  auto heads = answer_of<teleport::result<std::vector<teleport::resource_head>>>(
      [&](auto done) { on.list(kind, done); });
  if (!say("list", heads)) return false;
  for (const auto& head : heads.value())
    std::cout << "  " << head.name << ' ' << head.version << ' ' << head.revision << '\n';
  auto gone =
      answer_of<teleport::result<bool>>([&](auto done) { on.remove(kind, {cr.name}, done); });
  auto missing = answer_of<answer>([&](auto done) { on.get(kind, {cr.name}, done); });
  say("get after delete", missing);
  return say("delete", gone) && missing.failure().code == teleport::errc::not_found;
}

bool connect_once(teleport::connector& by, const asked& with) {
  using answer = std::variant<teleport::established, teleport::connect_failure>;
  const auto begun = std::chrono::steady_clock::now();
  auto came = answer_of<answer>([&](auto done) { by.connect(done); });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (auto* failed = std::get_if<teleport::connect_failure>(&came)) {
    std::cout << "failed after " << took.count() << " s (" << to_string(failed->why.code) << ", "
              << to_string(failed->what) << (failed->permanent ? ", permanent" : "")
              << "): " << failed->why.message << '\n';
    return false;
  }
  auto& in = std::get<teleport::established>(came);
  std::cout << "connected in " << took.count() << " s: " << in.way << " to "
            << in.cluster.cluster_name << " (" << in.cluster.server_version << ") as "
            << in.identity << '\n';
  for (const auto& warning : in.warnings) std::cout << "  warning: " << warning << '\n';
  const bool fine = !with.exercise || exercise(*in.channel);
  std::cout << "resident: " << resident() << '\n';
  if (with.linger) {
    std::cout << "press Enter to ping and go on\n";
    std::cin.get();
    say("ping after waiting", answer_of<teleport::result<teleport::cluster_info>>(
                                  [&](auto done) { in.channel->ping(done); }));
  }
  return fine;
}

}  // namespace

int main(int argc, char** argv) {
  std::cout << std::unitbuf;
  auto with = parse(argc, argv);
  with.settings.on_call = [](const std::string& method, const std::string& code, auto took) {
    std::cout << "  " << method << ' ' << code << ' '
              << std::chrono::duration<double, std::milli>(took).count() << " ms\n";
  };
  std::cout << "resident at start: " << resident() << '\n';
  auto made = teleport::make_connector(with.settings);
  if (!say("settings", made)) return 2;
  bool fine = true;
  for (int i = 0; i < with.times && fine; ++i) fine = connect_once(*made.value(), with);
  return fine ? 0 : 1;
}
