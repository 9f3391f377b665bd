#include "tools/crdgen/reference_facts.hpp"

#include "teleport/proto/options.pb.h"
#include "tools/crdgen/crd.hpp"

namespace crdgen {
namespace {

using teleport::kind;

std::string code(const std::string& text) {
  return "`" + text + "`";
}

/// "`a`, `b` and `c`".
std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 < words.size() ? ", " : " and ";
    text += code(words[i]);
  }
  return text;
}

/// Paths of the fields that have a mark among their options.
template <class Mark>
std::vector<std::string> marked(const std::vector<section>& all, const Mark& mark) {
  std::vector<std::string> paths;
  for (const auto& one : all) {
    for (const auto* field : one.fields) {
      if (field->options().GetExtension(mark)) paths.push_back(path_of(one, *field));
    }
  }
  return paths;
}

std::string api_versions(const kind& of) {
  auto text = code(std::string(group) + "/" + of.api_versions.front());
  for (std::size_t i = 1; i < of.api_versions.size(); ++i)
    text += (i == 1 ? "; also served: " : ", ") + code(of.api_versions[i]);
  return text;
}

std::string kubectl_names(const kind& of) {
  std::vector<std::string> names = {of.plural, of.singular};
  names.insert(names.end(), of.short_names.begin(), of.short_names.end());
  return listed(names);
}

std::string in_teleport(const kind& of) {
  auto text = code(of.teleport_kind);
  if (!of.teleport_subkind.empty()) text += ", subkind " + code(of.teleport_subkind);
  return text + ", version " + code(of.teleport_version);
}

std::string name_in_teleport(const kind& of) {
  if (!of.singleton.empty()) return code(of.singleton) + ", the only one";
  return "that of this object, or what the annotation "
         "[`resources.teleport.dev/name`](../names.md) says";
}

std::string row(const std::string& what, const std::string& text) {
  return "| **" + what + "** | " + text + " |\n";
}

// -- special rules -------------------------------------------------------------------------------

void add_singleton(const kind& of, std::vector<std::string>& rules) {
  if (of.singleton.empty()) return;
  rules.push_back("A cluster has one of it. `metadata.name` must be " + code(of.singleton) +
                  "; an object with another name is refused, and deleting that leaves Teleport "
                  "alone.");
}

void add_subkind(const kind& of, std::vector<std::string>& rules) {
  if (of.teleport_subkind.empty()) return;
  rules.push_back(
      "A resource of this name that has another subkind in Teleport belongs to "
      "somebody else: it is neither changed nor deleted.");
}

void add_references(const kind& of, std::vector<std::string>& rules) {
  const auto* referrer = teleport::referrer_of(of);
  if (referrer != nullptr) {
    rules.push_back(
        "Teleport refuses to delete a " + code(of.teleport_kind) + " that a " +
        code(referrer->teleport_kind) + " names in " + code(referrer->refers.field) +
        ". The object then stays, and its conditions say who uses it, until nobody does.");
  }
  if (!of.refers.teleport_kind.empty()) {
    rules.push_back(
        "Each " + code(of.refers.teleport_kind) + " in " + code(of.refers.field) +
        " must exist. Until it does, Teleport refuses this object; it is made as soon as "
        "that is there.");
  }
}

void add_scope(const kind& of, std::vector<std::string>& rules) {
  if (of.scope == teleport::scoping::none) return;
  rules.push_back(
      "`scope` stands beside `spec`. It must be the scope that the operator runs with "
      "(`-scope`), or be left out if it runs without one; else the object is refused "
      "([scopes](../resources.md#scopes)).");
}

void add_secrets(const std::vector<section>& all, std::vector<std::string>& rules) {
  const auto paths = marked(all, cr::secret_lookup);
  if (paths.empty()) return;
  rules.push_back(listed(paths) +
                  " can be `secret://<name>/<key>`: then the value comes from a Kubernetes Secret, "
                  "and a change there is sent to Teleport "
                  "([secrets](../secrets.md)).");
}

void add_comparison(const std::vector<section>& all, std::vector<std::string>& rules) {
  if (const auto paths = marked(all, cr::write_only); !paths.empty()) {
    rules.push_back("Not compared with what Teleport has: " + listed(paths) +
                    ". A change made in Teleport is not put back.");
  }
  if (const auto paths = marked(all, cr::rewritten); !paths.empty()) {
    rules.push_back("Teleport stores " + listed(paths) +
                    " in another form, so that only whether it is set is compared.");
  }
  if (const auto paths = marked(all, cr::any_order); !paths.empty())
    rules.push_back("Without an order: " + listed(paths) + ".");
}

void add_kept(const std::vector<section>& all, std::vector<std::string>& rules) {
  const auto paths = marked(all, cr::keep_existing);
  if (paths.empty()) return;
  rules.push_back("Only for a resource that is new: " + listed(paths) +
                  ". Later what Teleport has is kept.");
}

}  // namespace

std::string availability(teleport::feature_gate gate) {
  using teleport::feature_gate;
  switch (gate) {
    case feature_gate::always:
      return "every cluster";
    case feature_gate::enterprise:
      return "Teleport Enterprise";
    case feature_gate::oidc:
      return "a licence with `OIDC`";
    case feature_gate::saml:
      return "a licence with `SAML`";
    case feature_gate::oidc_or_saml:
      return "a licence with `OIDC` or `SAML`";
    case feature_gate::policy:
      return "a licence with `Policy`";
    case feature_gate::session_summaries:
      return "a licence with `SessionSummaries` (`Policy` for servers that do not know that)";
  }
  return {};
}

std::string names_table(const kind& of) {
  return "| | |\n| --- | --- |\n" + row("API version", api_versions(of)) +
         row("Names for kubectl", kubectl_names(of)) + row("In Teleport", in_teleport(of)) +
         row("Name in Teleport", name_in_teleport(of)) + row("Needs", availability(of.gate));
}

std::vector<std::string> special_rules(const kind& of, const std::vector<section>& all) {
  std::vector<std::string> rules;
  add_singleton(of, rules);
  add_subkind(of, rules);
  add_references(of, rules);
  add_scope(of, rules);
  add_secrets(all, rules);
  add_kept(all, rules);
  add_comparison(all, rules);
  return rules;
}

}  // namespace crdgen
