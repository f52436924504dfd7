// SPDX-License-Identifier: AGPL-3.0-or-later
// The reports of `daybreak scan`: JSON for programs, words for people, an SVG map of the places.
#pragma once

#include <string>

#include "cli/scan_run.hpp"

namespace daybreak::cli {

std::string scan_json(const ScanRequest& request, const ScanOutcome& outcome, double cpu_seconds);
std::string scan_words(const ScanRequest& request, const ScanOutcome& outcome, double cpu_seconds);
std::string scan_map(const ScanOutcome& outcome);

}  // namespace daybreak::cli
