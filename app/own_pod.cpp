#include "app/own_pod.hpp"

namespace app {

std::optional<messages::event_subject> own_pod(const surroundings& from, const std::string& host) {
  const auto variable = [&from](const char* name) { return from.variable(name).value_or(""); };
  const auto mounted = from.file(service_account_namespace_file);
  auto space = variable("POD_NAMESPACE");
  if (space.empty()) space = trimmed(mounted.value_or(""));
  auto name = variable("POD_NAME");
  if (name.empty() && mounted) name = host;
  if (name.empty() || space.empty()) return std::nullopt;
  return messages::event_subject{"v1", "Pod", {space, name}, variable("POD_UID")};
}

}  // namespace app
