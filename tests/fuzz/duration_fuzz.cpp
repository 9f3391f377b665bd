/// Teleport's durations. Input: the text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "teleport/codec/texts.hpp"
#include "tests/fuzz/expect.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using fuzz::expect;
  using teleport::codec::read_duration;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto value = read_duration(text);
  if (!value) return 0;
  const auto exact = read_duration(std::to_string(value->count()) + "ns");
  expect(exact == value, "a duration is the same, said in nanoseconds");
  const bool is_word = text == "never" || text.empty();
  const bool is_signed = text.starts_with('-') || text.starts_with('+');
  if (!is_word && !is_signed && value->count() > 0) {
    const auto negative = read_duration("-" + text);
    expect(negative && *negative == -*value, "a sign turns a duration round");
  }
  expect(text.size() < 4096 || value->count() >= 0 || is_signed, "no overflow into the negative");
  return 0;
}
