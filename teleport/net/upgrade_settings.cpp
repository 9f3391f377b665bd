#include "teleport/net/upgrade_settings.hpp"

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "teleport/lower_case.hpp"

namespace teleport::net {
namespace {

constexpr const char* rules_variable = "TELEPORT_TLS_ROUTING_CONN_UPGRADE";
constexpr const char* mode_variable = "TELEPORT_TLS_ROUTING_CONN_UPGRADE_MODE";

std::string trimmed_lower(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return lower_case(std::string(text.substr(begin, text.find_last_not_of(blanks) - begin + 1)));
}

std::optional<bool> boolean(const std::string& word) {
  static constexpr std::array<std::pair<std::string_view, bool>, 8> words{{{"yes", true},
                                                                           {"true", true},
                                                                           {"on", true},
                                                                           {"1", true},
                                                                           {"no", false},
                                                                           {"false", false},
                                                                           {"off", false},
                                                                           {"0", false}}};
  for (const auto& [text, value] : words)
    if (word == text) return value;
  return std::nullopt;
}

std::string variable(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): called before threads start
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

result<upgrade_settings> upgrade_settings::parse(const std::string& rules,
                                                 const std::string& mode) {
  upgrade_settings made;
  const auto wanted = trimmed_lower(mode);
  if (wanted == "websocket") made.mode_ = upgrade_mode::websocket;
  if (wanted == "legacy") made.mode_ = upgrade_mode::legacy;
  for (std::string_view rest = rules; !rest.empty();) {
    const auto end = std::min(rest.find_first_of(",;"), rest.size());
    const auto entry = trimmed_lower(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (entry.empty()) continue;
    const auto equals = entry.find('=');
    const bool named = equals != std::string::npos;
    const auto value = boolean(named ? trimmed_lower(entry.substr(equals + 1)) : entry);
    if (!value || equals == 0)
      return error{errc::config, std::string(rules_variable) + ": \"" + entry +
                                     "\" is neither a boolean nor <host:port>=<boolean>"};
    made.given_ = true;
    if (named)
      made.named_[trimmed_lower(entry.substr(0, equals))] = *value;
    else
      made.others_ = *value;
  }
  return made;
}

result<upgrade_settings> upgrade_settings::from_environment() {
  return parse(variable(rules_variable), variable(mode_variable));
}

std::optional<bool> upgrade_settings::for_address(const address& to) const {
  if (!given_) return std::nullopt;
  const auto found = named_.find(lower_case(to.text()));
  return found == named_.end() ? others_ : found->second;
}

}  // namespace teleport::net
