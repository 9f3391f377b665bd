#pragma once

/// Values that a CR takes from Kubernetes Secrets of its namespace: which Secrets it needs, whether
/// they let it, and the resource with the values in it (facts/operator-behaviour.md §4). Called by
/// the decision core and by the object actor, which reads the Secrets. Pure. The values are in the
/// resource that comes out and nowhere else: in no text, in no hash.

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "k8s/error.hpp"
#include "k8s/object.hpp"
#include "teleport/codec/secrets.hpp"
#include "teleport/resource.hpp"

namespace actors::core {

/// What a pass knows of the Secrets of its CR.
struct secret_needs {
  std::vector<teleport::secret_reference> references;  ///< empty: the CR needs none
  bool read = false;    ///< the values have taken the references' place in the resource
  std::string trouble;  ///< why there is a value that the CR can't have, for people

  bool open() const { return !references.empty() && !read; }
  /// The Secrets, each once, sorted.
  std::vector<std::string> names() const;
};

secret_needs secrets_needed(const teleport::resource& desired);

/// How the API server answered, by name of the Secret.
using secret_answers = std::map<std::string, std::variant<k8s::object_ptr, k8s::error>>;

/// The CR has all its values.
struct values_found {
  teleport::resource desired;  ///< with the values
  std::string hash;            ///< of the references and of the Secrets' states
};

/// It has not, and a person has to do something: make the Secret, let the CR use it, mend the
/// reference.
struct values_missing {
  std::string why;
};

/// The API server failed; likely to pass.
struct secrets_unread {
  k8s::error why;
};

using secret_outcome = std::variant<values_found, values_missing, secrets_unread>;

/// `answers` has one for each of `needs.names()`. `desired` has references, `content_hash` is its
/// hash. The first reference that fails decides.
secret_outcome look_up_values(const k8s::object_key& cr, const secret_needs& needs,
                              const secret_answers& answers, teleport::resource desired,
                              const std::string& content_hash);

}  // namespace actors::core
