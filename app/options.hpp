#pragma once

/// What the command line says. Flags, defaults and exit codes are those of the official operator
/// (facts/operator-behaviour.md §1.1, §1.3) plus a few of our own. Pure: reads no file and no
/// environment.

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace app {

struct options {
  // -- Kubernetes --
  std::string kubeconfig;
  std::vector<std::string> namespaces;  ///< empty: detected (app/namespaces.hpp)
  bool watch_all_namespaces = false;
  std::string leader_election_id = "431e83f4.teleport.dev";
  std::chrono::nanoseconds lease_duration = std::chrono::seconds(15);
  std::chrono::nanoseconds renew_deadline = std::chrono::seconds(10);
  std::chrono::nanoseconds retry_period = std::chrono::seconds(2);
  std::chrono::nanoseconds sync_period = std::chrono::hours(10);
  std::chrono::nanoseconds drift_interval = std::chrono::minutes(5);
  // -- Teleport --
  std::string auth_server = "127.0.0.1:3025";
  std::string token = "teleport-operator";
  std::string join_method = "kubernetes";
  std::vector<std::string> ca_pins;
  bool insecure = false;
  std::chrono::nanoseconds certificate_ttl = std::chrono::hours(1);
  std::chrono::nanoseconds renewal_interval = std::chrono::minutes(30);
  std::string identity_file;
  // -- scoped mode --
  std::string scope;        ///< empty: the operator serves what has no scope
  std::string owner_email;  ///< a label on what it writes in a scope
  // -- seen from outside --
  std::string metrics_bind_address = ":8080";
  std::string health_probe_bind_address = ":8081";
  std::string pprof_bind_address;
  std::string address_file;
  std::string log_level = "INFO";
  bool version = false;
};

/// What `teleport-operator doctor` is asked for: the operator's own flags, and how to tell.
struct doctor_options {
  options of_operator;
  bool as_json = false;        ///< -o json
  bool consume_token = false;  ///< a token that is good for one join may be used up
};

/// The first word of the command line that is no flag, when it stands in front.
inline constexpr const char* doctor_command = "doctor";

/// The command line ends the process at once: print `text` and exit with `code`.
struct early_exit {
  int code = 0;
  std::string text;
};

/// `arguments` without the program's name. Bad flags and `-h` end in early_exit (2 and 0, text with
/// the usage), and so does what the flags can't mean together.
std::variant<options, early_exit> parse_options(const std::vector<std::string>& arguments);

/// The same for the command line of the doctor, without program and command name.
std::variant<doctor_options, early_exit> parse_doctor_options(
    const std::vector<std::string>& arguments);

}  // namespace app
