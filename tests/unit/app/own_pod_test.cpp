#include "app/own_pod.hpp"

#include <map>

#include <gtest/gtest.h>

namespace app {
namespace {

using names = std::map<std::string, std::string>;

surroundings with(names variables, names files) {
  const auto find_in = [](names in) {
    return [in = std::move(in)](const std::string& name) -> std::optional<std::string> {
      const auto found = in.find(name);
      if (found == in.end()) return std::nullopt;
      return found->second;
    };
  };
  return {find_in(std::move(variables)), find_in(std::move(files))};
}

const names mounted{{service_account_namespace_file, "teleport\n"}};

TEST(OwnPod, IsKnownByTheDownwardApi) {
  const auto pod = own_pod(
      with({{"POD_NAME", "operator-0"}, {"POD_NAMESPACE", "space"}, {"POD_UID", "u"}}, mounted),
      "host");
  EXPECT_EQ(pod, (messages::event_subject{"v1", "Pod", {"space", "operator-0"}, "u"}));
}

TEST(OwnPod, IsGuessedFromHostNameAndServiceAccount) {
  EXPECT_EQ(own_pod(with({}, mounted), "host"),
            (messages::event_subject{"v1", "Pod", {"teleport", "host"}, ""}));
}

TEST(OwnPod, OutsideAClusterThereIsNone) {
  EXPECT_FALSE(own_pod(with({}, {}), "host"));
  EXPECT_FALSE(own_pod(with({{"POD_NAMESPACE", "teleport"}}, {}), "host"));
  EXPECT_FALSE(own_pod(with({{"POD_NAME", "operator-0"}}, {}), "host"));
}

}  // namespace
}  // namespace app
