#include "tests/unit/actors/support/teleport_client_world.hpp"

namespace actors::testing {

namespace {

/// Stands for the root: keeps what it is told.
messages::operator_actor::behavior_type listening_root(
    messages::operator_actor::pointer, std::vector<messages::teleport_state>* told) {
  return {
      [=](const messages::teleport_state& now) { told->push_back(now); },
      [](const messages::kind_ready&) {},
      [](const messages::claim_resources&) {},
      [](const messages::release_claim&) {},
      [](const messages::await_resources&) {},
      [](const messages::resource_written&) {},
      [](const messages::kind_drained&) {},
      [](const messages::leadership&) {},
      [](const messages::resigned&) {},
      [](const messages::resign_timeout&) {},
      [](const messages::watch_settled&) {},
      [](const messages::teleport_moved&) {},
      [](const messages::poll_due&) {},
      [](const messages::stop_operator&) {},
      [](const messages::drain_timeout&) {},
      [](const messages::restart_tick&) {},
      [](const messages::are_you_there&) { return true; },
  };
}

}  // namespace

teleport_client_world::teleport_client_world()
    : root(system().spawn(listening_root, &told)), epoch_(sched().clock().now()) {
  context.env.now = [this] {
    return context.wall + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                              sched().clock().now() - epoch_);
  };
  teleport.now = context.env.now;
}

teleport_client_world::~teleport_client_world() {
  kill(root);
  for (const auto& one : hooks.living("")) self()->send_exit(one, caf::exit_reason::kill);
  run();
  hooks.all.clear();
  teleport.forget_all();
}

void teleport_client_world::start() {
  client = spawn_teleport_client(system(), context.env, root, lanes);
  run();
}

template <class Request>
void teleport_client_world::ask_for(const std::string& name, Request request) {
  const auto ask_once = [this](caf::event_based_actor* me, const std::string& wanted,
                               const Request& with) {
    me->request(client, caf::infinite, with)
        .then(
            [this, wanted](const messages::resource_result& answer) {
              const auto* why = std::get_if<teleport::error>(&answer.outcome);
              answers.push_back(wanted + ": " +
                                (why != nullptr ? teleport::to_string(why->code) : "ok"));
            },
            [this, wanted](const caf::error&) { answers.push_back(wanted + ": bounced"); });
  };
  system().spawn(ask_once, name, std::move(request));
  run();
}

void teleport_client_world::get(const std::string& name) {
  ask_for(name, messages::get_resource{kind, {name, {}}});
}

void teleport_client_world::create(const std::string& name) {
  ask_for(name, messages::create_resource{role(name, root_spec, true)});
}

int teleport_client_world::attempts_in(std::chrono::milliseconds time,
                                       const teleport::connect_failure& why) {
  int attempts = 0;
  teleport.refuse_connect = [&] {
    ++attempts;
    return why;
  };
  advance(time);
  teleport.refuse_connect = nullptr;
  return attempts;
}

void teleport_client_world::cut_the_wire() {
  teleport.hold = teleport.hold_pings = teleport.hold_connect = true;
}

void teleport_client_world::refuse(teleport::trouble what, const std::string& text,
                                   bool permanent) {
  const auto outage =
      what == teleport::trouble::unreachable || what == teleport::trouble::auth_down;
  const auto code = outage ? teleport::errc::connection : teleport::errc::access_denied;
  teleport.refuse_connect = [=] {
    return teleport::connect_failure{{code, text}, permanent, what};
  };
}

}  // namespace actors::testing
