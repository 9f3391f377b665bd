#pragma once

/// Counts what happened in many seeded runs, so that a test can say that enough of it did.

#include <gtest/gtest.h>

namespace actors::testing {

/// What happened in all storms of a shard: a test that does nothing must not pass.
struct tally {
  int creates = 0, updates = 0, removes = 0;
  int kills = 0, throws = 0, lost_answers = 0, outages = 0, recreations = 0;
  int disturbances = 0, locks = 0;

  void expect_enough(int all) const {
    EXPECT_GT(creates, all / 2);
    EXPECT_GT(updates, all / 2);
    EXPECT_GT(removes, all / 2);
    EXPECT_GT(kills, all / 2);
    EXPECT_GT(throws, all / 4);
    EXPECT_GT(lost_answers, all / 2);
    EXPECT_GT(outages, all / 4);
    EXPECT_GT(recreations, all / 10);
    EXPECT_GT(disturbances, all / 4);
  }
};

}  // namespace actors::testing
