// SPDX-License-Identifier: AGPL-3.0-or-later
// How one document of the task force is shown; shared by what may be done with it.
#pragma once

#include "commons/library/pages/agreements.hpp"

namespace daybreak::library::pages {

http::Response show_agreement(const http::Request& request, const Bureau& bureau,
                              const drafts::Draft& draft,
                              std::span<const html::FieldError> errors = {});
// The account on this node with a party's name, or nullptr.
const trust::Organization* account_of(const std::vector<trust::Organization>& all,
                                      std::string_view name);
// The sentence that a party ticks to sign; kept with the signature.
std::string statement_for(const language::Words& t, const drafts::Draft& draft,
                          const drafts::Party& party);

}  // namespace daybreak::library::pages
