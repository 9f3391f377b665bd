/// Plain scalars and Google's well-known types.

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>
#include <nlohmann/json.hpp>

#include "teleport/codec/texts.hpp"
#include "teleport/codec/values.hpp"

namespace teleport::codec {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::util::TimeUtil;
using nlohmann::json;

const std::string& text_of(const json& value) {
  return value.get_ref<const std::string&>();
}

template <class Integer>
std::optional<Integer> digits(const std::string& text) {
  Integer number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, number);
  if (code != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// The integer that a JSON value is: an integer, a whole float, or (for 64 bits) a string of
/// digits.
template <class Integer>
std::optional<Integer> integer(const json& value) {
  using limits = std::numeric_limits<Integer>;
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(limits::max())) return std::nullopt;
    return static_cast<Integer>(number);
  }
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (number < 0 && static_cast<std::int64_t>(limits::min()) > number) return std::nullopt;
    return static_cast<Integer>(number);
  }
  if (value.is_number_float()) {
    // Beyond 2^53 a float no longer tells neighbouring integers apart.
    const auto number = value.get<double>();
    if (std::abs(number) > 9007199254740992.0 || number != std::trunc(number)) return std::nullopt;
    if (number < static_cast<double>(limits::min()) || number > static_cast<double>(limits::max()))
      return std::nullopt;
    return static_cast<Integer>(number);
  }
  if (value.is_string() && sizeof(Integer) == 8) return digits<Integer>(text_of(value));
  return std::nullopt;
}

template <class Integer>
std::string range() {
  using limits = std::numeric_limits<Integer>;
  return "an integer from " + std::to_string(limits::min()) + " to " +
         std::to_string(limits::max());
}

template <class Integer>
void put_integer(const json& value, slot into, const std::string& path, problems& found) {
  const auto number = integer<Integer>(value);
  if (!number)
    return found.mismatch(path, range<Integer>(),
                          value.is_string() ? kind_of(value) : shown(value));
  if constexpr (std::numeric_limits<Integer>::is_signed) {
    into.put_signed(*number);
  } else {
    into.put_unsigned(*number);
  }
}

/// A float that a double can't become would be infinite.
void put_number(const json& value, slot into, const std::string& path, problems& found) {
  if (!value.is_number()) return found.mismatch(path, "a number", kind_of(value));
  const auto number = value.get<double>();
  if (into.field().cpp_type() == FieldDescriptor::CPPTYPE_FLOAT &&
      std::abs(number) > static_cast<double>(std::numeric_limits<float>::max())) {
    return found.mismatch(path, "a number of at most 3.4e38", shown(value));
  }
  into.put_double(number);
}

/// No kind has bytes: a CRD can't say them.
void put_text(const json& value, slot into, const std::string& path, problems& found) {
  if (!value.is_string()) return found.mismatch(path, "a string", kind_of(value));
  into.put_text(text_of(value));
}

void put_time(const json& value, slot into, const std::string& path, problems& found) {
  google::protobuf::Timestamp time;
  if (!value.is_string() || !TimeUtil::FromString(text_of(value), &time)) {
    return found.mismatch(path, R"(a time such as "2030-01-31T12:00:00Z" (RFC 3339))",
                          shown(value));
  }
  into.open_message().CopyFrom(time);
}

/// Canonical proto-JSON takes only seconds (`43200s`), which the CRD's format does not say; we take
/// any duration.
void put_duration(const json& value, slot into, const std::string& path, problems& found) {
  const auto duration = value.is_string() ? read_duration(text_of(value)) : std::nullopt;
  if (!duration) {
    return found.mismatch(path, R"(a duration such as "30m" or "8h")", shown(value));
  }
  into.open_message().CopyFrom(TimeUtil::NanosecondsToDuration(duration->count()));
}

void put_free_form(const json& value, slot into, const std::string& path, problems& found) {
  const auto status =
      google::protobuf::util::JsonStringToMessage(value.dump(), &into.open_message());
  if (!status.ok()) found.other(path, "expected free-form JSON: " + std::string(status.message()));
}

}  // namespace

void put_scalar(const json& value, slot into, const std::string& path, problems& found) {
  switch (into.field().cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return put_text(value, into, path, found);
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!value.is_boolean()) return found.mismatch(path, "true or false", kind_of(value));
      return into.put_bool(value.get<bool>());
    case FieldDescriptor::CPPTYPE_INT32:
      return put_integer<std::int32_t>(value, into, path, found);
    case FieldDescriptor::CPPTYPE_INT64:
      return put_integer<std::int64_t>(value, into, path, found);
    case FieldDescriptor::CPPTYPE_UINT32:
      return put_integer<std::uint32_t>(value, into, path, found);
    case FieldDescriptor::CPPTYPE_UINT64:
      return put_integer<std::uint64_t>(value, into, path, found);
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return put_number(value, into, path, found);
    case FieldDescriptor::CPPTYPE_ENUM:
      return put_enum(value, into, path, found);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  found.other(path, "is not a scalar");  // the decoder sends messages elsewhere
}

bool put_well_known(const json& value, slot into, const std::string& path, problems& found) {
  const auto* type = into.field().message_type();
  if (type == nullptr) return false;
  switch (type->well_known_type()) {
    case google::protobuf::Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      put_time(value, into, path, found);
      return true;
    case google::protobuf::Descriptor::WELLKNOWNTYPE_DURATION:
      put_duration(value, into, path, found);
      return true;
    case google::protobuf::Descriptor::WELLKNOWNTYPE_STRUCT:
    case google::protobuf::Descriptor::WELLKNOWNTYPE_VALUE:
    case google::protobuf::Descriptor::WELLKNOWNTYPE_LISTVALUE:
      put_free_form(value, into, path, found);
      return true;
    default:
      return false;
  }
}

}  // namespace teleport::codec
