// SPDX-License-Identifier: AGPL-3.0-or-later
// Makes files in the official layouts (WHD compliance actions, OSHA inspections and violations,
// QCEW annual averages) with fictional firms, for the demonstration, for tests and for
// measurements, and files that say what was planted and which record is of which firm. The same
// firms are in the WHD and the OSHA files, as clerks spell them. Violating cases are spread as the
// establishments are, but for the excess. The same options give the same bytes. Streams; blocking.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::threat {

struct Excess {
  std::string industry;                 // NAICS 2017, six digits
  std::vector<std::uint32_t> counties;  // FIPS
  int first_year = 0, last_year = 0;    // inclusive
  double factor = 6;                    // times as many cases as without
};

enum class SyntheticLayout : std::uint8_t {
  kDump,    // the bulk files of 2020 and 2021: small letters, OSHA in numbered slices
  kPortal,  // the portal since 2025: capitals, renamed columns, a day of loading
};

struct SynthesizeOptions {
  std::vector<std::uint32_t> counties;
  std::uint64_t cases = 20'000;
  // Inspections and violations together, about two to five; 0 writes no OSHA files.
  std::uint64_t osha_rows = 0;
  std::uint64_t rows_of_a_slice = 250'000;  // of the OSHA files
  SyntheticLayout layout = SyntheticLayout::kDump;
  int first_year = 2015, last_year = 2024;
  std::uint64_t seed = 1;
  std::optional<Excess> excess;
};

struct Synthesized {
  std::filesystem::path whd, qcew, truth, employers;
  std::vector<std::filesystem::path> osha;  // inspections, then violations
  std::uint64_t cases = 0, excess_cases = 0, inspections = 0, violations = 0;
};

// Writes whd_synthetic.csv, qcew_synthetic.csv, truth.json and truth_employers.csv (program,
// record, employer) into the folder, which must exist, and osha_inspection-0000.csv and so on when
// they are asked for.
Result<Synthesized> synthesize(const std::filesystem::path& folder,
                               const SynthesizeOptions& options);

// Whether a name is one of the firms that synthesize() invents, so that what is made of its files
// can be marked, wherever they are.
bool is_synthetic_firm(std::string_view name);

// The dairies of three counties of western New York, 2019 to 2021.
Excess demonstration_excess();

}  // namespace daybreak::threat
