// SPDX-License-Identifier: AGPL-3.0-or-later
// The parameters of an HSDS list request, from the query, a form body or a JSON body, checked. Pure
// functions, any thread.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "http/request.hpp"

namespace daybreak::directory::api {

enum class Format : std::uint8_t { kJson, kNdjson };

struct ListRequest {
  std::string search;
  std::size_t page = 1;
  std::size_t per_page = 50;  // at most kMostPerPage
  Format format = Format::kJson;
  std::optional<Uuid> taxonomy_term, taxonomy, organization, parent;
  std::optional<Instant> modified_after;
  bool minimal = false, full = false, full_service = false, top_only = false;
  std::string postcode;
  std::optional<double> proximity_metres;
};
constexpr std::size_t kMostPerPage = 500;

// Fails with kInvalid and the parameter's name as place. Parameters that are not HSDS's are
// ignored.
Result<ListRequest> read_list_request(const http::Request& request);

}  // namespace daybreak::directory::api
