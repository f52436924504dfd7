// SPDX-License-Identifier: AGPL-3.0-or-later
// How the process treats memory. Any thread.
#pragma once

namespace daybreak {

// Once, at the start of the program. Pages, imports and JSON make many small values and some of a
// few hundred kilobytes; without these settings the C library gives the larger ones back to the
// system after each use and sorts through all small ones every time (docs/benchmarks.md).
void set_up_memory();

// Overwrites what calls that have returned left on this thread's stack below the caller (short
// texts lie there), as far down as a request reaches.
void wipe_stack();

// Gives what is free back to the system; after long work that needed much for a moment.
void give_memory_back();

}  // namespace daybreak
