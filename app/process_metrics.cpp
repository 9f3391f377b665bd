#include "app/process_metrics.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <sys/resource.h>
#include <unistd.h>

namespace app {

namespace {

prometheus::MetricFamily family(const char* name, const char* help, prometheus::MetricType type,
                                double value) {
  prometheus::ClientMetric metric;
  if (type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return {name, help, type, {metric}};
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// What /proc/self/stat says, in units of the metrics.
struct proc_stat {
  double start_seconds = 0;  ///< since the Unix epoch
  double virtual_bytes = 0;
  double resident_bytes = 0;
  double threads = 0;
};

/// Boot time in Unix seconds: the line "btime N" of /proc/stat.
double boot_time() {
  std::ifstream in{"/proc/stat"};
  std::string word;
  double value = 0;
  while (in >> word) {
    if (word == "btime" && in >> value) return value;
  }
  return 0;
}

proc_stat read_proc_stat() {
  std::ifstream in{"/proc/self/stat"};
  std::string text;
  std::getline(in, text);
  // The second field is the program's name in parentheses and may hold blanks.
  std::istringstream rest{text.substr(std::min(text.rfind(')') + 1, text.size()))};
  constexpr int first_field = 3;
  proc_stat result;
  std::string word;
  for (int field = first_field; rest >> word; ++field) {
    switch (field) {  // numbers of proc(5)
      case 20:
        result.threads = std::stod(word);
        break;
      case 22:
        result.start_seconds = std::stod(word);
        break;
      case 23:
        result.virtual_bytes = std::stod(word);
        break;
      case 24:
        result.resident_bytes = std::stod(word);
        break;
      default:
        break;
    }
  }
  static const double booted = boot_time();
  result.start_seconds = booted + result.start_seconds / static_cast<double>(sysconf(_SC_CLK_TCK));
  result.resident_bytes *= static_cast<double>(sysconf(_SC_PAGESIZE));
  return result;
}

double open_files() {
  std::error_code failed;
  double count = 0;
  for (auto it = std::filesystem::directory_iterator{"/proc/self/fd", failed};
       !failed && it != std::filesystem::directory_iterator{}; it.increment(failed)) {
    ++count;
  }
  return count > 0 ? count - 1 : 0;  // one of them is this look
}

double most_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::vector<prometheus::MetricFamily> process_metrics::Collect() const {
  using prometheus::MetricType;
  const auto stat = read_proc_stat();
  return {
      family("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
             MetricType::Counter, cpu_seconds()),
      family("process_resident_memory_bytes", "Resident memory size in bytes.", MetricType::Gauge,
             stat.resident_bytes),
      family("process_virtual_memory_bytes", "Virtual memory size in bytes.", MetricType::Gauge,
             stat.virtual_bytes),
      family("process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
             MetricType::Gauge, stat.start_seconds),
      family("process_open_fds", "Number of open file descriptors.", MetricType::Gauge,
             open_files()),
      family("process_max_fds", "Maximum number of open file descriptors.", MetricType::Gauge,
             most_files()),
      family("process_threads", "Number of threads of the process.", MetricType::Gauge,
             stat.threads),
  };
}

}  // namespace app
