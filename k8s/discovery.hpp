#pragma once

/// Which types the API server serves, and what a CustomResourceDefinition says of one. Pure;
/// k8s/raw_client carries the questions. Discovery needs no right of its own; reading definitions
/// does.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/error.hpp"
#include "k8s/request.hpp"

namespace k8s {

http_request group_request(const std::string& group);
http_request group_version_request(const std::string& group, const std::string& version);
http_request definition_request(const std::string& group, const std::string& plural);

/// The versions of a group, the server's favourite order kept: "v1", "v2".
result<std::vector<std::string>> parse_group(std::string_view text, const std::string& subject);

/// What one version of a group serves: by plural, whether it has the subresource `status`.
result<std::map<std::string, bool>> parse_group_version(std::string_view text,
                                                        const std::string& subject);

/// A CustomResourceDefinition, reduced to what tells one release of it from another.
struct definition {
  std::string stored_version;                ///< in which new objects are stored
  std::vector<std::string> once_stored;      ///< `status.storedVersions`
  std::vector<std::string> served_versions;  ///< in their order
  /// The properties under `status` that the schema of the stored version names.
  std::vector<std::string> status_fields;
};

result<definition> parse_definition(std::string_view text, const std::string& subject);

}  // namespace k8s
