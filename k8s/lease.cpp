#include "k8s/lease.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "k8s/json.hpp"

namespace k8s {

namespace {

void set_text(json& in, const char* name, const std::string& text) {
  if (text.empty()) {
    in.erase(name);
  } else {
    in[name] = text;
  }
}

json& section(json& of, const char* name) {
  auto& found = of[name];
  if (!found.is_object()) found = json::object();
  return found;
}

}  // namespace

const resource_type& lease_type() {
  static const resource_type type{"coordination.k8s.io", "v1", "Lease", "leases"};
  return type;
}

result<lease> parse_lease(std::string_view text, const std::string& subject) {
  auto body = read_json_object(text);
  auto* metadata = body ? member(*body, "metadata") : nullptr;
  if (metadata == nullptr || !metadata->is_object()) {
    return error{.code = errc::bad_answer, .message = subject + ": the answer is no Lease"};
  }
  lease out;
  out.whole = body->dump();
  out.key = {take_string(*metadata, "namespace"), take_string(*metadata, "name")};
  out.uid = take_string(*metadata, "uid");
  out.resource_version = take_string(*metadata, "resourceVersion");
  if (auto* spec = member(*body, "spec")) {
    out.holder = take_string(*spec, "holderIdentity");
    out.duration = std::chrono::seconds{take_integer(*spec, "leaseDurationSeconds")};
    out.acquire_time = take_string(*spec, "acquireTime");
    out.renew_time = take_string(*spec, "renewTime");
    out.transitions = take_integer(*spec, "leaseTransitions");
  }
  return out;
}

std::string holder_in(const object& of) {
  auto spec = read_json_object(of.spec);
  return spec ? take_string(*spec, "holderIdentity") : std::string{};
}

std::string lease_body(const lease& of) {
  auto body = read_json_object(of.whole).value_or(json::object());
  body["apiVersion"] = "coordination.k8s.io/v1";
  body["kind"] = "Lease";
  auto& metadata = section(body, "metadata");
  metadata["namespace"] = of.key.ns;
  metadata["name"] = of.key.name;
  set_text(metadata, "uid", of.uid);
  set_text(metadata, "resourceVersion", of.resource_version);
  auto& spec = section(body, "spec");
  // Empty, not left out: client-go writes a released Lease so.
  spec["holderIdentity"] = of.holder;
  spec["leaseDurationSeconds"] = of.duration.count();
  set_text(spec, "acquireTime", of.acquire_time);
  set_text(spec, "renewTime", of.renew_time);
  spec["leaseTransitions"] = of.transitions;
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string micro_time(std::chrono::system_clock::time_point when) {
  const auto since = std::chrono::floor<std::chrono::microseconds>(when.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const std::time_t whole = seconds.count();
  std::tm parts{};
  gmtime_r(&whole, &parts);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%06dZ",
                static_cast<int>((since - seconds).count()));
  return std::string{text.data(), length} + fraction.data();
}

}  // namespace k8s
