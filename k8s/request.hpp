#pragma once

/// What to ask of the API server, as HTTP: method, path and query, body, and a name for people.
/// Pure; the addresses follow https://kubernetes.io/docs/reference/using-api/api-concepts/.

#include <chrono>
#include <cstddef>
#include <string>

#include "k8s/client.hpp"

namespace k8s {

/// What the server is asked to send of an object.
enum class form {
  whole,
  metadata,       ///< the objects of a watch without spec, status, data
  metadata_list,  ///< the items of a list likewise
};

struct http_request {
  const char* method = "GET";
  std::string target;             ///< path and query, percent-encoded, starts with '/'
  std::string body;               ///< empty: none
  const char* content_type = "";  ///< of `body`
  form wanted = form::whole;      ///< of the answer
  std::string subject;            ///< "patch teleportrolesv7 default/foo", for messages
  bool about_object = false;      ///< a 404 may mean that the object is missing
  bool needs_permit = false;      ///< see patch_request
};

http_request get_request(const resource_type& type, const object_key& key);
http_request merge_patch_request(patch_request from);
http_request create_request(const resource_type& type, const std::string& ns, std::string body);
/// A PUT of the whole object.
http_request replace_request(const resource_type& type, const object_key& key, std::string body);
http_request version_request();

/// One page of what `of` names. `limit` 0: the whole list. No resourceVersion: the server answers
/// from its newest state.
http_request list_request(const watch_request& of, std::size_t limit,
                          const std::string& continue_token);

/// A watch that starts after `version` and that the server ends by itself after `lifetime`.
http_request open_watch_request(const watch_request& of, const std::string& version,
                                std::chrono::seconds lifetime);

}  // namespace k8s
