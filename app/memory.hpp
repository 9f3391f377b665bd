#pragma once

/// Keeps the process small: it lives long, is idle most of the time, and needs much at its start
/// that it never needs again.

namespace app {

/// Few arenas, and freed memory goes back. Call it before the second thread starts.
void tune_memory();

/// Gives the system back what is not in use: freed memory, and pages of program and libraries that
/// were read and can be read again. Those that are needed come back one by one (from the page
/// cache), so it costs a millisecond; any thread, at any time.
void give_memory_back();

}  // namespace app
