#include "actors/core/lanes.hpp"

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace actors::core {
namespace {

class Lanes : public ::testing::Test {
 protected:
  /// A call that lasts until `end` of its number.
  lanes::job call(int number) {
    return [this, number](lanes::leave leave) {
      started.push_back(number);
      leaves.push_back(std::move(leave));
    };
  }
  void end(std::size_t which) { leaves.at(which)(); }

  lanes all;
  std::vector<int> started;
  std::vector<lanes::leave> leaves;
};

TEST_F(Lanes, CallsOfOneResourceRunOneAfterAnotherInOrder) {
  for (int i = 0; i < 3; ++i) all.run("role/a", call(i));
  EXPECT_EQ(started, std::vector<int>{0});
  end(0);
  EXPECT_EQ(started, (std::vector<int>{0, 1}));
  end(1);
  EXPECT_EQ(started, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(all.busy(), 1U);
  end(2);
  EXPECT_EQ(all.busy(), 0U);
}

TEST_F(Lanes, OtherResourcesDoNotWait) {
  all.run("role/a", call(0));
  all.run("role/b", call(1));
  all.run("user/a", call(2));
  EXPECT_EQ(started, (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(all.busy(), 3U);
}

TEST_F(Lanes, AnEmptyLaneIsFreeAgain) {
  all.run("role/a", call(0));
  end(0);
  all.run("role/a", call(1));
  EXPECT_EQ(started, (std::vector<int>{0, 1}));
}

TEST_F(Lanes, ACallThatEndsAtOnceStartsTheNextOnTheSameThread) {
  all.run("role/a", call(0));
  for (int i = 1; i < 4; ++i) {
    all.run("role/a", [this, i](const lanes::leave& leave) {
      started.push_back(i);
      leave();
    });
  }
  end(0);
  EXPECT_EQ(started, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(all.busy(), 0U);
}

TEST_F(Lanes, ACallMayEnterItsOwnLaneForLater) {
  all.run("role/a", [this](const lanes::leave& leave) {
    all.run("role/a", call(2));
    started.push_back(1);
    leave();
  });
  EXPECT_EQ(started, (std::vector<int>{1, 2}));
}

TEST(LanesThreads, NeverRunTwoCallsOfOneResourceAtOnceAndLoseNone) {
  constexpr int threads = 4;
  constexpr int calls = 2000;
  lanes all;
  std::array<std::atomic<int>, 3> inside{};
  std::atomic<int> done = 0;
  std::atomic<int> overlaps = 0;
  std::vector<std::thread> pool;
  for (int t = 0; t < threads; ++t) {
    pool.emplace_back([&] {
      for (int i = 0; i < calls; ++i) {
        const auto lane = static_cast<std::size_t>(i) % inside.size();
        all.run(std::to_string(lane), [&, lane](const lanes::leave& leave) {
          if (inside.at(lane)++ != 0) ++overlaps;
          ++done;
          --inside.at(lane);
          leave();
        });
      }
    });
  }
  for (auto& one : pool) one.join();
  EXPECT_EQ(done, threads * calls);
  EXPECT_EQ(overlaps, 0);
  EXPECT_EQ(all.busy(), 0U);
}

}  // namespace
}  // namespace actors::core
