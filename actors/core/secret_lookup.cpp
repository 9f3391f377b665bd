#include "actors/core/secret_lookup.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "actors/core/words.hpp"
#include "k8s/secret.hpp"

namespace actors::core {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// `*` alone, or a list of names separated by commas.
bool admits(std::string_view list, std::string_view name) {
  if (list == "*") return true;
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (trimmed(list.substr(0, comma)) == name) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

std::string in_quotes(const std::string& text) {
  return '"' + text + '"';
}

/// Empty, or why the CR may not use the Secret: in the official words, then what to do.
std::string denial(const k8s::object& secret, const std::string& cr_name) {
  const std::string annotation = words::lookup_annotation;
  const auto begin = "secret " + in_quotes(secret.key.name);
  const auto found = secret.annotations.find(annotation);
  if (found == secret.annotations.end()) {
    return begin + " doesn't have the " + in_quotes(annotation) +
           " annotation; set it to the names of the resources that may use the Secret (" +
           in_quotes(cr_name) + "), or to \"*\"";
  }
  if (admits(found->second, cr_name)) return {};
  return begin + " have the annotation " + in_quotes(annotation) + " but it does not contain " +
         in_quotes(cr_name) + "; add the name, or set it to \"*\"";
}

std::string unreadable(const std::string& name, const std::string& ns, const k8s::error& why) {
  auto text = "failed to lookup secret " + in_quotes(name) + ": ";
  if (why.code == k8s::errc::not_found) return text + "not found in namespace " + in_quotes(ns);
  text += why.message;
  if (why.code == k8s::errc::forbidden) {
    text += "; give the operator's role secrets/get in this namespace";
  }
  return text;
}

/// Will it stay like this until a person does something?
bool is_lasting(const k8s::error& why) {
  return why.code == k8s::errc::not_found || why.code == k8s::errc::forbidden ||
         why.code == k8s::errc::invalid;
}

values_missing missing(const teleport::secret_reference& reference, const std::string& why) {
  return {reference.field + ": " + why};
}

}  // namespace

std::vector<std::string> secret_needs::names() const {
  std::set<std::string> all;
  for (const auto& one : references) all.insert(one.secret);
  return {all.begin(), all.end()};
}

secret_needs secrets_needed(const teleport::resource& desired) {
  secret_needs needs;
  auto found = teleport::secret_references(desired);
  if (found.ok()) {
    needs.references = std::move(found.value());
  } else {
    needs.trouble = std::move(found.failure().message);
  }
  return needs;
}

secret_outcome look_up_values(const k8s::object_key& cr, const secret_needs& needs,
                              const secret_answers& answers, teleport::resource desired,
                              const std::string& content_hash) {
  teleport::secret_values values;
  for (const auto& one : needs.references) {
    const auto& answer = answers.at(one.secret);
    if (const auto* why = std::get_if<k8s::error>(&answer)) {
      if (!is_lasting(*why)) return secrets_unread{*why};
      return missing(one, unreadable(one.secret, cr.ns, *why));
    }
    const auto& secret = *std::get<k8s::object_ptr>(answer);
    if (const auto why = denial(secret, cr.name); !why.empty()) return missing(one, why);
    auto value = k8s::secret_value(secret, one.key);
    if (!value) {
      return missing(one,
                     "secret " + in_quotes(one.secret) + " is missing key " + in_quotes(one.key));
    }
    values.insert_or_assign({one.secret, one.key}, std::move(*value));
  }
  auto complete = teleport::with_values(std::move(desired), values);
  if (!complete.ok()) return values_missing{std::move(complete.failure().message)};
  std::vector<teleport::secret_version> versions;
  versions.reserve(answers.size());
  for (const auto& name : needs.names()) {
    const auto& secret = *std::get<k8s::object_ptr>(answers.at(name));
    versions.push_back({name, secret.uid, secret.resource_version});
  }
  return values_found{std::move(complete.value()),
                      teleport::hash_with_secrets(content_hash, versions)};
}

}  // namespace actors::core
