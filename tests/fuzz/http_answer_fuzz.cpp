/// HTTP answers: to a connection upgrade, and to web calls. Input: how the body is cut in the first
/// byte, then the answer.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "teleport/net/http_body.hpp"
#include "teleport/net/http_head.hpp"
#include "teleport/net/upgrade.hpp"
#include "tests/fuzz/expect.hpp"

namespace {

using fuzz::expect;
using namespace teleport::net;

std::string written(const http_head& head) {
  auto text = "HTTP/1.1 " + std::to_string(head.status) + " " + head.reason + "\r\n";
  for (const auto& [name, value] : head.fields) text += name + ": " + value + "\r\n";
  return text + "\r\n";
}

void check_upgrade(const http_head& head) {
  const upgrade_request request{
      {"a", 443}, upgrade_kind::alpn, upgrade_mode::both, "dGhlIHNhbXBsZSBub25jZQ=="};
  const auto as = read_answer(request, head);
  if (!as.ok()) {
    expect(!as.failure().message.empty(), "a refused answer is told why");
    return;
  }
  expect(head.status == 101, "only a 101 switches");
  if (as.value() == upgraded_to::websocket)
    expect(head.field("sec-websocket-accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
           "a WebSocket needs the right accept key");
}

struct body_result {
  bool refused = false;
  bool complete = false;
  std::string text;
};

body_result read_body(const http_head& head, std::string_view bytes, std::size_t part) {
  auto body = http_body::of(head);
  if (!body.ok()) return {true, false, {}};
  while (!bytes.empty()) {
    const bool was_complete = body.value().complete();
    const auto before = body.value().text().size();
    if (body.value().take(bytes.substr(0, part))) return {true, false, {}};
    expect(!was_complete || body.value().text().size() == before, "nothing comes after the end");
    expect(body.value().text().size() <= most_body, "a body has its bound");
    bytes.remove_prefix(std::min(part, bytes.size()));
  }
  const bool complete = body.value().complete();
  return {false, complete, std::move(body.value().text())};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t part = data[0] % 40U + 1U;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto end = head_end(bytes);
  const auto head = parse_http_head(bytes.substr(0, end == 0 ? bytes.size() : end));
  if (!head.ok()) {
    expect(!head.failure().message.empty(), "a refused head is told why");
    return 0;
  }
  expect(may_be_http(bytes), "a head begins as one");
  const auto& one = head.value();
  expect(one.status >= 100 && one.status < 600, "a status has three digits");
  const auto again = parse_http_head(written(one));
  // Written with blanks that the original may have lacked, it can only be too long.
  if (written(one).size() <= most_head)
    expect(again.ok() && again.value().status == one.status && again.value().reason == one.reason &&
               again.value().fields == one.fields,
           "what was read is read again from what it says");
  check_upgrade(one);

  const auto rest = bytes.substr(end);
  const auto whole = read_body(one, rest, rest.size() + 1);
  const auto cut = read_body(one, rest, part);
  expect(whole.refused == cut.refused && whole.complete == cut.complete && whole.text == cut.text,
         "how a body is cut makes no difference");
  return 0;
}
