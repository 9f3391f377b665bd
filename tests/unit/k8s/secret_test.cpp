#include "k8s/secret.hpp"

#include <gtest/gtest.h>

#include "k8s/json.hpp"
#include "k8s/parse.hpp"

namespace k8s {
namespace {

/// What the API server sends of a Secret with this `data`.
object secret_with(const std::string& data) {
  const auto parsed = parse_object(
      R"({"kind":"Secret","metadata":{"name":"s","namespace":"ns"},"type":"Opaque","data":)" +
          data + "}",
      "get secrets ns/s");
  EXPECT_TRUE(parsed.ok());
  return *parsed.value();
}

TEST(SecretValue, IsTheBytesUnderTheKey) {
  const auto secret = secret_with(R"({"a":"aHVudGVyMg==","b":"Zm9vCg==","empty":""})");
  EXPECT_EQ(secret_value(secret, "a"), "hunter2");
  EXPECT_EQ(secret_value(secret, "b"), "foo\n") << "a newline at the end is part of the value";
  EXPECT_EQ(secret_value(secret, "empty"), "");
}

TEST(SecretValue, KeepsEveryByte) {
  const auto secret = secret_with(R"({"three":"AP+A","two":"/wA=","one":"/w=="})");
  EXPECT_EQ(secret_value(secret, "three"), std::string("\x00\xff\x80", 3));
  EXPECT_EQ(secret_value(secret, "two"), std::string("\xff\x00", 2));
  EXPECT_EQ(secret_value(secret, "one"), std::string("\xff"));
}

TEST(SecretValue, IsMissingWithoutTheKey) {
  EXPECT_EQ(secret_value(secret_with(R"({"a":"YQ=="})"), "b"), std::nullopt);
  EXPECT_EQ(secret_value(secret_with("null"), "a"), std::nullopt);
  EXPECT_EQ(secret_value(object{}, "a"), std::nullopt);
}

TEST(SecretValue, IsMissingWhenItIsNotBase64) {
  EXPECT_EQ(secret_value(secret_with(R"({"a":"?","b":1})"), "a"), std::nullopt);
  EXPECT_EQ(secret_value(secret_with(R"({"a":"?","b":1})"), "b"), std::nullopt);
}

TEST(SecretValuePatch, SetsOneValueOfThatVersionOnly) {
  object base;
  base.uid = "u-1";
  base.resource_version = "7";
  EXPECT_EQ(json::parse(secret_value_patch(base, "operator-id", "id")),
            json::parse(R"({"metadata":{"uid":"u-1","resourceVersion":"7"},
                            "stringData":{"operator-id":"id"}})"));
}

TEST(NewSecret, IsAWholeObject) {
  EXPECT_EQ(json::parse(new_secret({"ns", "state"}, "operator-id", "id")),
            json::parse(R"({"apiVersion":"v1","kind":"Secret","type":"Opaque",
                            "metadata":{"namespace":"ns","name":"state"},
                            "stringData":{"operator-id":"id"}})"));
}

}  // namespace
}  // namespace k8s
