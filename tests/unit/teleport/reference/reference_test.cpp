/// What the reference pages say, by the example of some kinds, and what must hold for all of them.

#include <algorithm>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

#include "tests/unit/teleport/reference/example.hpp"
#include "tools/crdgen/crd.hpp"
#include "tools/crdgen/descriptions.hpp"
#include "tools/crdgen/reference_types.hpp"

namespace crdgen {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const files& pages() {
  static const auto all = reference(EXAMPLES);
  return all;
}

const std::string& page(const std::string& cr_kind) {
  return pages().at(page_name(*teleport::find_kind(cr_kind)));
}

TEST(Reference, HasAPageForEachKindAndAnIndexOfThem) {
  EXPECT_EQ(pages().size(), teleport::all_kinds().size() + 1);
  for (const auto& kind : teleport::all_kinds()) {
    const auto link = "[" + kind.cr_kind + "](" + page_name(kind) + ")";
    EXPECT_THAT(pages().at("README.md"), HasSubstr(link));
    EXPECT_THAT(page(kind.cr_kind), HasSubstr("# " + kind.cr_kind + "\n"));
    EXPECT_THAT(page(kind.cr_kind),
                HasSubstr(read_file(std::filesystem::path(EXAMPLES) / example_name(kind))));
  }
}

/// The CRD is made another way (tools/crdgen/schema.cpp): both have the same fields.
TEST(Reference, NamesEveryFieldOfTheCrd) {
  const auto messages = load_descriptors();
  std::size_t fields = 0;
  for (const auto& kind : teleport::all_kinds()) {
    const auto& text = page(kind.cr_kind);
    const std::function<void(const json&)> look = [&](const json& schema) {
      if (!schema.is_object()) return;
      const auto properties = schema.value("properties", json::object());
      for (const auto& [name, property] : properties.items()) {
        EXPECT_THAT(text, HasSubstr("\n| `" + name + "` | ")) << kind.cr_kind;
        ++fields;
        look(property);
      }
      if (schema.contains("items")) look(schema["items"]);
      if (schema.contains("additionalProperties")) look(schema["additionalProperties"]);
    };
    auto properties =
        crd(kind, *messages)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"];
    for (const auto* standard : {"apiVersion", "kind", "metadata", "status"})
      properties.erase(standard);
    look(properties["spec"]);
    properties.erase("spec");
    look({{"properties", properties}});
  }
  EXPECT_GT(fields, 1000U);
}

std::set<std::string> headings(const std::string& text) {
  std::set<std::string> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto start = line.find_first_not_of('#');
    if (start == 0 || start == std::string::npos || line[start] != ' ') continue;
    EXPECT_TRUE(found.insert(anchor(line.substr(start + 1))).second) << "twice: " << line;
  }
  return found;
}

/// Without the example, whose comments look like headings.
std::string without_example(const std::string& text) {
  const auto start = text.find("```yaml");
  return start == std::string::npos ? text
                                    : text.substr(0, start) + text.substr(text.find("\n```\n"));
}

TEST(Reference, LinksLeadSomewhere) {
  const auto docs = std::filesystem::path(DOCS);
  const auto shared = headings(read_file(docs / "resources.md"));
  const std::regex link(R"(\]\(([^)]*)\))");
  for (const auto& [name, whole] : pages()) {
    const auto text = without_example(whole);
    const auto here = headings(text);
    for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
      const std::string target = (*at)[1];
      const auto hash = target.find('#');
      const auto file = target.substr(0, hash);
      const auto heading = hash == std::string::npos ? "" : target.substr(hash);
      if (file == "../resources.md" && !heading.empty()) {
        EXPECT_EQ(shared.count(heading), 1U) << name << ": " << target;
      } else if (file.empty()) {
        EXPECT_EQ(here.count(heading), 1U) << name << ": " << target;
      } else if (pages().count(file) == 0) {
        EXPECT_TRUE(std::filesystem::exists(docs / "reference" / file)) << name << ": " << target;
      }
    }
  }
}

/// A row with too few or too many cells falls apart.
TEST(Reference, TablesKeepTheirShape) {
  for (const auto& [name, whole] : pages()) {
    std::istringstream lines(without_example(whole));
    std::ptrdiff_t bars = 0;
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line.front() != '|') {
        bars = 0;
        continue;
      }
      const auto plain = std::regex_replace(line, std::regex(R"(\\\|)"), "");
      const auto count = std::count(plain.begin(), plain.end(), '|');
      if (bars != 0) {
        EXPECT_EQ(count, bars) << name << ": " << line;
      }
      bars = count;
    }
  }
}

