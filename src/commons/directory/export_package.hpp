// SPDX-License-Identifier: AGPL-3.0-or-later
// Tables as an HSDS tabular data package: CSV files and datapackage.json. For export.cpp.
#pragma once

#include <filesystem>
#include <string>

#include "commons/directory/export.hpp"
#include "commons/directory/tables.hpp"

namespace daybreak::directory {

Result<void> write_package(const Tables& tables, const std::filesystem::path& folder,
                           const std::string& title, ExportReport& report);

}  // namespace daybreak::directory
