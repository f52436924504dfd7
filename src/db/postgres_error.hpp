// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside db/ only: PostgreSQL's SQLSTATE codes as errors of the house.
#pragma once

#include <libpq-fe.h>

#include "base/result.hpp"

namespace daybreak::db {

// The error of an answer, or of the connection when there is no answer.
Error postgres_error(PGconn* handle, const PGresult* answer);

}  // namespace daybreak::db
