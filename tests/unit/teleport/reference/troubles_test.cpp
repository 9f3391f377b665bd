/// docs/connection.md has a row for each trouble, as the operator says it.

#include <fstream>

#include <gmock/gmock.h>

#include "teleport/trouble.hpp"

namespace teleport {
namespace {

using ::testing::HasSubstr;

std::string row_of(trouble what) {
  std::ifstream page(std::string(DOCS) + "/connection.md");
  const auto begin = "| `" + std::string(to_string(what)) + "` |";
  for (std::string line; std::getline(page, line);)
    if (line.starts_with(begin)) return line;
  return "no row";
}

TEST(Troubles, AreAllInTheDocuments) {
  for (const auto what : all_troubles()) {
    if (what == trouble::none) continue;
    EXPECT_THAT(row_of(what), HasSubstr("| " + std::string(remedy(what)))) << to_string(what);
  }
}

}  // namespace
}  // namespace teleport
