#include "k8s/line_splitter.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace k8s {
namespace {

/// Feeds `text` in chunks of `size` and answers the lines.
std::vector<std::string> split(const std::string& text, std::size_t size) {
  line_splitter lines(100);
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size(); at += size) {
    EXPECT_TRUE(lines.feed(std::string_view(text).substr(at, size), [&](std::string_view line) {
      out.emplace_back(line);
      return true;
    }));
  }
  return out;
}

TEST(LineSplitter, FindsTheSameLinesWhereverChunksAreCut) {
  const std::string text = "{\"a\":1}\n{\"bb\":\"x y\"}\n\n{}\n{\"partial\":";
  const std::vector<std::string> expected{"{\"a\":1}", "{\"bb\":\"x y\"}", "{}"};
  for (std::size_t size = 1; size <= text.size(); ++size) {
    EXPECT_EQ(split(text, size), expected) << "chunks of " << size;
  }
}

TEST(LineSplitter, RefusesALineThatIsTooLong) {
  for (const std::size_t size : {1U, 5U, 64U}) {
    line_splitter lines(10);
    const std::string text = "short\n" + std::string(50, 'x') + "\n";
    int seen = 0;
    bool good = true;
    for (std::size_t at = 0; good && at < text.size(); at += size) {
      good = lines.feed(std::string_view(text).substr(at, size), [&](std::string_view) {
        ++seen;
        return true;
      });
    }
    EXPECT_FALSE(good);
    EXPECT_TRUE(lines.too_long());
    EXPECT_EQ(seen, 1);
  }
}

TEST(LineSplitter, StopsWhenItsUserDoes) {
  line_splitter lines(10);
  int seen = 0;
  EXPECT_FALSE(lines.feed("a\nb\nc\n", [&](std::string_view) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
  EXPECT_FALSE(lines.too_long());
}

TEST(LineSplitter, KeepsAPartialLineForTheNextChunk) {
  line_splitter lines(10);
  std::string seen;
  const auto take = [&](std::string_view line) {
    seen = line;
    return true;
  };
  EXPECT_TRUE(lines.feed("ab", take));
  EXPECT_EQ(seen, "");
  EXPECT_TRUE(lines.feed("cd\n", take));
  EXPECT_EQ(seen, "abcd");
}

}  // namespace
}  // namespace k8s
