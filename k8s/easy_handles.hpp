#pragma once

/// libcurl easy handles for one API server: made with all options that never change, used again,
/// and few of them kept, so that an idle client is small. Only for k8s/transport; one thread.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <curl/curl.h>

#include "k8s/config.hpp"
#include "k8s/credential.hpp"
#include "k8s/request.hpp"

namespace k8s {

struct easy_deleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
using easy_ptr = std::unique_ptr<CURL, easy_deleter>;

struct slist_deleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using slist_ptr = std::unique_ptr<curl_slist, slist_deleter>;

/// The headers of every request of one credential; made once for each credential.
struct header_set {
  slist_ptr plain;
  slist_ptr metadata;
  slist_ptr metadata_list;
  slist_ptr merge_patch;
  slist_ptr json;
  curl_slist* of(const http_request& request) const;
};

/// A handle, the credential that its TLS options are set for, and libcurl's words for its last
/// error.
struct easy_handle {
  easy_ptr curl;
  credential_ptr who;
  char trouble[CURL_ERROR_SIZE] = {};
};

class easy_handles {
 public:
  /// libcurl calls these with the exchange as their user data.
  struct callbacks {
    curl_write_callback on_body;
    curl_write_callback on_header;
  };

  easy_handles(const config& server, std::string user_agent, callbacks use);

  /// A handle that authenticates as `who`.
  std::unique_ptr<easy_handle> take(const credential_ptr& who);
  void give_back(std::unique_ptr<easy_handle> handle);

  /// Shared by all requests of `who`, which must hold it until they end.
  std::shared_ptr<const header_set> headers(const credential_ptr& who);

  /// Scheme, host and port to put before a target.
  const std::string& base_url() const noexcept { return base_url_; }
  /// host:port of the server, for metrics.
  const std::string& host() const noexcept { return host_; }

 private:
  std::unique_ptr<easy_handle> make();
  void set_connection_options(CURL* curl) const;
  void set_tls_options(CURL* curl) const;

  config server_;
  std::string user_agent_;
  callbacks use_;
  std::string base_url_;
  std::string host_;
  slist_ptr connect_to_;
  std::vector<std::unique_ptr<easy_handle>> free_;
  credential_ptr headers_of_;
  std::shared_ptr<const header_set> headers_;
};

}  // namespace k8s
