#pragma once

/// Tells CAF which of our types may travel in messages. All actors live in one process, so nothing
/// is serialised: the types are "unsafe" in CAF's sense of having no wire form. Included by every
/// actor.

#include "messages/supervision.hpp"

// -- kube
// --------------------------------------------------------------------------------------------------------
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::get_object)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::patch_object)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::create_object)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::ask_lease)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::lease_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::lease_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::subscribe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::kube_answered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::object_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::kube_replaced)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::objects_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::object_seen)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::watch_bookmark)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::watch_trouble)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::watch_recovered)
// -- teleport
// ----------------------------------------------------------------------------------------------------
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::get_resource)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::create_resource)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::update_resource)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::delete_resource)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::list_heads)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::open_watch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::close_watch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::watch_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::watch_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::watch_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::resource_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::heads_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::teleport_state)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::connect_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::call_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::probe_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::trial_finished)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::authority_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::connect_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::probe_tick)
// -- drift
// -------------------------------------------------------------------------------------------------------
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::watch_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::watch_settled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::teleport_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::drift_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::poll_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::poll_tick)
// -- events
// ------------------------------------------------------------------------------------------------------
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::record_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::event_flush_tick)
// -- secrets
// -----------------------------------------------------------------------------------------------------
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::secret_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::uses_secrets)
// -- leadership
// --------------------------------------------------------------------------------------------------
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::leadership)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::resign)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::resigned)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::elect_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::lease_end_tick)
// -- supervisor and objects
// --------------------------------------------------------------------------------------
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::observe)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::claim_decided)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::slot_granted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::services_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::wake)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::reconsider)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::compare_heads)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::resource_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::awaited_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::object_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::retry_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::slot_wanted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::pass_done)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::claim_wanted)
// -- root and supervisors
// ----------------------------------------------------------------------------------------
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::teleport_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::leadership_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::start_reconciling)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::drain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::claims_decided)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::claimed_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::compare_all)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::look_for_drift)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::respawn_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::resync_tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::kind_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::claim_resources)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::release_claim)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::await_resources)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::resource_written)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::awaited_came)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::kind_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::stop_operator)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::are_you_there)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::drain_timeout)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::resign_timeout)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(messages::restart_tick)
