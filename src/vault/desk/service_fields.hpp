// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside vault/desk/ only: the fields of a service event, and back.
#pragma once

#include "vault/desk/desk.hpp"
#include "vault/services/services.hpp"

namespace daybreak::vault::desk {

// "category" and "minutes".
// `day`: codes that count on it are offered.
void write_service_fields(html::Markup& out, const services::ServiceEvent& event, Date day);
// "mode", "day", "funder", "language".
void write_common_fields(html::Markup& out, const Work& work, const services::ServiceEvent& event,
                         Date day, Date latest);
services::ServiceEvent read_common_fields(const http::Fields& fields);
// -1 when it is no number: the service says which field is wrong.
std::int64_t minutes_in(const http::Fields& fields, std::string_view name);

}  // namespace daybreak::vault::desk
