#include "teleport/kinds/rows.hpp"

#include <string_view>

#include "teleport/lower_case.hpp"

namespace teleport::kinds {

rpc method(const std::string& service, const std::string& name, const std::string& request,
           const std::string& response) {
  rpc call;
  call.path = "/" + service + "/" + name;
  call.request = request;
  call.response = response;
  return call;
}

rpc auth(const std::string& name, const std::string& request, const std::string& response) {
  return method("proto.AuthService", name, request, response);
}

kind named(const std::string& base, const std::string& bases, const std::string& version) {
  kind row;
  row.cr_kind = "Teleport" + base + version;
  row.plural = lower_case("teleport" + bases + version);
  row.singular = lower_case(row.cr_kind);
  row.short_names = {lower_case(base + version), lower_case(bases + version)};
  if (!version.empty()) {
    row.api_versions = {"v1"};
    row.teleport_version = lower_case(version);
  }
  return row;
}

kind_calls service_calls(const std::string& package, const std::string& service,
                         const std::string& base, const std::string& bases,
                         const std::string& update, const std::string& message) {
  const auto call = [&](const std::string& name, const std::string& response) {
    return method(package + "." + service, name, package + "." + name + "Request", response);
  };
  kind_calls calls;
  calls.get = call("Get" + base, message);
  calls.create = call("Create" + base, message);
  calls.update = call(update + base, message);
  calls.remove = call("Delete" + base, empty);
  calls.list = call("List" + bases, package + ".List" + bases + "Response");
  return calls;
}

kind_calls answered_by_call(kind_calls calls) {
  constexpr std::string_view request = "Request";
  for (rpc* call : {&calls.get, &calls.create, &calls.update, &calls.remove}) {
    call->response = call->request.substr(0, call->request.size() - request.size()) + "Response";
  }
  return calls;
}

}  // namespace teleport::kinds
