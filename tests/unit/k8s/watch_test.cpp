/// Watches against a scripted server: what the pure machine decides must also happen on the wire.

#include <atomic>

#include <gtest/gtest.h>

#include "k8s/client.hpp"
#include "tests/unit/support/await.hpp"
#include "tests/unit/support/fake_server.hpp"

namespace k8s {
namespace {

using namespace std::chrono_literals;
using test::fake_server;
using test::received;
using test::reply;

const resource_type role{"g.example", "v1", "Role", "roles"};

/// Writes each call down as a short text.
class recorder final : public watch_listener {
 public:
  void on_page(std::vector<object_ptr> objects, bool first, bool last,
               const std::string& resource_version) override {
    std::string text = "page";
    for (const auto& object : objects) {
      text += " " + object->key.name;
    }
    calls.put(text + (first ? " first" : "") + (last ? " last@" + resource_version : ""));
  }
  void on_change(change what, object_ptr object) override {
    const char* words[] = {"added ", "modified ", "deleted "};
    calls.put(words[static_cast<int>(what)] + object->key.name);
  }
  void on_bookmark(const std::string& resource_version) override {
    calls.put("bookmark " + resource_version);
  }
  void on_trouble(const error& why) override {
    calls.put(std::string("trouble ") + to_string(why.code));
  }
  void on_recovered() override { calls.put("recovered"); }
  void on_rewound() override { calls.put("rewound"); }

  void expect(const std::vector<std::string>& expected) {
    for (const auto& call : expected) {
      ASSERT_EQ(calls.take(), call);
    }
  }

  test::mailbox<std::string> calls;
};

std::string object_text(const std::string& name, int version) {
  return R"({"metadata":{"name":")" + name + R"(","namespace":"ns","resourceVersion":")" +
         std::to_string(version) + R"("}})";
}

std::string event(const std::string& type, const std::string& name, int version) {
  return R"({"type":")" + type + R"(","object":)" + object_text(name, version) + "}\n";
}

std::string list(const std::vector<std::string>& items, const std::string& token, int version) {
  std::string text;
  for (const auto& item : items) {
    text += (text.empty() ? "" : ",") + item;
  }
  return R"({"metadata":{"resourceVersion":")" + std::to_string(version) + R"(","continue":")" +
         token + R"("},"items":[)" + text + "]}";
}

constexpr const char* expired_event =
    "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}}\n";

bool is_watch(const received& request) {
  return request.target.find("watch=1") != std::string::npos;
}

bool has(const received& request, const std::string& part) {
  return request.target.find(part) != std::string::npos;
}

/// A client with short waits, and one watch on it.
struct watching {
  explicit watching(const fake_server& server, client_options options = {},
                    const std::string& resume_from = "") {
    config to;
    to.server = server.url();
    options.missing_type_poll = 10ms;
    options.page_size = 2;
    client = make_client(std::move(to), std::move(options));
    id = client->watch({role, "ns", resume_from}, heard);
  }
  std::shared_ptr<recorder> heard = std::make_shared<recorder>();
  std::unique_ptr<k8s::client> client;
  watch_id id = 0;
};

TEST(WatchStream, ListsInPagesThenStreams) {
  const fake_server server([](const received& request, reply& to) {
    if (is_watch(request)) {
      to.begin_chunks();
      to.chunk(event("ADDED", "d", 11) + event("BOOKMARK", "", 12));
      to.wait_for_client_to_leave();
    } else if (has(request, "continue=tok")) {
      to.answer(200, list({object_text("c", 3)}, "", 10));
    } else {
      to.answer(200, list({object_text("a", 1), object_text("b", 2)}, "tok", 10));
    }
  });
  const watching w(server);
  w.heard->expect({"page a b first", "page c last@10", "added d", "bookmark 12"});
  const auto log = server.log();
  EXPECT_EQ(log.at(0), "GET /apis/g.example/v1/namespaces/ns/roles?limit=2");
  EXPECT_NE(log.at(2).find("allowWatchBookmarks=true&resourceVersion=10"), std::string::npos);
}

TEST(WatchStream, AsksForMetadataAloneByHeader) {
  const auto as = [](const char* what) {
    return std::string("application/json;as=") + what + ";g=meta.k8s.io;v=v1";
  };
  const fake_server server([&](const received& request, reply& to) {
    const auto& accepted = request.headers.at("accept");
    if (!is_watch(request)) {
      to.answer(accepted == as("PartialObjectMetadataList") ? 200 : 406,
                list({object_text("a", 1)}, "", 10));
    } else if (accepted == as("PartialObjectMetadata")) {
      to.begin_chunks();
      to.chunk(event("MODIFIED", "a", 11));
      to.wait_for_client_to_leave();
    } else {
      to.answer(406, "");
    }
  });
  config to;
  to.server = server.url();
  const auto heard = std::make_shared<recorder>();
  const auto client = make_client(std::move(to), {});
  client->watch({role, "ns", {}, true}, heard);
  heard->expect({"page a first last@10", "modified a"});
}

