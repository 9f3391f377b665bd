#include "tools/crdgen/output.hpp"

#include <sstream>

#include <gmock/gmock.h>

#include "tests/unit/support/temp_folder.hpp"

namespace crdgen {
namespace {

using ::testing::HasSubstr;

struct folder_of_pages : ::testing::Test {
  ::test::temp_folder folder;
  const files all = {{"a.md", "one\ntwo\n"}, {"b.md", "three\n"}};
  std::ostringstream out;

  bool good() { return check(folder.path(""), all, ".md", out); }
};

TEST_F(folder_of_pages, IsGoodOnceItIsWritten) {
  write(folder.path(""), all, ".md");
  EXPECT_TRUE(good());
  EXPECT_EQ(out.str(), "");
}

TEST_F(folder_of_pages, TellsWhatIsMissing) {
  EXPECT_FALSE(good());
  EXPECT_THAT(out.str(), HasSubstr("a.md: missing\n"));
}

TEST_F(folder_of_pages, TellsTheFirstLineThatIsStale) {
  write(folder.path(""), all, ".md");
  folder.write("a.md", "one\n2\n");
  EXPECT_FALSE(good());
  EXPECT_THAT(out.str(), HasSubstr("a.md:2: stale from here\n"));
}

TEST_F(folder_of_pages, LosesStraysButNothingOfPeople) {
  folder.write("old.md", "old");
  folder.write("notes.txt", "mine");
  write(folder.path(""), all, ".md");
  EXPECT_FALSE(std::filesystem::exists(folder.path("old.md")));
  EXPECT_TRUE(std::filesystem::exists(folder.path("notes.txt")));
  folder.write("old.md", "old");
  EXPECT_FALSE(good());
  EXPECT_THAT(out.str(), HasSubstr("old.md: of no kind in the registry\n"));
}

TEST(ReadFile, NamesWhatItCannotRead) {
  try {
    read_file("/nowhere/a.md");
    FAIL();
  } catch (const std::runtime_error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("/nowhere/a.md"));
  }
}

}  // namespace
}  // namespace crdgen
