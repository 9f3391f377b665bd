#pragma once

/// What a registry row says of a CR kind. The rows are in teleport/kinds/, one file for kinds that
/// belong together; adding a kind is one row there and its `.proto` (docs/add-a-kind.md). All rows
/// are built once at start and live as long as the process; pointers to them are stable.

#include <map>
#include <string>
#include <vector>

#include "teleport/error.hpp"
#include "teleport/features.hpp"

namespace google::protobuf {
class Descriptor;
class Message;
}  // namespace google::protobuf

namespace teleport {

/// One gRPC method of a kind, by full path ("/proto.AuthService/GetRole"), and which request and
/// response message it takes. Messages are found in the generated pool by name.
struct rpc {
  std::string path;      ///< empty: the kind has no such call
  std::string request;   ///< full message name
  std::string response;  ///< full message name; "google.protobuf.Empty" when it answers nothing
  bool server_stream = false;  ///< answers a stream of `response` (only old list calls)
  /// Text fields of the request that are the same in every call, by their name in the `.proto`:
  /// {"namespace", "default"}.
  std::map<std::string, std::string> fixed = {};
};

/// The calls of one kind. Kinds with an upsert use the same call for create and update. `*_older`
/// is tried when the newer one answers UNIMPLEMENTED (facts/wire/services.json); an empty path:
/// there is none.
struct kind_calls {
  rpc get, create, update, remove, list;
  rpc get_older, create_older, update_older, remove_older, list_older;
};

struct printer_column {
  std::string name, type, json_path;
};

/// A field of a resource that names resources of another kind.
struct reference {
  std::string teleport_kind;  ///< "role"; empty: none
  std::string field;          ///< path of text fields, through lists too: "spec.roles"
};

/// Does the CR have a `scope` beside `spec` (facts/operator-behaviour.md §2.7)?
enum class scoping {
  none,      ///< no; such kinds do not run when the operator has a scope
  possible,  ///< it may be left empty
};

/// What a kind does differently from all others, as functions beside its row. Each may be nullptr.
struct kind_rules {
  /// Adds what the server wants to have, but a CR may leave out. Called once a CR is decoded.
  void (*complete)(google::protobuf::Message& desired) = nullptr;
  /// Refuses what the decoder can't see: empty, or why the resource may not be sent
  /// (`MutationError`).
  std::string (*refusal)(const google::protobuf::Message& desired) = nullptr;
  /// This failure of a delete means that there is nothing to delete.
  bool (*is_gone)(const error& failure) = nullptr;
};

struct kind {
  // -- the Kubernetes side --
  std::string cr_kind;                    ///< "TeleportRoleV7"
  std::vector<std::string> api_versions;  ///< the first is the one stored, watched and written
  std::string plural;                     ///< "teleportrolesv7"
  std::string singular;
  std::vector<std::string> short_names;
  std::vector<printer_column> columns;
  // -- the Teleport side --
  std::string teleport_kind;  ///< "role"
  /// May be empty. If not, a resource of another subkind is somebody else's.
  std::string teleport_subkind;
  std::string teleport_version;  ///< "v7"
  std::string message;           ///< full name of the resource message, "types.RoleV6"
  kind_calls calls;
  feature_gate gate = feature_gate::always;
  /// What is named here must be there, and can't be deleted meanwhile: Teleport says so.
  reference refers;
  /// Further references. Whether a server insists on them is its own affair; where it refuses a
  /// resource and names one of these, the arrival of that one is a reason to try again.
  std::vector<reference> may_need;
  scoping scope = scoping::none;
  /// The only name that a resource of this kind can have ("autoupdate-config"); empty: any.
  std::string singleton;
  /// Field of proto.Event that brings this kind (facts/wire/README.md); 0: no event does.
  int event_field = 0;
  kind_rules rules;

  /// Lower-cased CR kind: the `controller` label of the metrics.
  std::string controller_name() const;
  const google::protobuf::Descriptor* descriptor() const;
};

/// All kinds, in a fixed order.
const std::vector<kind>& all_kinds();

/// nullptr when there is no such CR kind.
const kind* find_kind(const std::string& cr_kind);

/// The kind whose resources refer to those of `of`; nullptr when none does.
const kind* referrer_of(const kind& of);

}  // namespace teleport
