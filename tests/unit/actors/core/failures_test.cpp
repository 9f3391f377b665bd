/// What a failed call may have done, and what it therefore takes to go on.

#include "actors/core/failures.hpp"

#include <gtest/gtest.h>

namespace {

using actors::core::answer_was_lost;
using teleport::errc;

bool lost(errc code) {
  return answer_was_lost(teleport::error{code, "said the server"});
}

TEST(Failures, WriteMayHaveTakenEffect) {
  for (const auto code :
       {errc::connection, errc::cancelled, errc::timeout, errc::unknown, errc::limit_exceeded}) {
    EXPECT_TRUE(lost(code)) << teleport::to_string(code);
  }
}

TEST(Failures, RefusedWriteHasNotTakenEffect) {
  for (const auto code :
       {errc::not_found, errc::already_exists, errc::access_denied, errc::bad_parameter,
        errc::compare_failed, errc::not_implemented, errc::decode, errc::config}) {
    EXPECT_FALSE(lost(code)) << teleport::to_string(code);
  }
}

}  // namespace
