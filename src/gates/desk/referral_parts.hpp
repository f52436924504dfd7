// SPDX-License-Identifier: AGPL-3.0-or-later
// What the pages of the referral's two sides share. Internal to the pages; any thread.
#pragma once

#include "commons/directory/search/needs.hpp"
#include "gates/desk/gates_desk.hpp"

namespace daybreak::gates::desk {

const directory::search::NeedTree& needs();
std::string need_words(language::Words t, std::string_view code);
// Of a token, or of what the vault knows of one that is gone.
std::string_view state_words(language::Words t, std::string_view state);
std::string hand_over_words(language::Words t, std::string_view code);

// Sending: "/vault/clients/{id}/refer…".
void add_sending_routes(http::Router& router, const GatesDesk& desk);

}  // namespace daybreak::gates::desk
