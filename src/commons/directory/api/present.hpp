// SPDX-License-Identifier: AGPL-3.0-or-later
// Records in the forms of HSDS 3.1: the short form of lists and the nested form of single objects.
// Everything here begins with what the catalogue's audience may see. Any thread.
#pragma once

#include <span>
#include <vector>

#include "base/json.hpp"
#include "commons/directory/catalogue/catalogue.hpp"

namespace daybreak::directory::api {

enum class Form : std::uint8_t { kShort, kFull };

// In the order of the ids; ids of records that are not there or may not be seen are left out.
Result<std::vector<Json>> services(Catalogue& catalogue, std::span<const Uuid> ids, Form form);
Result<std::vector<Json>> places(Catalogue& catalogue, std::span<const Uuid> ids, Form form);
enum class Services : std::uint8_t { kNamed, kFull };
Result<std::vector<Json>> organizations(Catalogue& catalogue, std::span<const Uuid> ids, Form form,
                                        Services services);
Result<std::vector<Json>> terms(Catalogue& catalogue, std::span<const Uuid> ids);
Result<std::vector<Json>> taxonomies(Catalogue& catalogue, std::span<const Uuid> ids);

}  // namespace daybreak::directory::api
