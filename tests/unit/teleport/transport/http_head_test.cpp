#include "teleport/net/http_head.hpp"

#include <gtest/gtest.h>

namespace teleport::net {
namespace {

TEST(HttpHead, IsReadWithAllItsFields) {
  const auto head = parse_http_head(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX-Empty:\r\n"
      "Sec-WebSocket-Accept:  abc= \r\nVIA: one\r\nvia: two\r\n\r\n");
  ASSERT_TRUE(head) << head.failure().message;
  EXPECT_EQ(head.value().status, 101);
  EXPECT_EQ(head.value().reason, "Switching Protocols");
  EXPECT_EQ(head.value().field("upgrade"), "websocket");
  EXPECT_EQ(head.value().field("x-empty"), "");
  EXPECT_EQ(head.value().field("sec-websocket-accept"), "abc=");
  EXPECT_EQ(head.value().field("via"), "one, two");
  EXPECT_EQ(head.value().field("not-there"), "");
}

TEST(HttpHead, MayHaveNoReasonAndNoFields) {
  EXPECT_EQ(parse_http_head("HTTP/1.1 200\r\n\r\n").value().status, 200);
  EXPECT_EQ(parse_http_head("HTTP/1.0 404 \r\n\r\n").value().status, 404);
}

TEST(HttpHead, IsRefusedWhenItIsNotQuiteHttp) {
  const std::string bad[] = {
      "",
      "\r\n\r\n",
      "HTTP/1.1 101 x\r\n",                         // no empty line
      "HTTP/1.1 101 x\n\n",                         // bare line feeds
      "HTTP/2 101 x\r\n\r\n",                       //
      "HTTP/1.1 99 x\r\n\r\n",                      //
      "HTTP/1.1 600 x\r\n\r\n",                     //
      "HTTP/1.1 1011 x\r\n\r\n",                    //
      "HTTP/1.1 101\x01\r\n\r\n",                   //
      "HTTP/1.1 101 \x01x\r\n\r\n",                 // control characters
      "HTTP/1.1  101 x\r\n\r\n",                    //
      "HTTP/1.1 101 x\r\nno colon\r\n\r\n",         //
      "HTTP/1.1 101 x\r\n: no name\r\n\r\n",        //
      "HTTP/1.1 101 x\r\nA: b\r\n folded\r\n\r\n",  //
      "HTTP/1.1 101 x\r\nA b: c\r\n\r\n",           // a blank in the name
      "HTTP/1.1 101 x\r\nA : c\r\n\r\n",            // a blank behind it
      "HTTP/1.1 101 x\r\nA: b\x7f\r\n\r\n",         //
      "HTTP/1.1 101 x\r\n\r\nmore",                 // what is behind the head is no part of it
      std::string("HTTP/1.1 101 x\r\nA: b\0c\r\n\r\n", 26),
  };
  for (const auto& text : bad) {
    const auto head = parse_http_head(text);
    ASSERT_FALSE(head) << text;
    EXPECT_EQ(head.failure().code, errc::not_implemented);
  }
}

TEST(HttpHead, HasBounds) {
  const std::string begin = "HTTP/1.1 101 x\r\n";
  const std::string long_field = "a: " + std::string(most_head, 'b') + "\r\n";
  EXPECT_FALSE(parse_http_head(begin + long_field + "\r\n"));
  std::string many = begin;
  for (int i = 0; i < 100; ++i) many += "a: b\r\n";
  EXPECT_TRUE(parse_http_head(many + "\r\n"));
  EXPECT_FALSE(parse_http_head(many + "a: b\r\n\r\n"));
}

TEST(HttpHead, EndsAtTheFirstEmptyLine) {
  EXPECT_EQ(head_end("HTTP/1.1 200 OK\r\nA: b\r\n"), 0U);
  EXPECT_EQ(head_end("HTTP/1.1 200 OK\r\n\r\nbody\r\n\r\n"), 19U);
}

TEST(HttpHead, IsKnownFromItsFirstBytes) {
  for (const auto* text : {"", "H", "HTTP/", "HTTP/1.", "HTTP/1.1 200 OK"})
    EXPECT_TRUE(may_be_http(text)) << text;
  for (const auto* text : {"X", "HTTP/2 200", "\x15\x03\x01", "SSH-2.0"})
    EXPECT_FALSE(may_be_http(text)) << text;
}

}  // namespace
}  // namespace teleport::net
