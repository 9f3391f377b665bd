#pragma once

/// Which trouble an error is: told by its class and, where that is not enough, by the words in it,
/// which are those of Teleport's servers and of the rooms below (facts/teleport-connection.md §2.1,
/// §2.5, §4.3, §5.2, §7.2, §7.3, §10.2). Pure, any thread.

#include "teleport/error.hpp"
#include "teleport/trouble.hpp"

namespace teleport {

/// Of an error on the way to a session: dial, join, certificates. Never trouble::none.
trouble diagnose(const error& why);

/// Of an error that a call on a session has answered: the trouble when the server refuses whoever
/// calls, whatever he asks for; trouble::none when the error is about the call or its resource. A
/// lock, or a bot that was deleted, shows as a bare "access denied", which is trouble::bot_gone
/// here: only a connect can find out which of the two it is.
trouble diagnose_caller(const error& why);

/// The message with what to do behind it: "<message>. <Remedy>."; only the message when there is
/// nothing to say.
std::string with_remedy(const std::string& message, trouble what);

}  // namespace teleport
