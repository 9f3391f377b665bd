#pragma once

/// The join calls of older clusters (facts/teleport-connection.md §2.3): one request, over gRPC or
/// HTTP.

#include "teleport/join/request.hpp"
#include "teleport/net/channel.hpp"
#include "teleport/net/http.hpp"

namespace teleport::join {

/// The request and the key that it is for.
struct older_request {
  pki::private_key key;
  std::string public_tls_key;  ///< PEM
  std::string public_ssh_key;  ///< authorized_keys line
  const join_request* base;    ///< must outlive this
};

/// Makes a key of the kind that the suite asks for.
result<older_request> make_older_request(const join_request& base, const std::string& suite);

/// Does a server of this version have RegisterUsingToken (facts/teleport-connection.md §0)? One
/// whose version is not known may.
bool may_know_join_call(const std::string& server_version);

/// RegisterUsingToken, only straight to auth. All failures have the stage older_call.
outcome<identity> join_by_call(net::channel& on, older_request request,
                               const std::string& client_version, const net::limits& within);

/// POST to `target.url`: `host/credentials` of a proxy, `tokens/register` of auth servers
/// before 17. `target.json` is filled here. An answer that isn't Teleport's is
/// errc::not_implemented.
outcome<identity> join_by_web(net::http_request target, older_request request,
                              const net::limits& within);

/// For tests: the JSON body, and the certificates in an answer.
std::string to_json(const older_request& request, wall_time expires);
result<granted> from_json(const std::string& body);

}  // namespace teleport::join
