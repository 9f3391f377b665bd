#include "teleport/status.hpp"

#include <gtest/gtest.h>

namespace teleport {
namespace {

struct status_case {
  int code;
  const char* name;
  errc expected;
};

class GrpcStatus : public testing::TestWithParam<status_case> {};

TEST_P(GrpcStatus, HasItsClassAndKeepsTheText) {
  const auto& [code, name, expected] = GetParam();
  EXPECT_EQ(from_status(code, "as the server said").code, expected);
  EXPECT_EQ(from_status(code, "as the server said").message, "as the server said");
  EXPECT_EQ(from_status(code, "").message, name);
  EXPECT_STREQ(status_name(code), name);
}

INSTANTIATE_TEST_SUITE_P(All, GrpcStatus,
                         testing::Values(status_case{1, "CANCELLED", errc::cancelled},
                                         status_case{2, "UNKNOWN", errc::unknown},
                                         status_case{3, "INVALID_ARGUMENT", errc::bad_parameter},
                                         status_case{4, "DEADLINE_EXCEEDED", errc::timeout},
                                         status_case{5, "NOT_FOUND", errc::not_found},
                                         status_case{6, "ALREADY_EXISTS", errc::already_exists},
                                         status_case{7, "PERMISSION_DENIED", errc::access_denied},
                                         status_case{8, "RESOURCE_EXHAUSTED", errc::limit_exceeded},
                                         status_case{9, "FAILED_PRECONDITION",
                                                     errc::compare_failed},
                                         status_case{12, "UNIMPLEMENTED", errc::not_implemented},
                                         status_case{13, "INTERNAL", errc::unknown},
                                         status_case{14, "UNAVAILABLE", errc::connection},
                                         status_case{16, "UNAUTHENTICATED", errc::access_denied}));

TEST(GrpcStatusName, TakesANumberOfTomorrowAsUnknown) {
  EXPECT_STREQ(status_name(99), "UNKNOWN");
  EXPECT_EQ(from_status(-1, "x").code, errc::unknown);
}

TEST(OneLine, JoinsCausesInTheirOrder) {
  EXPECT_EQ(one_line("reviewing token\n\tparsing jwt\r\n  bad\n"),
            "reviewing token: parsing jwt: bad");
  EXPECT_EQ(one_line("as it is, with: colons"), "as it is, with: colons");
  EXPECT_EQ(one_line(""), "");
}

TEST(HttpStatus, HasItsClass) {
  EXPECT_EQ(class_of_http(400), errc::bad_parameter);
  EXPECT_EQ(class_of_http(403), errc::access_denied);
  EXPECT_EQ(class_of_http(404), errc::not_found);
  EXPECT_EQ(class_of_http(429), errc::limit_exceeded);
  EXPECT_EQ(class_of_http(501), errc::not_implemented);
  EXPECT_EQ(class_of_http(504), errc::connection);
  EXPECT_EQ(class_of_http(418), errc::unknown);
}

}  // namespace
}  // namespace teleport
