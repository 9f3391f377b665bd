#include "app/json_log.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/fmt/chrono.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace app {

namespace {

struct level_name {
  std::string_view text;
  log_threshold value;
};

constexpr std::array<level_name, 4> level_names{
    {{"DEBUG", -4}, {"INFO", 0}, {"WARN", 4}, {"ERROR", 8}}};

log_threshold number_of(actors::log_level level) {
  return level_names.at(static_cast<std::size_t>(level)).value;
}

const char* name_of(actors::log_level level) {
  switch (level) {
    case actors::log_level::debug:
      return "debug";
    case actors::log_level::info:
      return "info";
    case actors::log_level::warning:
      return "warning";
    case actors::log_level::error:
      return "error";
  }
  return "error";
}

/// "2026-01-31T12:00:00.123Z".
std::string rfc3339(std::chrono::system_clock::time_point when) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(when);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(when - seconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), millis.count());
}

std::string upper(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return result;
}

/// "+2" or "-1" after a level's name; empty text is 0.
std::optional<int> parse_offset(std::string_view text) {
  if (text.empty()) return 0;
  if (text.starts_with("+-")) return std::nullopt;
  if (text[0] == '+') text.remove_prefix(1);
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<log_threshold> parse_log_level(std::string_view text) {
  const auto sign = std::min(text.find_first_of("+-"), text.size());
  const auto name = upper(text.substr(0, sign));
  const auto offset = parse_offset(text.substr(sign));
  if (!offset) return std::nullopt;
  for (const auto& each : level_names) {
    if (each.text == name) return each.value + *offset;
  }
  return std::nullopt;
}

json_log::json_log(log_threshold threshold, spdlog::sink_ptr sink, clock now)
    : threshold_(threshold), now_(std::move(now)), out_("operator", std::move(sink)) {
  out_.set_pattern("%v");
  out_.set_level(spdlog::level::trace);
}

bool json_log::enabled(actors::log_level level) const noexcept {
  return number_of(level) >= threshold_;
}

void json_log::write(actors::log_level level, std::string_view component, std::string_view id,
                     std::string_view message, std::initializer_list<actors::log_field> fields) {
  if (!enabled(level)) return;
  nlohmann::ordered_json line;
  line["timestamp"] = rfc3339(now_());
  line["level"] = name_of(level);
  line["component"] = component;
  line["message"] = message;
  line["id"] = id;
  for (const auto& field : fields) line[std::string{field.key}] = field.value;
  // Texts come from servers and files: what is not UTF-8 is replaced, not thrown at.
  out_.log(spdlog::level::info,
           spdlog::string_view_t{
               line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)});
}

std::unique_ptr<json_log> make_stderr_log(log_threshold threshold) {
  return std::make_unique<json_log>(threshold, std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                    [] { return std::chrono::system_clock::now(); });
}

}  // namespace app
