#include "app/signals.hpp"

#include <csignal>
#include <cstdlib>
#include <future>
#include <iostream>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

// Each case ends a process, so each runs in one of its own.
namespace app {
namespace {

class SignalWatchDeathTest : public ::testing::Test {
 protected:
  void SetUp() override { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

/// Raises a signal for the whole process and waits for ever, as a process does that must be ended.
[[noreturn]] void raise_and_wait(int number) {
  kill(getpid(), number);
  std::promise<void>{}.get_future().wait();
  std::abort();
}

/// The code of an orderly end in these tests: unlike any that the watch uses.
constexpr int orderly = 7;

TEST_F(SignalWatchDeathTest, BeforeArmingASignalEndsTheProcess) {
  EXPECT_EXIT(
      {
        const signal_watch signals;
        raise_and_wait(SIGTERM);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST_F(SignalWatchDeathTest, TheFirstSignalAsksToStop) {
  for (const int number : {SIGTERM, SIGINT}) {
    EXPECT_EXIT(
        {
          std::promise<void> asked;
          {
            signal_watch signals;
            signals.arm({[&asked] { asked.set_value(); }, std::chrono::seconds(60), [] {}});
            kill(getpid(), number);
            asked.get_future().wait();
          }
          std::_Exit(orderly);
        },
        ::testing::ExitedWithCode(orderly), "");
  }
}

TEST_F(SignalWatchDeathTest, TheSecondSignalEndsTheProcessAtOnce) {
  EXPECT_EXIT(
      {
        std::promise<void> asked;
        signal_watch signals;
        signals.arm({[&asked] { asked.set_value(); }, std::chrono::seconds(60), [] {}});
        kill(getpid(), SIGTERM);
        asked.get_future().wait();
        raise_and_wait(SIGTERM);
      },
      ::testing::ExitedWithCode(EXIT_FAILURE), "");
}

TEST_F(SignalWatchDeathTest, AStopThatTakesTooLongIsSaidAndEnded) {
  EXPECT_EXIT(
      {
        signal_watch signals;
        signals.arm({[] {}, std::chrono::seconds(0), [] { std::cerr << "overdue"; }});
        raise_and_wait(SIGTERM);
      },
      ::testing::ExitedWithCode(EXIT_FAILURE), "overdue");
}

TEST_F(SignalWatchDeathTest, WithoutASignalItEndsQuietly) {
  EXPECT_EXIT(
      {
        {
          signal_watch signals;
          signals.arm({[] { std::_Exit(1); }, std::chrono::seconds(1), [] {}});
        }
        std::_Exit(orderly);
      },
      ::testing::ExitedWithCode(orderly), "");
}

}  // namespace
}  // namespace app
