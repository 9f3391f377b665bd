#include "actors/core/cr_marks.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "actors/core/words.hpp"

namespace actors::core {

namespace {

bool flag(const k8s::object& cr, const char* annotation) {
  const auto found = cr.annotations.find(annotation);
  return found != cr.annotations.end() && parse_flag(found->second);
}

drift_wish drift_wish_of(const k8s::object& cr) {
  const auto found = cr.annotations.find(words::drift_annotation);
  if (found == cr.annotations.end() || found->second == words::drift_heal) return drift_wish::heal;
  return found->second == words::drift_report ? drift_wish::report : drift_wish::unclear;
}

/// FNV-1a over length-prefixed texts, so that ("a", "bc") and ("ab", "c") differ.
class hasher {
 public:
  void add(std::string_view text) {
    add(text.size());
    for (const char c : text) mix(static_cast<unsigned char>(c));
  }
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) mix(static_cast<unsigned char>(number >> shift));
  }
  std::uint64_t value() const { return state_; }

 private:
  void mix(unsigned char byte) { state_ = (state_ ^ byte) * 1099511628211ULL; }
  std::uint64_t state_ = 14695981039346656037ULL;
};

}  // namespace

bool parse_flag(const std::string& text) {
  static constexpr std::array<std::string_view, 6> yes{"1", "t", "T", "TRUE", "true", "True"};
  return std::find(yes.begin(), yes.end(), text) != yes.end();
}

cr_marks marks_of(const k8s::object& cr) {
  cr_marks marks;
  marks.has_finalizer = std::find(cr.finalizers.begin(), cr.finalizers.end(), words::finalizer) !=
                        cr.finalizers.end();
  marks.deleting = cr.deletion_timestamp.has_value();
  marks.ignore = flag(cr, words::ignore_annotation);
  marks.keep = flag(cr, words::keep_annotation);
  marks.adopt = flag(cr, words::adopt_annotation);
  marks.drift = drift_wish_of(cr);
  return marks;
}

std::vector<std::string> with_finalizer(const k8s::object& cr) {
  auto list = without_finalizer(cr);
  list.emplace_back(words::finalizer);
  return list;
}

std::vector<std::string> without_finalizer(const k8s::object& cr) {
  auto list = cr.finalizers;
  std::erase(list, words::finalizer);
  return list;
}

std::uint64_t fingerprint(const k8s::object& cr) {
  hasher hash;
  hash.add(cr.uid);
  hash.add(static_cast<std::uint64_t>(cr.generation));
  for (const auto* map : {&cr.labels, &cr.annotations}) {
    hash.add(map->size());
    for (const auto& [key, value] : *map) {
      hash.add(key);
      hash.add(value);
    }
  }
  hash.add(cr.finalizers.size());
  for (const auto& name : cr.finalizers) hash.add(name);
  hash.add(std::uint64_t{cr.deletion_timestamp.has_value()});
  return hash.value();
}

bool older(const std::string& a, const std::string& b) {
  return k8s::older_version(a, b);
}

}  // namespace actors::core
