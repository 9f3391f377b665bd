#pragma once

/// What the codec's tests share: a CR from its spec, decoded or failed.

#include <string>

#include <gtest/gtest.h>

#include "teleport/codec.hpp"

namespace teleport::test {

inline cr_content cr_with(const std::string& spec) {
  cr_content cr;
  cr.name = "example";
  cr.spec = spec;
  return cr;
}

inline result<resource> try_decode(const std::string& cr_kind, const std::string& spec) {
  const auto* row = find_kind(cr_kind);
  if (row == nullptr) return error{errc::unknown, "no kind " + cr_kind};
  return decode(*row, cr_with(spec));
}

/// The resource; a test failure when it does not decode.
inline resource decoded(const std::string& cr_kind, const std::string& spec) {
  auto outcome = try_decode(cr_kind, spec);
  EXPECT_TRUE(outcome.ok()) << outcome.failure().message;
  return outcome.ok() ? std::move(outcome.value()) : resource{};
}

/// The error's text; empty when it decodes.
inline std::string refusal(const std::string& cr_kind, const std::string& spec) {
  const auto outcome = try_decode(cr_kind, spec);
  return outcome.ok() ? std::string{} : outcome.failure().message;
}

template <class Message>
const Message& as(const resource& of) {
  return dynamic_cast<const Message&>(of.message());
}

}  // namespace teleport::test
