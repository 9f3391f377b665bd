#pragma once

/// From the API server's JSON to this room's types. Pure functions, no I/O; each text is parsed
/// once. None of them throws: what does not look like the API's promise becomes errc::bad_answer.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s/error.hpp"
#include "k8s/object.hpp"

namespace k8s {

/// One object, e.g. the answer to a GET or PATCH. `subject` names the request in the error.
result<object_ptr> parse_object(std::string_view text, const std::string& subject);

/// One page of a list.
struct object_page {
  std::vector<object_ptr> objects;
  std::string continue_token;    ///< empty on the last page
  std::string resource_version;  ///< of the list as a whole
};

/// `type` fills in apiVersion and kind, which the server leaves out of the items of built-in types.
result<object_page> parse_page(std::string_view text, const resource_type& type,
                               const std::string& subject);

/// One line of a watch.
struct watch_event {
  enum class kind { added, modified, deleted, bookmark };
  kind what = kind::added;
  object_ptr object;  ///< for a bookmark only `resource_version` means something
};

/// An ERROR event becomes the error that its Status stands for (errc::gone for Expired and Gone).
result<watch_event> parse_watch_event(std::string_view line, const std::string& subject);

/// The error for an HTTP answer that is not 2xx. `body` is a Status object, plain text, or
/// anything. `about_object`: a 404 may mean that one object is missing; else it means that the type
/// is not served.
error parse_failure(int http_status, std::string_view body, const std::string& subject,
                    bool about_object);

/// `gitVersion` of the answer to /version.
result<std::string> parse_version(std::string_view text, const std::string& subject);

}  // namespace k8s
