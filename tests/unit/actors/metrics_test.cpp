#include "actors/metrics.hpp"

#include <map>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <prometheus/text_serializer.h>

namespace actors {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<prometheus::MetricFamily> collect(const metrics& from) {
  std::vector<prometheus::MetricFamily> all;
  for (const auto& source : from.sources()) {
    for (auto& family : source->Collect()) all.push_back(std::move(family));
  }
  return all;
}

std::string text(const metrics& from) {
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, collect(from));
  return out.str();
}

/// Name of each family with the names of its labels, "workqueue_depth{controller,name}".
std::set<std::string> shapes(const metrics& from) {
  std::set<std::string> all;
  for (const auto& family : collect(from)) {
    for (const auto& metric : family.metric) {
      std::set<std::string> labels;
      for (const auto& label : metric.label) labels.insert(label.name);
      std::string shape = family.name + "{";
      for (const auto& name : labels) shape += (shape.back() == '{' ? "" : ",") + name;
      all.insert(shape + "}");
    }
  }
  return all;
}

TEST(Metrics, NamesAndLabelsAreThoseThatDashboardsKnow) {
  metrics it{{"teleportrolev7"}};
  it.kubernetes_request(200, "GET", "api:443");
  it.teleport_call("GetRole", "OK", 0.1);
  it.actor_restarted("teleport_client");
  it.actors_alive("object_actor", 1);
  it.build_info("1.2.3");
  EXPECT_EQ(shapes(it), (std::set<std::string>{
                            "controller_runtime_reconcile_total{controller,result}",
                            "controller_runtime_reconcile_errors_total{controller}",
                            "controller_runtime_terminal_reconcile_errors_total{controller}",
                            "controller_runtime_reconcile_panics_total{controller}",
                            "controller_runtime_reconcile_time_seconds{controller}",
                            "controller_runtime_max_concurrent_reconciles{controller}",
                            "controller_runtime_active_workers{controller}",
                            "workqueue_depth{controller,name}",
                            "workqueue_adds_total{controller,name}",
                            "workqueue_queue_duration_seconds{controller,name}",
                            "workqueue_work_duration_seconds{controller,name}",
                            "workqueue_unfinished_work_seconds{controller,name}",
                            "workqueue_longest_running_processor_seconds{controller,name}",
                            "workqueue_retries_total{controller,name}",
                            "rest_client_requests_total{code,host,method}",
                            "teleport_operator_resources{kind,state}",
                            "teleport_operator_drift_found_total{kind}",
                            "teleport_operator_drift_healed_total{kind}",
                            "teleport_operator_drift_last_check_timestamp_seconds{kind}",
                            "teleport_operator_actor_restarts_total{actor}",
                            "teleport_operator_actors{actor}",
                            "teleport_operator_teleport_calls_total{code,method}",
                            "teleport_operator_teleport_call_seconds{method}",
                            "teleport_operator_events_recorded_total{type}",
                            "teleport_operator_events_dropped_total{type}",
                            "teleport_operator_certificate_expiry_timestamp_seconds{identity}",
                            "teleport_operator_joins_total{purpose,result}",
                            "teleport_operator_teleport_trouble{reason}",
                            "teleport_operator_teleport_connected{}",
                            "teleport_operator_build_info{version}",
                        }));
}

TEST(Metrics, ResultsAndStatesHaveTheirWords) {
  metrics it{{"teleportuser"}};
  auto& one = it.controller("teleportuser");
  one.reconcile_total.at(static_cast<std::size_t>(messages::pass_result::success))->Increment();
  one.reconcile_total.at(static_cast<std::size_t>(messages::pass_result::error))->Increment(2);
  one.reconcile_total.at(static_cast<std::size_t>(messages::pass_result::requeue_after))
      ->Increment(3);
  one.reconcile_total.at(static_cast<std::size_t>(messages::pass_result::waiting_for_connection))
      ->Increment(4);
  one.resources.at(static_cast<std::size_t>(messages::cr_state::in_sync))->Set(5);
  one.resources.at(static_cast<std::size_t>(messages::cr_state::deleting))->Set(6);
  one.resources.at(static_cast<std::size_t>(messages::cr_state::drifted))->Set(7);
  const auto got = text(it);
  const std::string total =
      "controller_runtime_reconcile_total{controller=\"teleportuser\",result=";
  EXPECT_THAT(got, HasSubstr(total + "\"success\"} 1\n"));
  EXPECT_THAT(got, HasSubstr(total + "\"error\"} 2\n"));
  EXPECT_THAT(got, HasSubstr(total + "\"requeue_after\"} 3\n"));
  EXPECT_THAT(got, HasSubstr(total + "\"requeue\"} 4\n"));
  EXPECT_THAT(got, HasSubstr("resources{kind=\"teleportuser\",state=\"in_sync\"} 5\n"));
  EXPECT_THAT(got, HasSubstr("resources{kind=\"teleportuser\",state=\"deleting\"} 6\n"));
  EXPECT_THAT(got, HasSubstr("resources{kind=\"teleportuser\",state=\"drifted\"} 7\n"));
}

