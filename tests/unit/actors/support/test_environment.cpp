#include "tests/unit/actors/support/test_environment.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace actors::testing {

void memory_log::write(log_level level, std::string_view, std::string_view id,
                       std::string_view message, std::initializer_list<log_field> fields) {
  static constexpr std::array levels{"debug ", "info ", "warning ", "error "};
  std::string text{levels.at(static_cast<std::size_t>(level))};
  text += message;
  for (const auto& field : fields) text += ' ' + field.value;
  const std::scoped_lock lock{mutex_};
  lines_.emplace_back(id, std::move(text));
}

std::string memory_log::all_text() const {
  const std::scoped_lock lock{mutex_};
  std::string all;
  for (const auto& [id, text] : lines_) all += text + '\n';
  return all;
}

std::vector<std::string> memory_log::lines(std::string_view id) const {
  const std::scoped_lock lock{mutex_};
  std::vector<std::string> found;
  for (const auto& [one, text] : lines_) {
    if (one == id) found.push_back(text);
  }
  return found;
}

std::size_t memory_log::count(std::string_view id) const {
  return lines(id).size();
}

test_environment::test_environment(const std::vector<std::string>& controllers)
    : stats(controllers), wall(std::chrono::system_clock::from_time_t(1'767'322'984)) {
  env.config.own_instance = "test-host";
  env.log = &log;
  env.stats = &stats;
  env.health = &health;
  env.fence = &fence;
  env.now = [this] { return wall; };
  env.random = [] { return 0.0; };
}

double test_environment::metric(const std::string& name,
                                const std::vector<std::string>& label_values) const {
  for (const auto& family : stats.registry()->Collect()) {
    if (family.name != name) continue;
    for (const auto& each : family.metric) {
      std::vector<std::string> values;
      for (const auto& label : each.label) values.push_back(label.value);
      if (!std::is_permutation(values.begin(), values.end(), label_values.begin(),
                               label_values.end())) {
        continue;
      }
      return family.type == prometheus::MetricType::Counter ? each.counter.value : each.gauge.value;
    }
  }
  return 0;
}

}  // namespace actors::testing
