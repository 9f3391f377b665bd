#include "app/doctor/text.hpp"

#include <algorithm>

namespace app::doctor {

namespace {

/// A step that took longer than this is slow, and says so.
constexpr std::chrono::milliseconds worth_telling{1000};

const char* mark(verdict of) {
  switch (of) {
    case verdict::ok:
      return "[✓] ";
    case verdict::warning:
      return "[!] ";
    case verdict::failed:
      return "[✗] ";
    case verdict::skipped:
      return "[-] ";
  }
  return "";
}

/// "4.2 s".
std::string in_seconds(std::chrono::milliseconds took) {
  const auto tenths = (took.count() + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// Texts come from servers too: none of them may move the cursor.
std::string tame(std::string text) {
  constexpr unsigned char first_printable = 0x20;
  constexpr unsigned char erase = 0x7f;
  std::ranges::replace_if(
      text, [](unsigned char byte) { return byte < first_printable || byte == erase; }, ' ');
  return text;
}

void append(std::string& to, const finding& one) {
  to += mark(one.is) + one.title + ": " + tame(one.seen);
  if (one.took >= worth_telling) to += " (took " + in_seconds(one.took) + ")";
  to += '\n';
  for (const auto& [name, value] : one.details) to += "      " + name + ": " + tame(value) + "\n";
  if (!one.remedy.empty()) to += "    → " + one.remedy + "\n";
}

/// "Rights in Teleport: 20 of 22 are well", or nothing when none is.
void append_good_ones(std::string& to, const std::vector<finding>& all, const std::string& group) {
  const auto of_group = [&](const finding& one) { return one.group == group; };
  const auto every = std::ranges::count_if(all, of_group);
  const auto good = std::ranges::count_if(
      all, [&](const finding& one) { return of_group(one) && one.is == verdict::ok; });
  if (good == 0) return;
  to += mark(verdict::ok) + group + ": ";
  to += good == every ? "all " + std::to_string(every)
                      : std::to_string(good) + " of " + std::to_string(every);
  to += " are well\n";
}

void append(std::string& to, const section& part) {
  to += "\n" + part.title + (part.about.empty() ? "" : ": " + tame(part.about)) + "\n";
  std::string group;
  for (const auto& one : part.findings) {
    if (one.group != group && !one.group.empty()) append_good_ones(to, part.findings, one.group);
    group = one.group;
    if (group.empty() || one.is != verdict::ok) append(to, one);
  }
}

std::string many(int number, const char* one, const char* several) {
  return std::to_string(number) + " " + (number == 1 ? one : several);
}

std::string verdict_of(const report& all) {
  const auto sum = count(all);
  std::string rest;
  if (sum.warnings > 0) rest += ", " + many(sum.warnings, "warning", "warnings");
  if (sum.failed == 0) return "All is well" + rest + ".";
  return many(sum.failed, "problem", "problems") + rest + ".";
}

}  // namespace

std::string as_text(const report& all) {
  std::string text = "teleport-operator " + all.version + ", doctor\n";
  for (const auto& part : all.sections) append(text, part);
  return text + "\n" + verdict_of(all) + "\n";
}

}  // namespace app::doctor
