/// What the API server answers: objects, list pages, watch lines and failures. Input: the body.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/line_splitter.hpp"
#include "k8s/parse.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using fuzz::expect;

const k8s::resource_type type{"resources.teleport.dev", "v1", "TeleportRoleV7", "teleportrolesv7"};
constexpr std::size_t longest = 4096;

/// The lines of `text`, fed in chunks of `step` bytes.
std::vector<std::string> lines(std::string_view text, std::size_t step, bool& whole) {
  std::vector<std::string> found;
  k8s::line_splitter splitter(longest);
  const auto take = [&](std::string_view line) {
    found.emplace_back(line);
    return true;
  };
  whole = true;
  for (std::size_t at = 0; at < text.size() && whole; at += step)
    whole = splitter.feed(text.substr(at, step), take);
  return found;
}

void cut_anywhere(std::string_view text) {
  bool one_whole = false;
  bool many_whole = false;
  const auto one = lines(text, std::max<std::size_t>(text.size(), 1), one_whole);
  const auto many = lines(text, 1 + text.size() % 7, many_whole);
  if (one_whole && many_whole) expect(one == many, "lines do not depend on how chunks were cut");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto object = k8s::parse_object(text, "GET x");
  if (object.ok()) expect(object.value() != nullptr, "an object that was read is there");
  if (const auto page = k8s::parse_page(text, type, "LIST x"); page.ok()) {
    for (const auto& one : page.value().objects) expect(one != nullptr, "no holes in a page");
  }
  const auto event = k8s::parse_watch_event(text, "WATCH x");
  if (event.ok()) expect(event.value().object != nullptr, "an event is about an object");
  const auto failure = k8s::parse_failure(409, text, "PATCH x", true);
  expect(!failure.message.empty(), "a failure says something");
  (void)k8s::parse_version(text, "GET /version");
  cut_anywhere(text);
  return 0;
}