struct claim {
  const char* kind;
  const char* text;
};

TEST(Reference, SaysHowValuesAreWritten) {
  const claim claims[] = {
      {"TeleportRoleV7", "| `max_session_ttl` | [duration](../resources.md#durations) |"},
      {"TeleportRoleV7", "| `node_labels` | [labels](../resources.md#labels) |"},
      {"TeleportRoleV7", "| `rules` | list of [objects](#specallowrules) |"},
      {"TeleportRoleV7", "| `logins` | list of texts, or null |"},
      {"TeleportRoleV7",
       "| `create_host_user_mode` | [word](../resources.md#words): `\"off\"`, "
       "`keep`, `insecure-drop` |"},
      {"TeleportRoleV7", "| `ssh_file_copy` | [true or false](../resources.md#booleans) |"},
      {"TeleportUser", "| `traits` | [lists by name](../resources.md#lists-by-name) |"},
      {"TeleportLoginRule", "| `traits_map` | [lists by name](../resources.md#lists-by-name)"},
      {"TeleportLockV2", "| `expires` | [time](../resources.md#times) |"},
      {"TeleportAccessList", "`MEMBERSHIP_KIND_USER`, `MEMBERSHIP_KIND_LIST` |"},
      {"TeleportAppV3", "| `dynamic_labels` | [objects](#specdynamic_labels) by name |"},
      {"TeleportAppV3", "\n### spec.dynamic_labels.*\n"},
      {"TeleportOIDCConnector", "| `max_age` | [duration](../resources.md#durations) |"},
      {"TeleportOIDCConnector", "| `redirect_url` | list of texts |"},
      {"TeleportWorkloadIdentityV1", "| `extra_claims` | any object, or null |"},
      {"TeleportWorkloadIdentityV1",
       "At most one of these can be set: `eq`, `not_eq`, `in`, `not_in`."},
      {"TeleportRoleV7", "The same fields: `spec.deny`."},
  };
  for (const auto& [kind, text] : claims) EXPECT_THAT(page(kind), HasSubstr(text));
}

TEST(Reference, SaysWhatIsSpecialAboutAKind) {
  const claim claims[] = {
      {"TeleportRole", "`resources.teleport.dev/v5`; also served: `v6`"},
      {"TeleportRoleV7", "names in `spec.roles`. The object then stays"},
      {"TeleportUser", "Each `role` in `spec.roles` must exist."},
      {"TeleportAutoupdateConfigV1", "`metadata.name` must be `autoupdate-config`"},
      {"TeleportAutoupdateConfigV1", "| `autoupdate-config`, the only one |"},
      {"TeleportOpenSSHServerV2", "`node`, subkind `openssh`, version `v2`"},
      {"TeleportScopedTokenV1", "`scope` stands beside `spec`."},
      {"TeleportGithubConnector", "- `spec.client_secret` can be `secret://<name>/<key>`"},
      {"TeleportLockV2", "new: `spec.created_at` and `spec.created_by`."},
      {"TeleportSAMLIdPServiceProviderV1", "Teleport stores `spec.entity_descriptor`"},
      {"TeleportSAMLConnector", "| **Needs** | a licence with `SAML` |"},
      {"TeleportOktaImportRule", "| **Needs** | Teleport Enterprise |"},
  };
  for (const auto& [kind, text] : claims) EXPECT_THAT(page(kind), HasSubstr(text)) << kind;
  EXPECT_THAT(page("TeleportUser"), Not(HasSubstr("`created_by`")));
}

TEST(Reference, SaysWhatEachFieldIs) {
  std::vector<std::string> silent;
  for (const auto& [name, text] : pages()) {
    std::istringstream lines(without_example(text));
    for (std::string line; std::getline(lines, line);) {
      if (line.compare(0, 3, "| `") == 0 && line.find(" |  |") != std::string::npos)
        silent.push_back(name + ": " + line);
    }
  }
  EXPECT_THAT(silent, IsEmpty());
}

TEST(Anchor, IsWhatGitHubMakesOfAHeading) {
  EXPECT_EQ(anchor("spec.allow.review_requests"), "#specallowreview_requests");
  EXPECT_EQ(anchor("spec.rules[].labels.*"), "#specruleslabels");
  EXPECT_EQ(anchor("Lists by name"), "#lists-by-name");
}

}  // namespace
}  // namespace crdgen
