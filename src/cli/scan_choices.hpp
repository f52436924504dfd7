// SPDX-License-Identifier: AGPL-3.0-or-later
// The options of `daybreak scan` as the engine takes them. Called by scan_run.cpp on the main
// thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/scan_options.hpp"
#include "stats/scan/scan.hpp"
#include "stats/study/study.hpp"

namespace daybreak::cli {

// An error in what was asked for, not in a file.
Error usage(std::string message, std::string cure = {});

// Each fails with the name of the option.
Result<stats::Model> model_of(const ScanRequest& request);
Result<std::optional<stats::Time>> time_option(const std::string& text, std::string_view option);
Result<stats::TimeStep> step_of(const ScanRequest& request, stats::TimeStep precision);
Result<stats::ScanOptions> options_of(const ScanRequest& request);
Result<stats::TimeWindows> time_windows(const ScanRequest& request, const stats::Study& study);
stats::Coordinates coordinates_of(const ScanRequest& request);

// The windows of places; `lists` are the neighbours by place, when there is such a file.
Result<stats::SpaceWindows> windows_of(const ScanRequest& request, const stats::Study& study,
                                       std::span<const std::vector<std::uint32_t>> lists);

}  // namespace daybreak::cli
