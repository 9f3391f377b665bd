#pragma once

/// "May I?" and "who am I?", asked of the API server: SelfSubjectAccessReview of
/// authorization.k8s.io/v1 and SelfSubjectReview of authentication.k8s.io/v1. Everybody who is
/// known to the server may ask them. Pure; k8s/raw_client carries the question.

#include <string>
#include <string_view>

#include "k8s/error.hpp"
#include "k8s/request.hpp"

namespace k8s {

struct access_question {
  std::string ns;     ///< empty: in all namespaces, or of a type that has none
  std::string group;  ///< empty: the core group
  std::string resource;
  std::string subresource{};  ///< empty: the object itself
  std::string verb;
  std::string name{};  ///< of one object; empty: any
};

/// "patch teleportroles.resources.teleport.dev/status in namespace team", for messages.
std::string to_string(const access_question& question);

http_request access_review_request(const access_question& question);

/// Is it allowed? errc::bad_answer when the text is no review.
result<bool> parse_access_review(std::string_view text, const std::string& subject);

/// Not served by API servers before 1.28.
http_request own_name_request();

/// "system:serviceaccount:team:teleport-operator".
result<std::string> parse_own_name(std::string_view text, const std::string& subject);

}  // namespace k8s
