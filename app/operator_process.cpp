#include "app/operator_process.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include <caf/all.hpp>

#include "actors/operator.hpp"
#include "app/memory.hpp"
#include "app/process_metrics.hpp"

namespace app {

namespace {

using actors::log_level;

constexpr const char* component = "app";
constexpr std::chrono::seconds liveness_timeout{1};
/// How often memory that is not in use goes back to the system: as soon as the operator is ready,
/// soon after that, since it then looks at everything once, and ever more rarely.
constexpr std::chrono::seconds first_tidy_interval{5};
constexpr std::chrono::seconds longest_tidy_interval{60};
constexpr std::chrono::milliseconds ready_poll{100};
/// On top of the actors' own grace for running passes.
constexpr std::chrono::seconds end_margin{5};

/// Everything by program: CAF would else read its own command line and configuration file.
caf::actor_system_config& configure(caf::actor_system_config& config) {
  const std::size_t cores = std::thread::hardware_concurrency();
  config.set("scheduler.max-threads", std::clamp<std::size_t>(cores, 2, 4));
  // The default policy polls for work; this one lets an idle operator sleep.
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("logger.verbosity", caf::atom("quiet"));
  return config;
}

bool answers(caf::actor_system& system, const messages::operator_actor& root) {
  caf::scoped_actor self{system};
  bool alive = false;
  self->request(root, liveness_timeout, messages::are_you_there{})
      .receive([&alive](bool yes) { alive = yes; }, [](const caf::error&) {});
  return alive;
}

/// Whole or not at all, since others wait for the file to appear.
std::string write_file(const std::string& path, const std::string& text) {
  const std::string draft = path + ".new";
  std::ofstream out{draft};
  out << text << '\n';
  out.close();
  if (!out || std::rename(draft.c_str(), path.c_str()) != 0) {
    return "-address-file: can't write " + path + ": " + std::generic_category().message(errno);
  }
  return {};
}

/// What is wrong with the servers; empty when all that are wanted listen.
std::string open_endpoints(endpoints& into, const process_settings& settings,
                           const actors::environment& env, caf::actor_system& system,
                           const messages::operator_actor& root) {
  auto sources = env.stats->sources();
  sources.push_back(std::make_shared<process_metrics>());
  probes health{[&system, root] { return answers(system, root); },
                [board = env.health] { return board->report(); }};
  auto started = start_endpoints(settings.addresses, std::move(sources), std::move(health));
  if (auto* failed = std::get_if<bind_failure>(&started)) return std::move(failed->why);
  into = std::move(std::get<endpoints>(started));
  env.log->write(log_level::info, component, "serving", "serving metrics and probes",
                 {{"addresses", addresses_as_json(into)}});
  if (settings.address_file.empty()) return {};
  return write_file(settings.address_file, addresses_as_json(into));
}

/// The end of the whole process, now: nothing of it can be lost.
[[noreturn]] void end_with(actors::logger& log, const char* id, const std::string& why) {
  log.write(log_level::error, component, id, "the operator gives up", {{"err", why}});
  std::_Exit(EXIT_FAILURE);
}

signal_watch::reactions reactions_to_signals(actors::environment& env,
                                             const messages::operator_actor& root,
                                             std::atomic<bool>& asked_to_stop) {
  return {[&env, &asked_to_stop, root] {
            asked_to_stop = true;
            env.health->set_stopping();
            caf::anon_send(root, messages::stop_operator{});
          },
          env.config.stop_grace + end_margin,
          [log = env.log] {
            log->write(log_level::error, component, "stop-overdue",
                       "stopping took too long; ending without waiting for the rest", {});
          }};
}

/// Returns when the root has ended; gives memory back to the system meanwhile.
void wait_for_end(const messages::operator_actor& root, const actors::health_board& health) {
  // Shared: the functor may still be in set_value when this function has gone on.
  const auto ended = std::make_shared<std::promise<void>>();
  caf::actor_cast<caf::actor>(root)->attach_functor([ended] { ended->set_value(); });
  const auto end = ended->get_future();
  while (!health.report().ready) {
    if (end.wait_for(ready_poll) == std::future_status::ready) return;
  }
  give_memory_back();
  auto interval = first_tidy_interval;
  while (end.wait_for(interval) != std::future_status::ready) {
    give_memory_back();
    interval = std::min(2 * interval, longest_tidy_interval);
  }
}

}  // namespace

int run_operator(actors::environment& env, const process_settings& settings,
                 signal_watch& signals) {
  // In the order of their ends, reversed: servers, actors, then what actors leave behind.
  actors::reaper undertaker;
  env.undertaker = &undertaker;
  env.give_up = [log = env.log](const std::string& why) { end_with(*log, "gave-up", why); };
  caf::actor_system_config config;
  caf::actor_system system{configure(config)};
  const auto root = actors::spawn_operator(system, env);
  endpoints servers;
  if (auto why = open_endpoints(servers, settings, env, system, root); !why.empty()) {
    end_with(*env.log, "cannot-serve", why);
  }
  std::atomic<bool> asked_to_stop{false};
  signals.arm(reactions_to_signals(env, root, asked_to_stop));
  wait_for_end(root, *env.health);
  if (!asked_to_stop) end_with(*env.log, "root-ended", "the root actor ended by itself");
  return EXIT_SUCCESS;
}

}  // namespace app
