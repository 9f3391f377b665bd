#include "app/process_metrics.hpp"

#include <chrono>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <prometheus/metric_family.h>

namespace app {
namespace {

std::map<std::string, double> collect() {
  std::map<std::string, double> values;
  for (const auto& family : process_metrics{}.Collect()) {
    const auto& metric = family.metric.at(0);
    values[family.name] =
        family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value;
  }
  return values;
}

TEST(ProcessMetrics, AreThoseOfThisProcess) {
  auto got = collect();
  const auto now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_GT(got["process_cpu_seconds_total"], 0);
  EXPECT_LT(got["process_cpu_seconds_total"], 3600);
  EXPECT_GT(got["process_resident_memory_bytes"], 500e3);
  EXPECT_GT(got["process_virtual_memory_bytes"], got["process_resident_memory_bytes"]);
  EXPECT_LT(got["process_start_time_seconds"], now + 2);
  EXPECT_GT(got["process_start_time_seconds"], now - 3600);
  EXPECT_GE(got["process_open_fds"], 3);
  EXPECT_GE(got["process_max_fds"], got["process_open_fds"]);
  EXPECT_GE(got["process_threads"], 1);
}

TEST(ProcessMetrics, CountsAFileThatIsOpened) {
  const auto before = collect()["process_open_fds"];
  auto* file = std::fopen("/dev/null", "r");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(collect()["process_open_fds"], before + 1);
  std::fclose(file);
}

}  // namespace
}  // namespace app
