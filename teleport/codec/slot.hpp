#pragma once

/// The place that one JSON value goes to: a singular field, a new element of a list, or the key or
/// value of a map entry (an entry is a message with two singular fields). Lives as long as its
/// message.

#include <cstdint>
#include <string>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace teleport::codec {

class slot {
 public:
  using field_type = google::protobuf::FieldDescriptor;

  slot(google::protobuf::Message& message, const field_type& field)
      : message_(message), field_(field) {
    // Nothing else to do.
  }

  const field_type& field() const noexcept { return field_; }

  void put_bool(bool value);
  void put_double(double value);
  void put_text(std::string value);
  void put_enum(int number);
  /// The value must be within the field's range.
  void put_signed(std::int64_t value);
  void put_unsigned(std::uint64_t value);
  /// The message of the field, set now; for a list a new one.
  google::protobuf::Message& open_message();

 private:
  google::protobuf::Message& message_;
  const field_type& field_;
};

}  // namespace teleport::codec
