#include "k8s/patch.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace k8s {
namespace {

using nlohmann::json;

object base() {
  object out;
  out.uid = "u-1";
  out.resource_version = "7";
  return out;
}

TEST(FinalizersPatch, CarriesThePreconditionsAndTheWholeList) {
  EXPECT_EQ(json::parse(finalizers_patch(base(), {"other/x", "ours"})),
            json::parse(R"({"metadata":{"uid":"u-1","resourceVersion":"7",
                                        "finalizers":["other/x","ours"]}})"));
}

TEST(FinalizersPatch, EmptiesTheList) {
  EXPECT_EQ(json::parse(finalizers_patch(base(), {}))["metadata"]["finalizers"], json::array());
}

TEST(FinalizersPatch, SetsAndRemovesAnnotations) {
  const auto body =
      json::parse(finalizers_patch(base(), {"ours"}, {{"bound", "a@b"}, {"stale", ""}}));
  EXPECT_EQ(body["metadata"]["annotations"], json::parse(R"({"bound":"a@b","stale":null})"));
  EXPECT_FALSE(json::parse(finalizers_patch(base(), {}))["metadata"].contains("annotations"));
}

TEST(StatusPatch, CarriesConditionsFieldsAndPreconditions) {
  object_status status;
  status.conditions.push_back({"Ready", "True", "Ok", "all \"good\"", "2026-01-02T03:04:05Z", 3});
  status.fields = {{"teleportRevision", "12"}, {"observedGeneration", "3"}, {"gone", ""}};
  EXPECT_EQ(json::parse(status_patch(base(), status)), json::parse(R"({
    "metadata":{"uid":"u-1","resourceVersion":"7"},
    "status":{"conditions":[{"type":"Ready","status":"True","reason":"Ok",
                             "message":"all \"good\"","lastTransitionTime":"2026-01-02T03:04:05Z",
                             "observedGeneration":3}],
              "teleportRevision":"12","observedGeneration":3,"gone":null}})"));
}

TEST(StatusPatch, LeavesAnUnsetGenerationOut) {
  object_status status;
  status.conditions.push_back({"A", "False", "B", "", "2026-01-02T03:04:05Z", 0});
  const auto body = json::parse(status_patch(base(), status));
  EXPECT_FALSE(body["status"]["conditions"][0].contains("observedGeneration"));
}

TEST(StatusPatch, SurvivesTextThatIsNotUtf8) {
  object_status status;
  status.conditions.push_back({"A", "False", "B", "bad \xff byte", "2026-01-02T03:04:05Z", 0});
  EXPECT_TRUE(json::accept(status_patch(base(), status)));
}

}  // namespace
}  // namespace k8s