TEST(Metrics, ReconcileTimeHasControllerRuntimesBuckets) {
  metrics it{{"teleportuser"}};
  it.controller("teleportuser").reconcile_time->Observe(0.12);
  const auto got = text(it);
  const std::string bucket =
      "controller_runtime_reconcile_time_seconds_bucket{controller=\"teleportuser\",le=";
  EXPECT_THAT(got, HasSubstr(bucket + "\"0.1\"} 0\n"));
  EXPECT_THAT(got, HasSubstr(bucket + "\"0.15\"} 1\n"));
  EXPECT_THAT(got, HasSubstr(bucket + "\"60\"} 1\n"));
  std::size_t buckets = 0;
  for (auto at = got.find(bucket); at != std::string::npos; at = got.find(bucket, at + 1)) {
    ++buckets;
  }
  EXPECT_EQ(buckets, 41U) << "40 and +Inf";
}

TEST(Metrics, ARequestWithoutAnswerHasNoCode) {
  metrics it{{}};
  it.kubernetes_request(0, "PATCH", "api:443");
  EXPECT_THAT(text(it), HasSubstr("code=\"<error>\""));
}

TEST(Metrics, LivingActorsGoUpAndDown) {
  metrics it{{}};
  it.actors_alive("object_actor", 1);
  it.actors_alive("object_actor", 1);
  it.actors_alive("object_actor", -1);
  EXPECT_THAT(text(it), HasSubstr("teleport_operator_actors{actor=\"object_actor\"} 1\n"));
}

TEST(Metrics, ConnectionAndCertificateAreGauges) {
  metrics it{{}};
  EXPECT_THAT(text(it), HasSubstr("teleport_operator_teleport_connected 0\n"));
  it.teleport_connected(true);
  it.certificates_expire_at(1234, 5678);
  EXPECT_THAT(text(it), HasSubstr("teleport_operator_teleport_connected 1\n"));
  const std::string expiry = "teleport_operator_certificate_expiry_timestamp_seconds{identity=";
  EXPECT_THAT(text(it), HasSubstr(expiry + "\"output\"} 1234\n"));
  EXPECT_THAT(text(it), HasSubstr(expiry + "\"bot\"} 5678\n"));
}

TEST(Metrics, TheTroubleOfTheMomentIsOneAllOthersZero) {
  metrics it{{}};
  const std::string trouble = "teleport_operator_teleport_trouble{reason=";
  EXPECT_THAT(text(it), HasSubstr(trouble + "\"locked\"} 0\n"));
  it.teleport_trouble(teleport::trouble::unreachable);
  it.teleport_trouble(teleport::trouble::locked);
  EXPECT_THAT(text(it), HasSubstr(trouble + "\"locked\"} 1\n"));
  EXPECT_THAT(text(it), HasSubstr(trouble + "\"unreachable\"} 0\n"));
  it.teleport_trouble(teleport::trouble::none);
  EXPECT_THAT(text(it), HasSubstr(trouble + "\"locked\"} 0\n"));
  EXPECT_THAT(text(it), ::testing::Not(HasSubstr("reason=\"none\"")));
}

TEST(Metrics, JoinsAreCountedByPurposeAndResult) {
  metrics it{{}};
  it.join_ended(false, teleport::trouble::unreachable);
  it.join_ended(false, teleport::trouble::none);
  it.join_ended(true, teleport::trouble::none);
  it.join_ended(true, teleport::trouble::none);
  const std::string joins = "teleport_operator_joins_total{purpose=";
  EXPECT_THAT(text(it), HasSubstr(joins + "\"connect\",result=\"unreachable\"} 1\n"));
  EXPECT_THAT(text(it), HasSubstr(joins + "\"connect\",result=\"ok\"} 1\n"));
  EXPECT_THAT(text(it), HasSubstr(joins + "\"renewal\",result=\"ok\"} 2\n"));
}

TEST(Metrics, AnUnknownControllerIsAnError) {
  metrics it{{"teleportuser"}};
  EXPECT_THROW(it.controller("teleportrole"), std::out_of_range);
}

TEST(RunningPasses, AreTimedWhileTheyRun) {
  const running_passes::clock::time_point start{1h};
  running_passes it;
  EXPECT_EQ(it.longest_seconds(start), 0);
  const auto first = it.begin(start);
  const auto twin = it.begin(start);
  it.begin(start + 2s);
  EXPECT_EQ(it.total_seconds(start + 3s), 7);
  EXPECT_EQ(it.longest_seconds(start + 3s), 3);
  it.end(first);
  EXPECT_EQ(it.total_seconds(start + 3s), 4) << "its twin still runs";
  it.end(twin);
  it.end(twin);
  EXPECT_EQ(it.longest_seconds(start + 3s), 1);
}

}  // namespace
}  // namespace actors
