#include "actors/kube_client.hpp"

#include <gmock/gmock.h>

#include "tests/unit/actors/support/operator_world.hpp"

namespace actors::testing {
namespace {

using namespace std::chrono_literals;
using messages::get_object;
using messages::object_result;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const k8s::resource_type roles{"resources.teleport.dev", "v1", "TeleportRoleV7", "teleportrolesv7"};

class KubeClient : protected world_parts, public scheduler_fixture {
 protected:
  KubeClient() { context.env.config.kubernetes_window = 2; }
  ~KubeClient() override {
    for (const auto& one : hooks.living("")) self()->send_exit(one, caf::exit_reason::kill);
    run();
    hooks.all.clear();
    api.forget_all();
  }

  void start() { client = spawn_kube_client(system(), context.env); }

  /// Asks for a CR; the text of the answer is added to `answers`.
  void get(const std::string& name) {
    auto* asker = &system();
    const auto ask_once = [this](caf::event_based_actor* me, const std::string& wanted) {
      me->request(client, caf::infinite, get_object{roles, {"default", wanted}})
          .then([this, wanted](const object_result& answer) { note(wanted, answer); },
                [this, wanted](const caf::error&) { answers.push_back(wanted + ": bounced"); });
    };
    asker->spawn(ask_once, name);
    run();
  }
  void note(const std::string& name, const object_result& answer) {
    const auto* why = std::get_if<k8s::error>(&answer.outcome);
    answers.push_back(name + ": " + (why != nullptr ? k8s::to_string(why->code) : "ok"));
  }

  messages::kube_client_actor client;
  std::vector<std::string> answers;
};

TEST_F(KubeClient, AnswersWithTheObjectOrTheError) {
  api.apply({"default", "a"}, root_spec);
  start();
  get("a");
  get("b");
  EXPECT_THAT(answers,
              ElementsAre("a: ok", std::string{"b: "} + k8s::to_string(k8s::errc::not_found)));
}

TEST_F(KubeClient, SendsNoMoreAtOnceThanTheWindowAndKeepsTheOrder) {
  start();
  api.hold = true;
  for (const auto* name : {"a", "b", "c", "d"}) get(name);
  ASSERT_EQ(api.pending.size(), 2U);
  api.answer(1);
  run();
  ASSERT_EQ(api.pending.size(), 2U);
  EXPECT_EQ(api.pending[0].key.name, "a");
  EXPECT_EQ(api.pending[1].key.name, "c");
}

TEST_F(KubeClient, SendsLessWhileTheServerIsThrottling) {
  start();
  api.refuse = [](const auto&) {
    return k8s::error{k8s::errc::throttled, 429, {}, "slow down", {}};
  };
  get("a");
  api.refuse = nullptr;
  api.hold = true;
  for (const auto* name : {"b", "c"}) get(name);
  EXPECT_EQ(api.pending.size(), 1U);
}

TEST_F(KubeClient, ThatDiesAnswersWhatIsOpen) {
  start();
  api.hold = true;
  for (const auto* name : {"a", "b", "c"}) get(name);
  kill(client);
  const auto lost = std::string{k8s::to_string(k8s::errc::connection)};
  EXPECT_THAT(answers, ::testing::UnorderedElementsAre("a: " + lost, "b: " + lost, "c: " + lost));
  // What comes afterwards finds nobody.
  api.answer(0);
  run();
  EXPECT_EQ(answers.size(), 3U);
  EXPECT_EQ(context.metric("teleport_operator_actors", {"kube_client"}), 0.0);
}

/// Notes what a watch tells it.
messages::watch_subscriber::behavior_type listener(messages::watch_subscriber::pointer,
                                                   std::vector<std::string>* heard) {
  const auto tag = [](std::uint64_t epoch) { return std::to_string(epoch) + ' '; };
  return {
      [=](const messages::objects_listed& page) {
        heard->push_back(tag(page.epoch) + "page of " + std::to_string(page.objects.size()));
      },
      [=](const messages::object_seen& news) {
        heard->push_back(tag(news.epoch) + "change " + news.object->key.name);
      },
      [=](const messages::watch_bookmark& mark) { heard->push_back(tag(mark.epoch) + "bookmark"); },
      [=](const messages::watch_trouble& news) { heard->push_back(tag(news.epoch) + "trouble"); },
      [=](const messages::watch_recovered& news) { heard->push_back(tag(news.epoch) + "back"); },
  };
}

class KubeWatch : public KubeClient {
 protected:
  void subscribe(std::uint64_t epoch) {
    self()->send(client, messages::subscribe{who, epoch, {{roles, "", ""}}});
    run();
  }
  void deliver_all() {
    while (api.deliver()) run();
  }

  std::vector<std::string> heard;
  messages::watch_subscriber who = system().spawn(listener, &heard);
};

TEST_F(KubeWatch, TellsTheSubscriberEverythingInOrder) {
  api.apply({"default", "a"}, root_spec);
  start();
  subscribe(7);
  api.apply({"default", "b"}, root_spec);
  api.trouble(k8s::errc::connection);
  deliver_all();
  EXPECT_THAT(heard, ElementsAre("7 page of 1", "7 change b", "7 trouble"));
  kill(who);
}

TEST_F(KubeWatch, ASecondSubscriptionReplacesTheFirst) {
  start();
  subscribe(1);
  subscribe(2);
  api.apply({"default", "a"}, root_spec);
  deliver_all();
  EXPECT_THAT(heard, ElementsAre("2 page of 0", "2 change a"));
  kill(who);
}

TEST_F(KubeWatch, EndsWithItsSubscriber) {
  start();
  subscribe(1);
  kill(who);
  api.apply({"default", "a"}, root_spec);
  EXPECT_FALSE(api.deliver()) << "the watch goes on for nobody";
}

}  // namespace
}  // namespace actors::testing
