#pragma once

/// Fills requests and reads responses of any resource call by the shape of their messages, so that
/// a kind needs no code for its calls: what a field is for follows from its type or its name. Pure,
/// any thread.

#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/message.h>

#include "teleport/resource.hpp"

namespace teleport::calls {

using message = google::protobuf::Message;

/// A new message of this type; nullptr when no such type is linked in.
std::unique_ptr<message> new_message(const std::string& full_name);

/// Puts the resource into a request that is the resource, or has one field of its type. False when
/// it is neither: then the registry row is wrong.
bool put_resource(message& request, const message& resource);

/// Puts in the texts that are the same in every request of this call; "key=value" is an entry of a
/// map. False when it has no such field: then the registry row is wrong.
bool put_fixed(message& request, const rpc& call);

/// Says which resource is meant: by the text field `name`, or else one whose name ends so
/// (`bot_name`), and by `scope`, where the request has it. Nothing for a singleton. False when
/// there is no field for the name: then the registry row is wrong.
bool put_key(message& request, const kind& of, const resource_key& key);

/// Asks for one page, from `token` on. A request without pages is left as it is.
void put_page(message& request, const std::string& token);

/// Where the next page begins; empty at the last one and for responses without pages.
std::string next_page(const message& response);

/// The one resource in a response that is it or has a field of its type; nullptr when there is
/// none. The pointer keeps the response alive.
std::shared_ptr<message> resource_in(const std::shared_ptr<message>& response,
                                     const google::protobuf::Descriptor* type);

/// All resources in a response: of its repeated field of that type, or of a repeated wrapper's
/// field of that type (what else the wrappers hold is left out), or the one that `resource_in`
/// finds.
std::vector<std::shared_ptr<message>> resources_in(const std::shared_ptr<message>& response,
                                                   const google::protobuf::Descriptor* type);

}  // namespace teleport::calls
