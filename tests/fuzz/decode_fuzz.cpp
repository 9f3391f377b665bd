/// The strict decoder, for every kind. Input: the CR kind in the first line, the spec below it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <google/protobuf/message.h>

#include "teleport/codec.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using fuzz::expect;

/// A first line that is no kind stands for one all the same, so that no input is wasted.
const teleport::kind& chosen(std::string_view word) {
  if (const auto* known = teleport::find_kind(std::string(word))) return *known;
  const auto& kinds = teleport::all_kinds();
  std::size_t sum = word.size();
  for (const char c : word) sum += static_cast<unsigned char>(c);
  return kinds[sum % kinds.size()];
}

/// What goes over the wire and comes back is the same resource.
void expect_survives_the_wire(const teleport::resource& sent) {
  std::string bytes;
  expect(sent.message().SerializeToString(&bytes), "a decoded resource can be sent");
  std::shared_ptr<google::protobuf::Message> received(sent.message().New());
  expect(received->ParseFromString(bytes), "what was sent can be read");
  const teleport::resource stored(sent.of_kind(), std::move(received));
  expect(teleport::content_hash(stored) == teleport::content_hash(sent),
         "the hash does not depend on the way over the wire");
  expect(teleport::differences(sent, stored).empty(), "a resource does not differ from itself");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto line = input.substr(0, input.find('\n'));
  teleport::cr_content cr;
  cr.name = "fuzz";
  cr.spec = input.substr(line.size() == input.size() ? line.size() : line.size() + 1);
  const auto& kind = chosen(line);
  const auto first = teleport::decode(kind, cr);
  const auto second = teleport::decode(kind, cr);
  expect(first.ok() == second.ok(), "decoding is repeatable");
  if (first.ok()) {
    expect(teleport::content_hash(first.value()) == teleport::content_hash(second.value()),
           "equal content has equal hashes");
    expect(teleport::unowned_reason(first.value()).empty(), "what we send is ours");
    expect_survives_the_wire(first.value());
  } else {
    expect(first.failure().code == teleport::errc::decode, "a refusal is a decode error");
    expect(!first.failure().message.empty(), "a refusal says why");
  }
  return 0;
}
