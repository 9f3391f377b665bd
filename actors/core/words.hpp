#pragma once

/// Every word that a user of the operator can read on a CR: annotations, condition types, reasons
/// and texts, Event reasons. Condition texts are those of the official operator
/// (facts/operator-behaviour.md §2.8), so that whoever looks for them finds them.

namespace actors::core::words {

// -- on the CR ------------------------------------------------------------------------------------
inline constexpr const char* finalizer = "resources.teleport.dev/deletion";
inline constexpr const char* ignore_annotation = "teleport.dev/ignore";
inline constexpr const char* keep_annotation = "teleport.dev/keep";
inline constexpr const char* adopt_annotation = "teleport.dev/adopt";
inline constexpr const char* drift_annotation = "teleport.dev/drift";
inline constexpr const char* drift_heal = "heal";
inline constexpr const char* drift_report = "report";
/// On a Secret: which CRs may take values from it.
inline constexpr const char* lookup_annotation = "resources.teleport.dev/allow-lookup-from-cr";
inline constexpr const char* description_annotation = "description";
inline constexpr const char* name_annotation = "resources.teleport.dev/name";
inline constexpr const char* bound_name_annotation = "resources.teleport.dev/bound-name";
inline constexpr const char* scope_field = "scope";

// -- on resources that have a scope ---------------------------------------------------------------
inline constexpr const char* operator_id_label = "resources.teleport.dev/operator-id";
inline constexpr const char* owner_email_label = "resources.teleport.dev/owner-email";
inline constexpr const char* token_name_label = "resources.teleport.dev/token-name";
inline constexpr const char* operator_namespace_label = "resources.teleport.dev/namespace";
inline constexpr const char* cr_name_label = "resources.teleport.dev/custom-resource-name";
inline constexpr const char* cr_namespace_label =
    "resources.teleport.dev/custom-resource-namespace";
inline constexpr const char* cr_gvk_label = "resources.teleport.dev/custom-resource-gvk";

// -- status fields --------------------------------------------------------------------------------
inline constexpr const char* observed_generation = "observedGeneration";
inline constexpr const char* teleport_revision = "teleportRevision";
inline constexpr const char* applied_hash = "appliedHash";
inline constexpr const char* stored_hash = "storedHash";

// -- condition types ------------------------------------------------------------------------------
inline constexpr const char* valid_structure = "ValidStructure";
inline constexpr const char* resource_owned = "TeleportResourceOwned";
inline constexpr const char* reconciled = "SuccessfullyReconciled";
inline constexpr const char* ready = "Ready";
inline constexpr const char* valid_scope = "ValidScope";
inline constexpr const char* drifted = "Drifted";

// -- reasons, of conditions and Events ------------------------------------------------------------
inline constexpr const char* no_error = "NoError";
inline constexpr const char* failed_to_decode = "FailedToDecode";
inline constexpr const char* origin_label_matching = "OriginLabelMatching";
inline constexpr const char* new_resource = "NewResource";
inline constexpr const char* origin_label_not_matching = "OriginLabelNotMatching";
inline constexpr const char* mutation_error = "MutationError";
inline constexpr const char* name_is_fixed = "NameIsFixed";
inline constexpr const char* invalid_name = "InvalidName";
inline constexpr const char* unscoped = "Unscoped";
inline constexpr const char* matching_scope = "MatchingScope";
inline constexpr const char* non_matching_scope = "NonMatchingScope";
inline constexpr const char* claimed_by_other = "ClaimedByAnotherResource";
inline constexpr const char* teleport_error = "TeleportError";
inline constexpr const char* kubernetes_error = "KubernetesError";
inline constexpr const char* teleport_unreachable = "TeleportUnreachable";
inline constexpr const char* feature_missing = "FeatureNotAvailable";
inline constexpr const char* deletion_blocked = "DeletionBlocked";
inline constexpr const char* actor_failed = "ActorFailed";
inline constexpr const char* created = "Created";
inline constexpr const char* updated = "Updated";
inline constexpr const char* adopted = "Adopted";
inline constexpr const char* drift_healed = "DriftHealed";
inline constexpr const char* drift_found = "DriftFound";
inline constexpr const char* changed_in_teleport = "ChangedInTeleport";
inline constexpr const char* deleted_in_teleport = "DeletedInTeleport";
inline constexpr const char* no_drift = "NoDrift";
inline constexpr const char* invalid_annotation = "InvalidAnnotation";
inline constexpr const char* deleted = "Deleted";
inline constexpr const char* kept = "Kept";
inline constexpr const char* released_ignored = "ReleasedIgnored";
inline constexpr const char* left_unowned = "LeftUnowned";

// -- texts ----------------------------------------------------------------------------------------
inline constexpr const char* decoded_text = "Kubernetes CR was successfully decoded.";
inline constexpr const char* decode_failed_text = "Failed to decode Kubernetes CR: ";
inline constexpr const char* owned_text = "Teleport resource is owned by the operator.";
inline constexpr const char* new_resource_text =
    "No existing Teleport Resource found with that name. The created Resource is owned by the "
    "operator.";
inline constexpr const char* unowned_text_begin =
    "A resource with the same name already exists in Teleport and is not owned by the operator (";
inline constexpr const char* unowned_text_end = "). Refusing to reconcile.";
inline constexpr const char* reconciled_text =
    "Teleport Resource was successfully reconciled, no error was returned by Teleport.";
inline constexpr const char* teleport_error_text = "Teleport returned the error: ";
inline constexpr const char* mutation_failed_text =
    "The reconciliation failed, the operator failed to mutate the resource before creating it in "
    "Teleport. Mutation failed with error: ";
inline constexpr const char* kubernetes_error_text = "Kubernetes returned the error: ";
inline constexpr const char* ready_text = "The Teleport resource is what this resource says.";
inline constexpr const char* ready_but_drifted_text =
    "The Teleport resource was made what this resource says, and has been changed in Teleport "
    "since: "
    "see the condition Drifted.";
inline constexpr const char* no_drift_text =
    "The Teleport resource is as the operator has written it.";

}  // namespace actors::core::words