TEST(WatchStream, UnderstandsLinesCutAnywhere) {
  const auto text =
      event("ADDED", "a", 11) + event("MODIFIED", "a", 12) + event("DELETED", "a", 13);
  const fake_server server([&](const received& request, reply& to) {
    if (!is_watch(request)) {
      to.answer(200, list({}, "", 10));
      return;
    }
    to.begin_chunks();
    for (std::size_t at = 0; at < text.size(); at += 7) {
      to.chunk(std::string_view(text).substr(at, 7));
    }
    to.wait_for_client_to_leave();
  });
  const watching w(server);
  w.heard->expect({"page first last@10", "added a", "modified a", "deleted a"});
}

TEST(WatchStream, ResumesADroppedStreamAtItsLastVersionWithoutAList) {
  std::atomic<int> lists{0};
  std::atomic<int> watches{0};
  const fake_server server([&](const received& request, reply& to) {
    if (!is_watch(request)) {
      ++lists;
      to.answer(200, list({}, "", 10));
    } else if (++watches == 1) {
      to.begin_chunks();
      // The last line is cut: it was never an event.
      to.chunk(event("ADDED", "a", 11) + event("ADDED", "b", 12).substr(0, 15));
      to.hang_up();
    } else {
      to.begin_chunks();
      to.chunk(has(request, "resourceVersion=11") ? event("ADDED", "b", 12) : expired_event);
      to.wait_for_client_to_leave();
    }
  });
  const watching w(server);
  w.heard->expect({"page first last@10", "added a", "added b"});
  EXPECT_EQ(lists, 1);
}

TEST(WatchStream, ResumesFromAGivenVersionWithoutAList) {
  const fake_server server([&](const received& request, reply& to) {
    if (has(request, "resourceVersion=77")) {
      to.begin_chunks();
      to.chunk(event("ADDED", "a", 78));
      to.wait_for_client_to_leave();
    } else {
      to.answer(500, "");
    }
  });
  const watching w(server, {}, "77");
  w.heard->expect({"added a"});
  EXPECT_EQ(server.log().size(), 1U);
}

class WatchStreamGone : public testing::TestWithParam<bool> {};

TEST_P(WatchStreamGone, RelistsOnceAfter410) {
  const bool in_stream = GetParam();
  std::atomic<int> lists{0};
  const fake_server server([&](const received& request, reply& to) {
    if (!is_watch(request)) {
      to.answer(200, list({object_text("a", 50)}, "", 50 + lists++));
    } else if (has(request, "resourceVersion=50")) {
      if (in_stream) {
        to.begin_chunks();
        to.chunk(expired_event);
        to.end_chunks();
      } else {
        to.answer(410, R"({"kind":"Status","code":410,"reason":"Gone"})");
      }
    } else {
      to.begin_chunks();
      to.chunk(event("DELETED", "a", 60));
      to.wait_for_client_to_leave();
    }
  });
  const watching w(server);
  w.heard->expect({"page a first last@50", "page a first last@51", "deleted a"});
  EXPECT_EQ(lists, 2);
}

INSTANTIATE_TEST_SUITE_P(Both, WatchStreamGone, testing::Bool(),
                         [](const auto& test) { return test.param ? "InStream" : "AsStatus"; });

TEST(WatchStream, ListsAnewWhenAContinueTokenExpired) {
  const fake_server server([&](const received& request, reply& to) {
    if (is_watch(request)) {
      to.begin_chunks();
      to.wait_for_client_to_leave();
    } else if (has(request, "continue=")) {
      to.answer(410, R"({"kind":"Status","code":410,"reason":"Expired"})");
    } else if (has(request, "limit=")) {
      to.answer(200, list({object_text("a", 1)}, "tok", 0));
    } else {
      to.answer(200, list({object_text("a", 1), object_text("b", 2)}, "", 9));
    }
  });
  const watching w(server);
  w.heard->expect({"page a first", "page a b first last@9"});
}

