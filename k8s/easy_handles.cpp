#include "k8s/easy_handles.hpp"

#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace k8s {

namespace {

constexpr std::size_t kept_handles = 16;
constexpr long buffer_bytes = 16L * 1024;
constexpr long connect_timeout_ms = 10'000;
// A dead peer is found within about half a minute: 15 s of quiet, then probes; and data that nobody
// acknowledges for 30 s ends the connection.
constexpr long keepalive_idle_s = 15;
constexpr long keepalive_interval_s = 5;
constexpr unsigned unacknowledged_ms = 30'000;

int set_socket_options(void*, curl_socket_t socket, curlsocktype) {
  // A refusal (Unix socket, odd kernel) costs only the early warning.
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms,
                     sizeof(unacknowledged_ms));
  return CURL_SOCKOPT_OK;
}

/// A blob that stays ours: `text` must outlive the handle.
curl_blob blob_of(const std::string& text) {
  curl_blob blob{};
  // libcurl's struct is not const-correct; with NOCOPY it only reads.
  blob.data = const_cast<char*>(text.data());
  blob.len = text.size();
  blob.flags = CURL_BLOB_NOCOPY;
  return blob;
}

/// Metadata alone or nothing: a server that can't do it answers 406, not with whole objects
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/, "Metadata-only fetches").
constexpr const char* accept_json = "Accept: application/json";
constexpr const char* accept_metadata =
    "Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
constexpr const char* accept_metadata_list =
    "Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

slist_ptr make_headers(const credential& who, const char* content_type,
                       const char* accept = accept_json) {
  curl_slist* list = curl_slist_append(nullptr, accept);
  list = curl_slist_append(list, "Expect:");  // no "100-continue" round trip
  if (*content_type != '\0') {
    list = curl_slist_append(list, (std::string("Content-Type: ") + content_type).c_str());
  }
  if (!who.token.empty()) {
    list = curl_slist_append(list, ("Authorization: Bearer " + who.token).c_str());
  }
  return slist_ptr(list);
}

/// host[:port] of "scheme://host[:port][/…]".
std::string authority_of(const std::string& url) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  return url.substr(begin, url.find('/', begin) - begin);
}

bool is_loopback(const std::string& authority) {
  return authority == "localhost" || authority.starts_with("localhost:") ||
         authority.starts_with("127.") || authority.starts_with("[::1]");
}

/// ":port" of an authority, or "".
std::string port_of(const std::string& authority) {
  const auto colon = authority.rfind(':');
  const auto bracket = authority.rfind(']');
  const bool has_port =
      colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  return has_port ? authority.substr(colon) : std::string();
}

}  // namespace

curl_slist* header_set::of(const http_request& request) const {
  if (request.wanted == form::metadata) return metadata.get();
  if (request.wanted == form::metadata_list) return metadata_list.get();
  if (*request.content_type == '\0') return plain.get();
  const bool is_json = std::strcmp(request.content_type, "application/json") == 0;
  return is_json ? json.get() : merge_patch.get();
}

easy_handles::easy_handles(const config& server, std::string user_agent, callbacks use)
    : server_(server), user_agent_(std::move(user_agent)), use_(use) {
  host_ = authority_of(server_.server);
  base_url_ = server_.server;
  if (!server_.tls_server_name.empty()) {
    // libcurl checks the certificate against the URL's host, so the wanted name goes there and the
    // connection is sent to the real host.
    const auto port = port_of(host_);
    const auto path = server_.server.find(host_) + host_.size();
    base_url_ = "https://" + server_.tls_server_name + port + server_.server.substr(path);
    const auto to = "::" + host_ + (port.empty() ? ":443" : "");
    connect_to_.reset(curl_slist_append(nullptr, to.c_str()));
  }
}

std::unique_ptr<easy_handle> easy_handles::take(const credential_ptr& who) {
  std::unique_ptr<easy_handle> handle;
  if (free_.empty()) {
    handle = make();
  } else {
    handle = std::move(free_.back());
    free_.pop_back();
  }
  if (handle->who != who) {
    handle->who = who;
    auto certificate = blob_of(who->certificate_pem);
    auto key = blob_of(who->key_pem);
    const bool have = !who->certificate_pem.empty();
    curl_easy_setopt(handle->curl.get(), CURLOPT_SSLCERT_BLOB, have ? &certificate : nullptr);
    curl_easy_setopt(handle->curl.get(), CURLOPT_SSLKEY_BLOB, have ? &key : nullptr);
  }
  handle->trouble[0] = '\0';
  return handle;
}

void easy_handles::give_back(std::unique_ptr<easy_handle> handle) {
  if (free_.size() < kept_handles) {
    free_.push_back(std::move(handle));
  }
}

std::shared_ptr<const header_set> easy_handles::headers(const credential_ptr& who) {
  if (headers_of_ != who) {
    auto fresh = std::make_shared<header_set>();
    fresh->plain = make_headers(*who, "");
    fresh->metadata = make_headers(*who, "", accept_metadata);
    fresh->metadata_list = make_headers(*who, "", accept_metadata_list);
    fresh->merge_patch = make_headers(*who, "application/merge-patch+json");
    fresh->json = make_headers(*who, "application/json");
    headers_ = std::move(fresh);
    headers_of_ = who;
  }
  return headers_;
}

std::unique_ptr<easy_handle> easy_handles::make() {
  auto handle = std::make_unique<easy_handle>();
  handle->curl.reset(curl_easy_init());
  auto* curl = handle->curl.get();
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, handle->trouble);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, use_.on_body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, use_.on_header);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, user_agent_.c_str());
  set_connection_options(curl);
  set_tls_options(curl);
  return handle;
}

void easy_handles::set_connection_options(CURL* curl) const {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, buffer_bytes);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, keepalive_idle_s);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, keepalive_interval_s);
  curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, set_socket_options);
  if (connect_to_) {
    curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to_.get());
  }
  if (!server_.proxy_url.empty()) {
    curl_easy_setopt(curl, CURLOPT_PROXY, server_.proxy_url.c_str());
  } else if (is_loopback(authority_of(base_url_))) {
    curl_easy_setopt(curl, CURLOPT_PROXY, "");  // whatever HTTPS_PROXY says, as kubectl does
  }
  // Only TLS can negotiate HTTP/2. There, wait for the first connection instead of opening another.
  const bool tls = base_url_.starts_with("https://");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(curl, CURLOPT_PIPEWAIT, tls ? 1L : 0L);
}

void easy_handles::set_tls_options(CURL* curl) const {
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (server_.insecure_skip_tls_verify) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  } else if (!server_.ca_pem.empty()) {
    auto roots = blob_of(server_.ca_pem);
    curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &roots);
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // these roots and no others
  }
}

}  // namespace k8s
