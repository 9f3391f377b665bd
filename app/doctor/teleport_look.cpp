#include "app/doctor/teleport_look.hpp"

#include <utility>

#include "app/doctor/judgements.hpp"
#include "app/doctor/listed.hpp"
#include "teleport/join/surroundings.hpp"
#include "teleport/trouble.hpp"

namespace app::doctor {

namespace {

/// Of one look. Whoever needs longer is not well.
constexpr std::chrono::seconds look_limit{10};

constexpr const char* address_title = "Address";
constexpr const char* name_title = "Name";
constexpr const char* port_title = "Port";
constexpr const char* certificate_title = "Certificate";
constexpr const char* web_title = "Web API";
constexpr const char* auth_title = "Auth service";
constexpr const char* way_title = "Way in";

bool is_web_port(const teleport::net::address& at) {
  return at.port == 443 || at.port == 3080;
}

}  // namespace

teleport_look::teleport_look(const teleport_settings& with)
    : with_(with), all_{stop_, std::chrono::steady_clock::now() + with.time_limit} {
  found_.id = "teleport";
  found_.title = "Teleport";
  found_.about = with.asked.auth_server;
}

section teleport_look::run() {
  address();
  name();
  port();
  certificate();
  web();
  auth();
  add(judge_version(server_version_));
  way();
  join_token();
  service_account();
  enter();
  return std::move(found_);
}

void teleport_look::address() {
  constexpr const char* id = "teleport.address";
  auto found = teleport::doctor::surroundings_of(with_.asked);
  if (!found)
    return add(failed(id, address_title, found.failure().message,
                      "set -auth-server to host:port of a Teleport proxy or auth server"));
  to_ = std::move(found.value());
  add(ok(id, address_title, to_->server.text()));
}

void teleport_look::name() {
  constexpr const char* id = "teleport.name";
  if (!to_) return add(skipped(id, name_title, address_title));
  const auto found = teleport::doctor::addresses_of(to_->server, within(look_limit));
  const auto proxy = teleport::doctor::proxy_for(*to_);
  named_ = found || !proxy.empty();
  if (!named_)
    return add(failed(id, name_title, found.failure().message,
                      "check the host in -auth-server, and the DNS of this machine"));
  if (!found)
    return add(not_needed(id, name_title, "not needed: the HTTP proxy " + proxy + " looks it up"));
  const auto addresses = listed(found.value());
  const auto& host = to_->server.host;
  add(ok(id, name_title, addresses == host ? host : host + " is " + addresses));
}

void teleport_look::port() {
  constexpr const char* id = "teleport.port";
  if (!to_) return add(skipped(id, port_title, address_title));
  if (!named_) return add(skipped(id, port_title, name_title));
  if (const auto problem = teleport::doctor::knock(*to_, within(look_limit)))
    return add(failed_by(id, port_title, *problem));
  reached_ = true;
  const auto proxy = teleport::doctor::proxy_for(*to_);
  add(ok(id, port_title,
         std::to_string(to_->server.port) + " is open" +
             (proxy.empty() ? "" : ", through the HTTP proxy " + proxy)));
}

void teleport_look::certificate() {
  constexpr const char* id = "teleport.certificate";
  if (!reached_) return add(skipped(id, certificate_title, port_title));
  auto seen = teleport::doctor::look_at_certificate(*to_, within(look_limit));
  if (!seen) {
    auto made = failed_by(id, certificate_title, seen.failure());
    made.remedy = teleport::remedy(teleport::trouble::not_teleport);
    return add(std::move(made));
  }
  shown_ = std::move(seen.value());
  certificate_question with{with_.asked.insecure, !with_.asked.ca_pins.empty(), by_file(), {}};
  if (!shown_->is_of_cluster() && !with.insecure)
    with.refused = teleport::doctor::check_certificate(*to_, within(look_limit));
  trusted_ = !with.refused;
  add(judge_certificate(*shown_, with));
}

teleport::join::surroundings teleport_look::view() const {
  auto to = *to_;
  to.insecure = to.insecure || !trusted_;
  return to;
}

void teleport_look::web() {
  constexpr const char* id = "teleport.web";
  if (!shown_) return add(skipped(id, web_title, certificate_title));
  if (shown_->is_of_cluster())
    return add(not_needed(id, web_title, "not needed: an auth service has none"));
  auto found = teleport::join::find(view(), within(look_limit));
  if (!found) return add(failed_by(id, web_title, found.failure()));
  proxy_ = std::move(found.value());
  server_version_ = proxy_->server_version;
  cluster_ = proxy_->cluster_name;
  auto made = ok(id, web_title, "a proxy of the cluster " + proxy_->cluster_name);
  made.details.emplace_back("TLS routing", proxy_->tls_routing ? "yes" : "no");
  add(std::move(made));
}

void teleport_look::auth() {
  constexpr const char* id = "teleport.auth";
  if (!shown_) return add(skipped(id, auth_title, certificate_title));
  if (shown_->is_of_cluster()) {
    const auto version = teleport::doctor::auth_version(*to_, within(look_limit));
    if (!version) return add(failed_by(id, auth_title, version.failure()));
    server_version_ = version.value();
    cluster_ = shown_->signed_by;
    return add(ok(id, auth_title, "answers"));
  }
  if (!proxy_) return add(skipped(id, auth_title, web_title));
  const auto found = teleport::join::ping(view(), within(look_limit));
  if (found) return add(ok(id, auth_title, "answers the proxy"));
  add(failed_by(id, auth_title, found.failure()));
}

void teleport_look::way() {
  constexpr const char* id = "teleport.way";
  if (!shown_) return add(skipped(id, way_title, certificate_title));
  if (shown_->is_of_cluster()) {
    auto made = ok(id, way_title, "straight to the auth service");
    if (is_web_port(to_->server))
      made.details.emplace_back("before that",
                                "a proxy is looked for, as the port is one of proxies");
    return add(std::move(made));
  }
  if (!proxy_) return add(skipped(id, way_title, web_title));
  auto chosen = teleport::doctor::choose_way(view(), within(look_limit));
  finding made;
  if (!proxy_->tls_routing) {
    made = failed(id, way_title, "the proxy can't lead to auth: the cluster has no TLS routing",
                  std::string(teleport::remedy(teleport::trouble::no_tls_routing)));
  } else {
    made = ok(id, way_title, "through the proxy, " + chosen.how);
    made.details.emplace_back("because", chosen.why);
  }
  if (!is_web_port(to_->server))
    made.details.emplace_back("before that",
                              "an auth service is looked for, as the port is not one of proxies");
  add(std::move(made));
}

}  // namespace app::doctor
