#pragma once

/// Compares our CRDs with what is known of the official ones (tests/data/crd-facts): a resource
/// that the official CRD takes has to be taken by ours. Each difference needs a reason, and each
/// reason a difference. Pure but for reading the tables.

#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace crdgen {

/// Path → what may stand there, for a schema and all below it: its type, `:format`, `?` where it
/// may be null, and everything that narrows it (`maxLength=64`, validation rules). `[]` steps into
/// a list, `{}` into the values of a map; the root's path is empty.
using shapes = std::map<std::string, std::string>;

shapes shapes_of(const nlohmann::json& schema);

struct difference {
  std::string schema;    ///< "TeleportRoleV7 v1"
  std::string path;      ///< "spec.allow.logins"
  std::string ours;      ///< shape; empty: ours does not have it
  std::string official;  ///< shape; empty: only ours has it
  std::string reason;    ///< empty: none is known, which fails the comparison
};

struct comparison {
  std::size_t schemas = 0;
  std::size_t paths = 0;  ///< of the official schemas
  std::vector<difference> differences;
  /// What is wrong besides: a kind is missing, a reason is stale.
  std::vector<std::string> problems;

  bool passed() const;
};

/// `crds` are those of all kinds. Throws std::runtime_error when the tables can't be read.
comparison compare(const std::filesystem::path& facts, const std::vector<nlohmann::json>& crds);

/// One line a difference, those that are the same in every schema only once, then a sum.
void print(std::ostream& out, const comparison& result);

}  // namespace crdgen