TEST(WatchStream, WaitsForATypeThatIsNotServedYet) {
  std::atomic<int> tries{0};
  const fake_server server([&](const received& request, reply& to) {
    if (is_watch(request)) {
      to.begin_chunks();
      to.wait_for_client_to_leave();
    } else if (++tries < 4) {
      to.answer(404, "404 page not found\n");
    } else {
      to.answer(200, list({}, "", 10));
    }
  });
  const watching w(server);
  w.heard->expect({"trouble not_served", "page first last@10", "recovered"});
}

TEST(WatchStream, TellsOfBadJsonInAListAndGoesOn) {
  std::atomic<int> tries{0};
  const fake_server server([&](const received& request, reply& to) {
    if (is_watch(request)) {
      to.begin_chunks();
      to.wait_for_client_to_leave();
    } else {
      const auto text = list({object_text("a", 1)}, "", 10);
      to.answer(200, ++tries == 1 ? text.substr(0, text.size() / 2) : text);
    }
  });
  const watching w(server);
  w.heard->expect({"trouble bad_answer", "page a first last@10", "recovered"});
}

TEST(WatchStream, ReopensASilentStream) {
  std::atomic<int> watches{0};
  const fake_server server([&](const received& request, reply& to) {
    if (!is_watch(request)) {
      to.answer(200, list({}, "", 10));
      return;
    }
    to.begin_chunks();
    if (++watches == 2) {
      to.chunk(event("ADDED", "a", 11));
    }
    to.wait_for_client_to_leave();
  });
  const auto begun = std::chrono::steady_clock::now();
  const watching w(server, {.watch_idle_timeout = 50ms});
  w.heard->expect({"page first last@10", "added a"});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s) << "the limit begins with the stream";
}

/// Restored from a backup, it says nothing on a watch from what is its future.
TEST(WatchStream, ListsAnewWhenTheServerIsBehindWhatWasSeen) {
  std::atomic<bool> restored{false};
  const fake_server server([&](const received& request, reply& to) {
    if (!is_watch(request)) {
      to.answer(200, restored ? list({object_text("old", 3)}, "", 5) : list({}, "", 10));
      return;
    }
    to.begin_chunks();
    if (!restored.exchange(true)) {
      to.chunk(event("ADDED", "new", 11));
    } else if (has(request, "resourceVersion=5")) {
      to.chunk(event("ADDED", "again", 6));
    }
    to.wait_for_client_to_leave();
  });
  const watching w(server, {.watch_idle_timeout = 50ms});
  w.heard->expect(
      {"page first last@10", "added new", "rewound", "page old first last@5", "added again"});
}

TEST(WatchStream, IsNotHeardAfterUnwatch) {
  std::atomic<bool> watched{false};
  test::mailbox<int> left;
  const fake_server server([&](const received& request, reply& to) {
    if (!is_watch(request)) {
      to.answer(200, list({}, "", 10));
      return;
    }
    to.begin_chunks();
    to.chunk(event("ADDED", "a", 11));
    to.wait_for_client_to_leave();
    left.put(1);
  });
  const watching w(server);
  w.heard->expect({"page first last@10", "added a"});
  w.client->unwatch(w.id);
  EXPECT_TRUE(left.take()) << "the stream is closed";
  EXPECT_EQ(w.heard->calls.size(), 0U);
  w.client->unwatch(w.id);  // twice is harmless
}

TEST(WatchStream, MayBeUnwatchedFromItsOwnCallback) {
  struct quitter final : watch_listener {
    void on_page(std::vector<object_ptr>, bool, bool, const std::string&) override {}
    void on_change(change, object_ptr) override {
      from->unwatch(id);
      done.put(1);
    }
    void on_bookmark(const std::string&) override {}
    void on_trouble(const error&) override {}
    void on_recovered() override {}
    client* from = nullptr;
    std::atomic<watch_id> id{0};
    test::mailbox<int> done;
  };
  test::mailbox<int> go;
  const fake_server server([&](const received& request, reply& to) {
    if (!is_watch(request)) {
      to.answer(200, list({}, "", 10));
      return;
    }
    (void)go.take();
    to.begin_chunks();
    to.chunk(event("ADDED", "a", 11) + event("ADDED", "b", 12));
    to.wait_for_client_to_leave();
  });
  config where;
  where.server = server.url();
  const auto client = make_client(std::move(where), {});
  const auto heard = std::make_shared<quitter>();
  heard->from = client.get();
  heard->id = client->watch({role, "ns", ""}, heard);
  go.put(1);
  EXPECT_TRUE(heard->done.take());
  EXPECT_EQ(heard->done.size(), 0U);
}

}  // namespace
}  // namespace k8s
