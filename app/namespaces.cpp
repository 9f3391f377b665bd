#include "app/namespaces.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace app {

namespace {

constexpr const char* namespace_is_missing =
    "Specifying namespace is mandatory. This can be done through the `-namespace` flag, the "
    "`POD_NAMESPACE` variable, or the file "
    "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

/// RFC 1123 label, as Kubernetes wants it.
bool is_namespace_name(const std::string& name) {
  constexpr std::size_t longest = 63;
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= longest && alphanumeric(name.front()) &&
         alphanumeric(name.back()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return alphanumeric(c) || c == '-'; });
}

std::vector<std::string> detected(const surroundings& from) {
  auto own = own_namespace(from);
  if (own.empty()) return {};
  return {std::move(own)};
}

}  // namespace

std::string trimmed(const std::string& text) {
  constexpr const char* blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string own_namespace(const surroundings& from) {
  if (auto value = from.variable("POD_NAMESPACE"); value && !value->empty()) return *value;
  return trimmed(from.file(service_account_namespace_file).value_or(""));
}

surroundings real_surroundings() {
  return {[](const std::string& name) -> std::optional<std::string> {
            // Read at start, before a second thread exists.
            const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
            if (value == nullptr) return std::nullopt;
            return value;
          },
          [](const std::string& path) -> std::optional<std::string> {
            std::ifstream in{path};
            if (!in) return std::nullopt;
            return std::string{std::istreambuf_iterator<char>{in}, {}};
          }};
}

std::variant<std::vector<std::string>, bad_configuration> resolve_namespaces(
    const options& given, const surroundings& from) {
  if (given.watch_all_namespaces) return std::vector<std::string>{};
  const auto named = given.namespaces.empty() ? detected(from) : given.namespaces;
  if (named.empty()) return bad_configuration{namespace_is_missing};
  std::vector<std::string> result;
  for (const auto& name : named) {
    if (!is_namespace_name(name)) {
      return bad_configuration{"\"" + name +
                               "\" can't be the name of a namespace: want lower-case letters, "
                               "digits and '-', at most 63 characters"};
    }
    if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(name);
  }
  return result;
}

}  // namespace app
