#include "app/doctor/json.hpp"

#include <nlohmann/json.hpp>

namespace app::doctor {

namespace {

using json = nlohmann::ordered_json;

json to_json(const finding& one) {
  auto details = json::object();
  for (const auto& [name, value] : one.details) details[name] = value;
  return {{"id", one.id},
          {"title", one.title},
          {"verdict", to_string(one.is)},
          {"seen", one.seen},
          {"details", std::move(details)},
          {"remedy", one.remedy},
          {"milliseconds", one.took.count()}};
}

json to_json(const section& part) {
  auto findings = json::array();
  for (const auto& one : part.findings) findings.push_back(to_json(one));
  return {{"id", part.id}, {"about", part.about}, {"findings", std::move(findings)}};
}

}  // namespace

std::string as_json(const report& all) {
  auto sections = json::array();
  for (const auto& part : all.sections) sections.push_back(to_json(part));
  const auto sum = count(all);
  const json whole{{"version", all.version},
                   {"ok", sum.failed == 0},
                   {"failed", sum.failed},
                   {"warnings", sum.warnings},
                   {"sections", std::move(sections)}};
  // Texts come from servers too: what is not UTF-8 is replaced, not thrown at.
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace app::doctor
