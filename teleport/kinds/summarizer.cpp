/// What session summaries need: models, policies and secrets of inference, and the one retrieval
/// model. All behind the session-summaries gate.

#include "teleport/kinds/rows.hpp"

namespace teleport::kinds {
namespace {

constexpr const char* package = "teleport.summarizer.v1";

kind summarizer_kind(kind row, const std::string& base, const std::string& bases,
                     const std::string& update) {
  row.api_versions = {"v1"};
  row.teleport_version = "v1";
  row.message = std::string(package) + "." + base;
  row.gate = feature_gate::session_summaries;
  row.calls = answered_by_call(
      service_calls(package, "SummarizerService", base, bases, update, row.message));
  return row;
}

kind inference(const std::string& base, const std::string& bases) {
  return summarizer_kind(named(base, bases), base, bases, "Update");
}

}  // namespace

kind inference_model() {
  kind row = inference("InferenceModel", "InferenceModels");
  row.teleport_kind = "inference_model";
  row.may_need = {{"inference_secret", "spec.openai.api_key_secret_ref"}};
  row.event_field = 91;
  return row;
}

kind inference_policy() {
  kind row = inference("InferencePolicy", "InferencePolicies");
  row.teleport_kind = "inference_policy";
  row.may_need = {{"inference_model", "spec.model"}};
  row.event_field = 93;
  return row;
}

/// Its spec is never given back: only the metadata can be compared.
kind inference_secret() {
  kind row = inference("InferenceSecret", "InferenceSecrets");
  row.teleport_kind = "inference_secret";
  row.event_field = 92;
  return row;
}

kind retrieval_model() {
  kind row = summarizer_kind(named("RetrievalModel", "RetrievalModels", "V1"), "RetrievalModel",
                             "RetrievalModels", "Upsert");
  row.teleport_kind = "retrieval_model";
  row.may_need = {{"inference_secret", "spec.openai.api_key_secret_ref"},
                  {"inference_model", "spec.inference_model_name"}};
  row.singleton = "retrieval-model";
  row.event_field = 94;
  row.calls.list = row.calls.get;
  return row;
}

}  // namespace teleport::kinds
