/// Enums by number, word and boolean: facts/operator-behaviour.md §6.3.

#include <gtest/gtest.h>

#include "support.hpp"
#include "teleport/proto/role.pb.h"

namespace teleport::test {
namespace {

struct reading {
  const char* json;
  int number;  ///< -1: refused
};

/// What `spec.options.<field>` becomes; -1 when it is refused.
int option_number(const std::string& field, const std::string& json) {
  const auto outcome =
      try_decode("TeleportRoleV7", R"({"options": {")" + field + "\": " + json + "}}");
  if (!outcome.ok()) return -1;
  const auto& options = as<types::RoleV6>(outcome.value()).spec().options();
  const auto* type = options.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    if (type->field(i)->json_name() == field)
      return options.GetReflection()->GetEnumValue(options, type->field(i));
  }
  return -2;
}

TEST(Enums, RequireSessionMfa) {
  for (const auto& [json, number] : {reading{"0", 0},
                                     reading{"1", 1},
                                     reading{"5", 5},
                                     reading{"6", -1},
                                     reading{"-1", -1},
                                     reading{"1.5", -1},
                                     reading{"\"\"", 0},
                                     reading{"\"no\"", 0},
                                     reading{"\"off\"", 0},
                                     reading{"\"yes\"", 1},
                                     reading{"\"TRUE\"", 1},
                                     reading{"\"1\"", 1},
                                     reading{"true", 1},
                                     reading{"false", 0},
                                     reading{"\"hardware_key\"", 2},
                                     reading{"\"hardware_key_touch\"", 3},
                                     reading{"\"hardware_key_pin\"", 4},
                                     reading{"\"hardware_key_touch_and_pin\"", 5},
                                     reading{"\"SESSION\"", -1},
                                     reading{"\"hardware\"", -1},
                                     reading{"[]", -1},
                                     reading{"{}", -1}}) {
    EXPECT_EQ(option_number("require_session_mfa", json), number) << json;
  }
}

TEST(Enums, CreateHostUserMode) {
  for (const auto& [json, number] :
       {reading{"\"\"", 0}, reading{"\"off\"", 1}, reading{"false", 1}, reading{"true", -1},
        reading{"\"drop\"", 4}, reading{"2", 4}, reading{"\"keep\"", 3}, reading{"3", 3},
        reading{"3.0", 3}, reading{"\"insecure-drop\"", 4}, reading{"4", 4}, reading{"5", -1},
        reading{"\"insecure_drop\"", -1}, reading{"\"yes\"", -1}}) {
    EXPECT_EQ(option_number("create_host_user_mode", json), number) << json;
  }
}

TEST(Enums, CreateDatabaseUserMode) {
  for (const auto& [json, number] :
       {reading{"\"\"", 0}, reading{"\"off\"", 1}, reading{"\"keep\"", 2},
        reading{"\"best_effort_drop\"", 3}, reading{"2", 2}, reading{"4", -1},
        reading{"\"drop\"", -1}, reading{"true", -1}}) {
    EXPECT_EQ(option_number("create_db_user_mode", json), number) << json;
  }
}

TEST(Enums, CertExtensions) {
  const auto text = [](const std::string& type, const std::string& mode) {
    return R"({"options": {"cert_extensions": [{"type": )" + type + R"(, "mode": )" + mode +
           R"(, "name": "n"}]}})";
  };
  EXPECT_EQ(refusal("TeleportRoleV7", text("\"ssh\"", "\"extension\"")), "");
  EXPECT_EQ(refusal("TeleportRoleV7", text("0", "0")), "");
  EXPECT_EQ(refusal("TeleportRoleV7", text("\"x509\"", "1")),
            "spec.options.cert_extensions[0].mode: expected one of extension, or the number of "
            "one, found 1; "
            "spec.options.cert_extensions[0].type: expected one of ssh, or the number of one, "
            "found \"x509\"");
}

TEST(Enums, ErrorsNameTheWords) {
  EXPECT_EQ(refusal("TeleportRoleV7", R"({"options": {"create_db_user_mode": "drop"}})"),
            "spec.options.create_db_user_mode: expected one of off, keep, best_effort_drop, or the "
            "number of one, "
            "found \"drop\"");
}

}  // namespace
}  // namespace teleport::test
