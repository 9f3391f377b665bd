#include "k8s/request.hpp"

#include <string_view>

namespace k8s {

namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// RFC 3986 percent-encoding for one path segment or query value.
void append_encoded(std::string& to, std::string_view text) {
  constexpr const char* digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      to += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      to += '%';
      to += digits[byte >> 4];
      to += digits[byte & 15];
    }
  }
}

void append_segment(std::string& to, std::string_view text) {
  to += '/';
  append_encoded(to, text);
}

std::string collection_path(const resource_type& type, const std::string& ns) {
  std::string path;
  path.reserve(128);
  path = type.group.empty() ? "/api" : "/apis";
  if (!type.group.empty()) {
    append_segment(path, type.group);
  }
  append_segment(path, type.version);
  if (!ns.empty()) {
    path += "/namespaces";
    append_segment(path, ns);
  }
  append_segment(path, type.plural);
  return path;
}

std::string object_path(const resource_type& type, const object_key& key) {
  auto path = collection_path(type, key.ns);
  append_segment(path, key.name);
  return path;
}

std::string scope_of(const watch_request& of) {
  const auto place = of.ns.empty() ? " in all namespaces" : " in namespace " + of.ns;
  return (of.name.empty() ? "" : " " + of.name) + place;
}

void append_selector(std::string& to, char separator, const watch_request& of) {
  if (of.name.empty()) return;
  to += separator;
  to += "fieldSelector=metadata.name%3D";
  append_encoded(to, of.name);
}

}  // namespace

http_request get_request(const resource_type& type, const object_key& key) {
  http_request out;
  out.target = object_path(type, key);
  out.subject = "get " + type.plural + " " + to_string(key);
  out.about_object = true;
  return out;
}

http_request merge_patch_request(patch_request from) {
  http_request out;
  out.method = "PATCH";
  out.target = object_path(from.type, from.key);
  out.subject = "patch " + from.type.plural;
  if (!from.subresource.empty()) {
    append_segment(out.target, from.subresource);
    out.subject += "/" + from.subresource;
  }
  out.subject += " " + to_string(from.key);
  out.needs_permit = from.needs_permit;
  out.body = std::move(from.body);
  out.content_type = "application/merge-patch+json";
  out.about_object = true;
  return out;
}

http_request create_request(const resource_type& type, const std::string& ns, std::string body) {
  http_request out;
  out.method = "POST";
  out.target = collection_path(type, ns);
  out.body = std::move(body);
  out.content_type = "application/json";
  out.subject = "create " + type.plural + (ns.empty() ? "" : " in namespace " + ns);
  out.about_object = true;
  return out;
}

http_request replace_request(const resource_type& type, const object_key& key, std::string body) {
  http_request out;
  out.method = "PUT";
  out.target = object_path(type, key);
  out.body = std::move(body);
  out.content_type = "application/json";
  out.subject = "update " + type.plural + " " + to_string(key);
  out.about_object = true;
  return out;
}

http_request version_request() {
  http_request out;
  out.target = "/version";
  out.subject = "ask the API server for its version";
  return out;
}

http_request list_request(const watch_request& of, std::size_t limit,
                          const std::string& continue_token) {
  http_request out;
  out.target = collection_path(of.type, of.ns);
  if (of.metadata_only) out.wanted = form::metadata_list;
  char separator = '?';
  if (limit > 0) {
    out.target += "?limit=" + std::to_string(limit);
    separator = '&';
  }
  if (!continue_token.empty()) {
    out.target += separator;
    out.target += "continue=";
    append_encoded(out.target, continue_token);
    separator = '&';
  }
  append_selector(out.target, separator, of);
  out.subject = "list " + of.type.plural + scope_of(of);
  return out;
}

http_request open_watch_request(const watch_request& of, const std::string& version,
                                std::chrono::seconds lifetime) {
  http_request out;
  if (of.metadata_only) out.wanted = form::metadata;
  out.target =
      collection_path(of.type, of.ns) + "?watch=1&allowWatchBookmarks=true&resourceVersion=";
  append_encoded(out.target, version);
  out.target += "&timeoutSeconds=" + std::to_string(lifetime.count());
  append_selector(out.target, '&', of);
  out.subject = "watch " + of.type.plural + scope_of(of);
  return out;
}

}  // namespace k8s
