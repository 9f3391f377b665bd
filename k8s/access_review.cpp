#include "k8s/access_review.hpp"

#include "k8s/json.hpp"

namespace k8s {

namespace {
http_request review(const std::string& group_version, const char* kind, const char* plural,
                    json spec) {
  http_request out;
  out.method = "POST";
  out.target = "/apis/" + group_version + "/" + plural;
  json body{{"apiVersion", group_version}, {"kind", kind}};
  if (!spec.empty()) body["spec"] = std::move(spec);
  out.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  out.content_type = "application/json";
  return out;
}

}  // namespace

std::string to_string(const access_question& question) {
  auto text = question.verb + " " + question.resource;
  if (!question.group.empty()) text += "." + question.group;
  if (!question.subresource.empty()) text += "/" + question.subresource;
  if (!question.name.empty()) text += " \"" + question.name + "\"";
  return text + (question.ns.empty() ? " in all namespaces" : " in namespace " + question.ns);
}

http_request access_review_request(const access_question& question) {
  json attributes{
      {"group", question.group}, {"resource", question.resource}, {"verb", question.verb}};
  if (!question.ns.empty()) attributes["namespace"] = question.ns;
  if (!question.subresource.empty()) attributes["subresource"] = question.subresource;
  if (!question.name.empty()) attributes["name"] = question.name;
  auto out = review("authorization.k8s.io/v1", "SelfSubjectAccessReview",
                    "selfsubjectaccessreviews", {{"resourceAttributes", std::move(attributes)}});
  out.subject = "ask whether we may " + to_string(question);
  return out;
}

result<bool> parse_access_review(std::string_view text, const std::string& subject) {
  auto parsed = read_json_object(text);
  auto* status = parsed ? member(*parsed, "status") : nullptr;
  const auto* allowed = status != nullptr ? member(*status, "allowed") : nullptr;
  if (allowed == nullptr || !allowed->is_boolean()) {
    return error{.code = errc::bad_answer,
                 .message = subject + ": the answer is no SelfSubjectAccessReview"};
  }
  return allowed->get<bool>();
}

http_request own_name_request() {
  auto out = review("authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews", {});
  out.subject = "ask who we are";
  return out;
}

result<std::string> parse_own_name(std::string_view text, const std::string& subject) {
  auto parsed = read_json_object(text);
  auto* status = parsed ? member(*parsed, "status") : nullptr;
  auto* user = status != nullptr ? member(*status, "userInfo") : nullptr;
  auto name = user != nullptr ? take_string(*user, "username") : std::string();
  if (!name.empty()) return name;
  return error{.code = errc::bad_answer,
               .message = subject + ": the answer is no SelfSubjectReview"};
}

}  // namespace k8s
