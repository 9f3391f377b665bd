#include "teleport/codec/slot.hpp"

#include <utility>

namespace teleport::codec {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void slot::put_bool(bool value) {
  const auto* reflection = message_.GetReflection();
  if (field_.is_repeated()) {
    reflection->AddBool(&message_, &field_, value);
  } else {
    reflection->SetBool(&message_, &field_, value);
  }
}

void slot::put_double(double value) {
  const auto* reflection = message_.GetReflection();
  const bool single = field_.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT;
  if (single && field_.is_repeated()) {
    reflection->AddFloat(&message_, &field_, static_cast<float>(value));
  } else if (single) {
    reflection->SetFloat(&message_, &field_, static_cast<float>(value));
  } else if (field_.is_repeated()) {
    reflection->AddDouble(&message_, &field_, value);
  } else {
    reflection->SetDouble(&message_, &field_, value);
  }
}

void slot::put_text(std::string value) {
  const auto* reflection = message_.GetReflection();
  if (field_.is_repeated()) {
    reflection->AddString(&message_, &field_, std::move(value));
  } else {
    reflection->SetString(&message_, &field_, std::move(value));
  }
}

void slot::put_enum(int number) {
  const auto* reflection = message_.GetReflection();
  if (field_.is_repeated()) {
    reflection->AddEnumValue(&message_, &field_, number);
  } else {
    reflection->SetEnumValue(&message_, &field_, number);
  }
}

void slot::put_signed(std::int64_t value) {
  const auto* reflection = message_.GetReflection();
  const bool narrow = field_.cpp_type() == FieldDescriptor::CPPTYPE_INT32;
  if (narrow && field_.is_repeated()) {
    reflection->AddInt32(&message_, &field_, static_cast<std::int32_t>(value));
  } else if (narrow) {
    reflection->SetInt32(&message_, &field_, static_cast<std::int32_t>(value));
  } else if (field_.is_repeated()) {
    reflection->AddInt64(&message_, &field_, value);
  } else {
    reflection->SetInt64(&message_, &field_, value);
  }
}

void slot::put_unsigned(std::uint64_t value) {
  const auto* reflection = message_.GetReflection();
  const bool narrow = field_.cpp_type() == FieldDescriptor::CPPTYPE_UINT32;
  if (narrow && field_.is_repeated()) {
    reflection->AddUInt32(&message_, &field_, static_cast<std::uint32_t>(value));
  } else if (narrow) {
    reflection->SetUInt32(&message_, &field_, static_cast<std::uint32_t>(value));
  } else if (field_.is_repeated()) {
    reflection->AddUInt64(&message_, &field_, value);
  } else {
    reflection->SetUInt64(&message_, &field_, value);
  }
}

Message& slot::open_message() {
  const auto* reflection = message_.GetReflection();
  return field_.is_repeated() ? *reflection->AddMessage(&message_, &field_)
                              : *reflection->MutableMessage(&message_, &field_);
}

}  // namespace teleport::codec
