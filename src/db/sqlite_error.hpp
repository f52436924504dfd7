// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside db/ only: SQLite's result codes as errors of the house.
#pragma once

#include "base/result.hpp"

struct sqlite3;

namespace daybreak::db {

// The error of the call that just returned `code` on this connection.
Error sqlite_error(sqlite3* handle, int code);

}  // namespace daybreak::db
