#include "app/memory.hpp"

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace app {
namespace {

/// A line of /proc/self/status in kB: "RssFile", "RssAnon".
long status_kb(const std::string& key) {
  std::ifstream in{"/proc/self/status"};
  for (std::string word; in >> word;) {
    long value = 0;
    if (word == key + ":" && in >> value) return value;
  }
  return -1;
}

/// Constants that are certainly in memory once they were read.
const std::vector<int>& relocated() {
  static const std::vector<int> values{3, 1, 4, 1, 5};
  return values;
}

TEST(Memory, PagesOfProgramAndLibrariesGoBackAndComeAgain) {
  const auto before = status_kb("RssFile");
  ASSERT_GT(before, 0);
  give_memory_back();
  EXPECT_LT(status_kb("RssFile"), before);
  // Everything still works: code, constants, relocated tables, exceptions.
  EXPECT_EQ(relocated(), (std::vector<int>{3, 1, 4, 1, 5}));
  EXPECT_THROW((void)std::string().at(1), std::out_of_range);
}

TEST(Memory, FreedMemoryGoesBack) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer keeps freed memory for a while";
#endif
  std::vector<std::unique_ptr<std::vector<char>>> blocks;
  for (int i = 0; i < 4000; ++i) blocks.push_back(std::make_unique<std::vector<char>>(4000, 'x'));
  // The last one keeps the top of the heap in use, so that free alone gives nothing back.
  blocks.erase(blocks.begin(), blocks.end() - 1);
  const auto before = status_kb("RssAnon");
  give_memory_back();
  EXPECT_LT(status_kb("RssAnon"), before - 8000);
}

}  // namespace
}  // namespace app
