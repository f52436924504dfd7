// SPDX-License-Identifier: AGPL-3.0-or-later
// The last look before a guide leaves the house: does anything stand in it that its readers must
// not see? Safe to call from any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "doc/document.hpp"

namespace daybreak::guide {

// Fails with kDenied when one of the hidden texts stands in the words of the document, however it
// is written (capitals, accents, punctuation).
Result<void> check_nothing_hidden(const doc::Document& document,
                                  const std::vector<std::string>& hidden);

}  // namespace daybreak::guide
