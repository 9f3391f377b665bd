#pragma once

/// Lists all resources of a kind, page after page.

#include <functional>

#include "teleport/session.hpp"

namespace teleport::calls {

/// One call with its older form behind it; what the session's unary calls go through.
/// `fill` may run twice, on a new request each time.
using request_filler = std::function<bool(google::protobuf::Message& request)>;
using response_taker =
    std::function<void(result<std::vector<std::shared_ptr<google::protobuf::Message>>>)>;
using caller = std::function<void(request_filler fill, response_taker done)>;

/// Runs until a page names no next one. Of a kind with a subkind only resources of that one are
/// listed; a singleton that isn't there is an empty list. Answers errc::unknown when a server names
/// the same page twice.
void list_all(const kind& of, caller one_page, page_callback done);

}  // namespace teleport::calls
