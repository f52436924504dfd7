// SPDX-License-Identifier: AGPL-3.0-or-later
// The national hotlines of data/hotlines, as the printed guide shows them. Safe to call from any
// thread.
#pragma once

#include <vector>

#include "commons/guide/edition.hpp"

namespace daybreak::web {

// Those that answer day and night are on the pocket card, by labels that say nothing.
std::vector<guide::Hotline> guide_hotlines(language::Language language);

}  // namespace daybreak::web
