#include "teleport/codec/redaction.hpp"

#include <algorithm>
#include <string_view>

namespace teleport::codec {
namespace {

/// Values shorter than this can be told from the gap that they leave.
constexpr std::size_t shortest_hidden = 4;
/// Lines shorter than this say nothing of the value that they are part of.
constexpr std::size_t shortest_line = 8;

/// As Go's %q and JSON write it, without the quotes.
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
    } else {
      out += c;
    }
  }
  return out;
}

std::string in_url(std::string_view text) {
  constexpr std::string_view plain = "-_.~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

void add_forms(std::string_view value, std::vector<std::string>& forms) {
  forms.insert(forms.end(), {std::string(value), quoted(value), in_url(value)});
}

/// Adds every way in which the value can be expected in a text.
void add_forms_of(std::string_view value, std::vector<std::string>& forms) {
  add_forms(value, forms);
  add_forms(trimmed(value), forms);
  while (!value.empty()) {
    const auto end = std::min(value.find('\n'), value.size());
    const auto line = trimmed(value.substr(0, end));
    if (line.size() >= shortest_line) add_forms(line, forms);
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

std::string redacted(std::string text, const std::vector<std::string>& values) {
  std::vector<std::string> forms;
  for (const auto& value : values) add_forms_of(value, forms);
  std::erase(forms, std::string{});
  // Longest first: a part that is replaced before the whole would leave the rest.
  const auto before = [](const std::string& a, const std::string& b) {
    return a.size() == b.size() ? a < b : a.size() > b.size();
  };
  std::sort(forms.begin(), forms.end(), before);
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  for (const auto& form : forms) {
    if (form.size() >= shortest_hidden) {
      replace_all(text, form, "[secret]");
    } else if (text.find(form) != std::string::npos) {
      return "(left out: the text contains the value of a secret)";
    }
  }
  return text;
}

}  // namespace teleport::codec
