#pragma once

/// The reference: one page in Markdown for each kind, and an index. Everything in them comes from
/// the registry, from comments and options in teleport/proto, and from the example of the kind; the
/// same input gives the same bytes.

#include <filesystem>
#include <string>

#include <google/protobuf/descriptor.h>

#include "teleport/kind.hpp"
#include "tools/crdgen/output.hpp"

namespace crdgen {

/// All pages by file name. Throws std::runtime_error when a kind has no example in the folder.
files reference(const std::filesystem::path& examples);

/// One page, around an example in YAML.
std::string reference_page(const teleport::kind& of, const google::protobuf::Descriptor& message,
                           const std::string& example);

/// "teleportrolev7.md".
std::string page_name(const teleport::kind& of);

/// "rolesv7.yaml": the file with the example of a kind.
std::string example_name(const teleport::kind& of);

}  // namespace crdgen
