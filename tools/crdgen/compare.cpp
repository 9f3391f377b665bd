#include "tools/crdgen/compare.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>
#include <tuple>

namespace crdgen {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json read(const fs::path& path) {
  std::ifstream file(path);
  auto value = json::parse(file, nullptr, false);
  if (!file || value.is_discarded()) throw std::runtime_error("can't read " + path.string());
  return value;
}

/// The schema of a kind's version, by the lower-case name that the tables have; nullptr when there
/// is none.
const json* find(const std::vector<json>& crds, const std::string& singular,
                 const std::string& version) {
  for (const auto& crd : crds) {
    if (crd["spec"]["names"]["singular"] != singular) continue;
    for (const auto& one : crd["spec"]["versions"]) {
      if (one["name"] == version) return &one["schema"]["openAPIV3Schema"];
    }
  }
  return nullptr;
}

shapes official_of(const fs::path& facts, const std::string& table) {
  auto all = read(facts / (table + ".json")).get<shapes>();
  all.merge(read(facts / "status.json").get<shapes>());
  return all;
}

/// The reasons of reasons.json, and which of them were used.
class reasons {
 public:
  explicit reasons(const fs::path& facts) : all_(read(facts / "reasons.json")) {
    // Nothing else to do.
  }

  /// Empty when there is none. `kinds` of a reason are the schemas it is for; without: all.
  std::string find(const std::string& singular, const std::string& path) {
    for (const auto& one : all_) {
      const bool is_for = !one.contains("kinds") || contains(one["kinds"], singular);
      if (!is_for || !contains(one["paths"], path)) continue;
      used_.insert({one.contains("kinds") ? singular : "", path});
      return one["reason"];
    }
    return {};
  }

  std::vector<std::string> stale() const {
    std::vector<std::string> lines;
    for (const auto& one : all_) {
      for (const auto& kind : one.value("kinds", json::array({""}))) {
        for (const auto& path : one["paths"]) {
          if (used_.count({kind, path}) == 0)
            lines.push_back("a reason without a difference: " + kind.dump() + " " + path.dump());
        }
      }
    }
    return lines;
  }

 private:
  static bool contains(const json& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
  }

  json all_;
  std::set<std::pair<std::string, std::string>> used_;
};

std::vector<difference> apart(const shapes& ours, const shapes& official) {
  std::vector<difference> found;
  for (const auto& [path, shape] : official) {
    const auto at = ours.find(path);
    if (at == ours.end()) {
      found.push_back({"", path, "", shape, ""});
    } else if (at->second != shape) {
      found.push_back({"", path, at->second, shape, ""});
    }
  }
  for (const auto& [path, shape] : ours) {
    if (official.count(path) == 0) found.push_back({"", path, shape, "", ""});
  }
  return found;
}

std::string missing(const std::string& kind, const std::string& version) {
  return "no CRD for " + kind + " " + version;
}

std::string line(const difference& one) {
  auto text = one.path.empty() ? "(root)" : one.path;
  if (one.official.empty()) {
    text += ": only ours, " + one.ours;
  } else if (one.ours.empty()) {
    text += ": MISSING, official " + one.official;
  } else {
    text += ": ours " + one.ours + ", official " + one.official;
  }
  return text + "\n      " + (one.reason.empty() ? "NO REASON IS KNOWN" : one.reason);
}

/// Lines by schema, under "every schema" when all have them.
std::map<std::string, std::vector<std::string>> grouped(const comparison& result) {
  std::map<std::string, std::vector<std::string>> schemas_of;
  for (const auto& one : result.differences) schemas_of[line(one)].push_back(one.schema);
  std::map<std::string, std::vector<std::string>> lines;
  for (const auto& [text, schemas] : schemas_of) {
    if (schemas.size() == result.schemas) {
      lines["every schema"].push_back(text);
    } else {
      for (const auto& schema : schemas) lines[schema].push_back(text);
    }
  }
  return lines;
}

}  // namespace

bool comparison::passed() const {
  return problems.empty() && std::none_of(differences.begin(), differences.end(),
                                          [](const difference& one) { return one.reason.empty(); });
}

comparison compare(const fs::path& facts, const std::vector<json>& crds) {
  comparison result;
  reasons known(facts);
  for (const auto& entry : read(facts / "index.json")) {
    const std::string kind = entry["kind"];
    const std::string version = entry["version"];
    const auto* schema = find(crds, kind, version);
    if (schema == nullptr) {
      result.problems.push_back(missing(kind, version));
      continue;
    }
    const auto official = official_of(facts, entry["facts"]);
    ++result.schemas;
    result.paths += official.size();
    for (auto& one : apart(shapes_of(*schema), official)) {
      one.schema = kind;
      one.schema.append(" ").append(version);
      one.reason = known.find(kind, one.path);
      result.differences.push_back(std::move(one));
    }
  }
  const auto stale = known.stale();
  result.problems.insert(result.problems.end(), stale.begin(), stale.end());
  return result;
}

void print(std::ostream& out, const comparison& result) {
  for (const auto& [schema, lines] : grouped(result)) {
    out << schema << '\n';
    for (const auto& text : lines) out << "  " << text << '\n';
  }
  for (const auto& problem : result.problems) out << "problem: " << problem << '\n';
  const auto unexplained = std::count_if(result.differences.begin(), result.differences.end(),
                                         [](const difference& one) { return one.reason.empty(); });
  out << result.schemas << " official schemas with " << result.paths
      << " paths compared: " << result.differences.size() << " differences, " << unexplained
      << " without a reason, " << result.problems.size() << " problems\n";
}

}  // namespace crdgen
