/// What an object makes of an API server that has lost its newest changes, or asks for patience.

#include <memory>
#include <string>

#include "actors/core/attention.hpp"
#include "support.hpp"

namespace actors::core {
namespace {

using namespace std::chrono_literals;
using testing::make_cr;
using testing::other_spec;
using testing::root_spec;
using phase = attention::phase;

k8s::object_ptr cr_at(const char* spec, const std::string& version) {
  auto cr = make_cr(spec);
  cr.resource_version = version;
  return std::make_shared<const k8s::object>(std::move(cr));
}

class AttentionKubernetes : public ::testing::Test {
 protected:
  AttentionKubernetes() {
    mind.on_claim({std::nullopt, {"admin", ""}});
    mind.on_observed(cr_at(root_spec, "100"), false);
  }
  observed begin() {
    auto seen = mind.begin();
    seen.kind = &testing::role_kind();
    seen.cr = mind.newest;
    return seen;
  }
  reaction end(const observed& seen, verdict what) {
    return mind.ended(outcome_of(what), seen, {}, 0);
  }

  attention mind;
};

TEST_F(AttentionKubernetes, OlderNewsAreNone) {
  end(begin(), verdict::in_sync);
  EXPECT_FALSE(mind.on_observed(cr_at(other_spec, "50"), false).ask_for_slot);
}

/// The same generation, and so the same fingerprint, stands for another content.
TEST_F(AttentionKubernetes, ALowerVersionCountsAfterARewind) {
  end(begin(), verdict::in_sync);
  mind.on_rewound();
  EXPECT_TRUE(mind.on_observed(cr_at(other_spec, "50"), false).ask_for_slot);
  ASSERT_NE(mind.newest, nullptr);
  EXPECT_EQ(mind.newest->resource_version, "50");
  end(begin(), verdict::in_sync);
  EXPECT_FALSE(mind.on_observed(cr_at(root_spec, "49"), false).ask_for_slot) << "only once";
}

TEST_F(AttentionKubernetes, ARewindDuringAPassLeadsToAnother) {
  const auto seen = begin();
  mind.on_rewound();
  mind.on_observed(cr_at(other_spec, "50"), false);
  EXPECT_TRUE(end(seen, verdict::in_sync).ask_for_slot);
  EXPECT_EQ(begin().cr->resource_version, "50");
}

TEST_F(AttentionKubernetes, AFailedPassComesBackNoEarlierThanTheServerAsks) {
  auto seen = begin();
  seen.kubernetes_failure = k8s::error{.code = k8s::errc::throttled, .retry_after = 40s};
  const auto next = end(seen, verdict::failed);
  ASSERT_TRUE(next.tick_after);
  EXPECT_GE(*next.tick_after, 40s);
}

TEST_F(AttentionKubernetes, WithoutAWishTheBackOffDecides) {
  auto seen = begin();
  seen.kubernetes_failure = k8s::error{.code = k8s::errc::server_error};
  const auto next = end(seen, verdict::failed);
  ASSERT_TRUE(next.tick_after);
  EXPECT_LT(*next.tick_after, 1s);
}

}  // namespace
}  // namespace actors::core
