#pragma once

/// What the answer of each step adds to what a pass knows, and to what is kept after it. Pure; the
/// object actor calls the function that belongs to the step that it carried out (plan.hpp). An
/// answer that did not come is an error of the sort that leaves the outcome unknown.

#include <optional>
#include <string>

#include "actors/core/attention.hpp"
#include "actors/core/plan.hpp"
#include "messages/types.hpp"

namespace actors::core {

/// The CR was read for the pass that begins. Unset: it is `mind.newest` now, go on; else the pass
/// ends like this. `uid` is that of the object's CR.
std::optional<outcome> cr_was_read(attention& mind, const std::string& uid,
                                   messages::object_result answer);

/// The rest of the pass works on what the patch was answered with: the watch's echo is older news
/// by then.
void finalizer_answered(observed& seen, attention& mind, messages::object_result answer);
void release_answered(observed& seen, release_reason why, const messages::object_result& answer);

void look_up_answered(observed& seen, attention& mind, messages::resource_result answer);

/// A create or an update, `as` what. Error texts lose what must not be shown.
void write_answered(observed& seen, attention& mind, verdict as, messages::resource_result answer);
void delete_answered(observed& seen, const messages::resource_result& answer);

/// The write was good whatever comes of this: a failure only leaves its revision unknown.
void read_back_answered(observed& seen, messages::resource_result answer);

/// Empty where the list failed: nobody is named then.
void referrers_answered(observed& seen, const messages::heads_result& answer);

/// The patch of the status was refused. Unset: read the CR, and try once more with its state; else
/// the pass ends like this.
std::optional<outcome> status_refused(const k8s::error& why, unsigned tries_left);

}  // namespace actors::core
