#include "teleport/codec/walk.hpp"

#include <array>

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <openssl/evp.h>

#include "teleport/pki/encoding.hpp"
#include "teleport/proto/options.pb.h"

namespace teleport::codec {

bool is_part(const FieldDescriptor& field) {
  return !field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type()->well_known_type() == Descriptor::WELLKNOWNTYPE_UNSPECIFIED;
}

bool has_parts(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_map() &&
         field.message_type()->well_known_type() == Descriptor::WELLKNOWNTYPE_UNSPECIFIED &&
         field.options().GetExtension(cr::encoding) == cr::PLAIN;
}

bool is_unordered(const FieldDescriptor& field) {
  const auto& options = field.options();
  return field.is_repeated() && !field.is_map() &&
         field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         (options.GetExtension(cr::encoding) == cr::TRAIT_LIST ||
          options.GetExtension(cr::any_order));
}

std::string deterministic_bytes(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&coded);
  }
  return bytes;
}

std::string sha256_hex(const std::string& bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return pki::hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace teleport::codec
