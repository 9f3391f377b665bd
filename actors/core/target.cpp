#include "actors/core/target.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "actors/core/cr_marks.hpp"
#include "actors/core/words.hpp"

namespace actors::core {

namespace {

/// As in Kubernetes; what is longer does not fit into Teleport's own keys either.
constexpr std::size_t longest_name = 253;

std::optional<std::string> annotation(const k8s::object& cr, const char* name) {
  const auto found = cr.annotations.find(name);
  if (found == cr.annotations.end()) return std::nullopt;
  return found->second;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(' ') == std::string_view::npos;
}

/// Empty, or why Teleport can't have a resource of this name.
std::string problem_of(const std::string& name) {
  if (is_blank(name)) return "it is empty";
  if (std::any_of(name.begin(), name.end(), is_control)) return "it has a control character";
  if (name.front() == ' ' || name.back() == ' ') return "it begins or ends with a space";
  if (name.size() > longest_name)
    return "it is longer than " + std::to_string(longest_name) + " bytes";
  if (name.find('/') != std::string::npos) return "it has a slash";
  return {};
}

/// What the CR says that its name in Teleport is.
std::string wanted_name(const k8s::object& cr) {
  return annotation(cr, words::name_annotation).value_or(cr.key.name);
}

std::string fixed_text(const std::string& bound) {
  return "The name in Teleport is fixed: it is \"" + bound + "\". Set the annotation " +
         words::name_annotation +
         " back, or delete this resource and create it again under the other name. Until then "
         "nothing is changed in Teleport.";
}

/// Names of resources that are there once in a cluster.
std::string singleton_text(const teleport::kind& kind, const std::string& name) {
  return words::mutation_failed_text + kind.cr_kind + " must be named \"" + kind.singleton +
         "\", got \"" + name + "\"; delete and recreate the resource with the correct name";
}

void refuse(teleport_target& target, const char* reason, std::string text) {
  target.refused_as = reason;
  target.refused_text = std::move(text);
}

}  // namespace

teleport_target target_of(const teleport::kind& kind, const k8s::object& cr) {
  const auto wanted = wanted_name(cr);
  teleport_target target;
  target.key.name = wanted;
  if (kind.scope == teleport::scoping::possible)
    target.key.scope = k8s::text_beside_spec(cr, words::scope_field);
  if (marks_of(cr).has_finalizer)
    target.key.name = annotation(cr, words::bound_name_annotation).value_or(cr.key.name);
  const auto& name = target.key.name;
  if (name != wanted) {
    refuse(target, words::name_is_fixed, fixed_text(name));
  } else if (auto problem = problem_of(name); !problem.empty()) {
    target.never_there = true;
    refuse(target, words::invalid_name,
           std::string{"The annotation "} + words::name_annotation +
               " does not give a name that Teleport can have: " + problem + '.');
  } else if (!kind.singleton.empty() && name != kind.singleton) {
    target.never_there = true;
    refuse(target, words::mutation_error, singleton_text(kind, name));
  }
  return target;
}

std::map<std::string, std::string> binding_of(const k8s::object& cr) {
  const auto wanted = wanted_name(cr);
  if (wanted != cr.key.name) return {{words::bound_name_annotation, wanted}};
  if (annotation(cr, words::bound_name_annotation)) return {{words::bound_name_annotation, {}}};
  return {};
}

}  // namespace actors::core
