// SPDX-License-Identifier: AGPL-3.0-or-later
// Gives the directory to others: HSDS 3.1 JSON or ndjson, or an HSDS CSV data package with its
// descriptor. Everything passes for_audience first. One thread per export.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "commons/directory/service.hpp"

namespace daybreak::directory {

enum class ExportFormat : std::uint8_t { kJson, kNdjson, kCsv };
// kProfile keeps Daybreak's profile fields; kStrict has nothing that plain HSDS 3.1 does not know
// (a redacted location is then "physical" without its place).
enum class Conformance : std::uint8_t { kProfile, kStrict };

struct ExportOptions {
  ExportFormat format = ExportFormat::kJson;
  Audience audience = Audience::everyone();
  Conformance conformance = Conformance::kProfile;
  std::string title = "Daybreak directory";
  std::function<void(std::uint64_t records)> progress;
};

struct ExportReport {
  std::vector<std::pair<std::string, std::uint64_t>> files;  // name and records or rows
};

// Writes into a folder, which is made when it is not there.
Result<ExportReport> export_to(Directory& directory, const std::filesystem::path& folder,
                               const ExportOptions& options);

// Terms, taxonomies and units by id, to be put inside the attributes and capacities that name them.
using Vocabulary = std::unordered_map<std::string, Json>;
Result<Vocabulary> load_vocabulary(Directory& directory, const Audience& audience);
void nest_vocabulary(Json& value, Entity entity, const Vocabulary& vocabulary);

// Brings a body into the form of the standard: required texts are there, the profile's fields only
// where they are wanted.
void conform(Json& value, Entity entity, Conformance conformance);

}  // namespace daybreak::directory
