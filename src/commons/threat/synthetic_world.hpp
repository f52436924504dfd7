// SPDX-License-Identifier: AGPL-3.0-or-later
// The invented economy behind synthesize(): how many establishments each industry has in each
// county, what its firms are called and how clerks spell them. For synthesize*.cpp. Immutable once
// made; safe from any thread.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commons/threat/synthesize.hpp"

namespace daybreak::threat {

struct SyntheticCell {
  std::uint32_t industry = 0, county = 0;
  int establishments = 0;
  double until = 0;  // cumulated
};

struct SyntheticWorld {
  std::vector<std::string_view> industries;
  std::vector<std::uint32_t> counties;
  std::vector<std::vector<std::string>> zips;  // of each county
  std::vector<SyntheticCell> cells;            // with at least one establishment

  // The cell at a share from 0 to 1 of all establishments.
  std::size_t cell_at(double share) const;
  // The ZIP code of a firm: always the same.
  const std::string& zip_of(std::uint64_t firm) const;
  const SyntheticCell& cell_of(std::uint64_t firm) const { return cells[firm / kFirmsOfACell]; }

  // Firms are numbered through; the number tells the cell.
  static constexpr std::uint64_t kFirmsOfACell = 1'000;
};

// Fails with kInvalid when none of the counties has a ZIP code.
Result<SyntheticWorld> make_world(const SynthesizeOptions& options);

std::string firm_of(std::uint64_t firm);
// As clerks write it; the same choice gives the same spelling.
std::string other_spelling(std::uint64_t firm, std::uint64_t choice);
// In the ways of OSHA's files: capitals, words and numbers left out, slips of the keyboard.
std::string inspector_spelling(std::uint64_t firm, std::uint64_t choice);

// The columns of an official file in its layout, and those names with commas.
std::vector<std::string> columns_of(std::string_view file, SyntheticLayout layout);

// A file that is written line by line; close() says whether all of it is on the disk.
class LineFile {
 public:
  explicit LineFile(std::filesystem::path path)
      : path_(std::move(path)), out_(path_, std::ios::binary) {}
  void line(std::string_view text) {
    out_.write(text.data(), static_cast<std::streamsize>(text.size())).put('\n');
  }
  Result<void> close();

 private:
  std::filesystem::path path_;
  std::ofstream out_;
};

// A case or an inspection, and whose it is.
class EmployerTruth {
 public:
  explicit EmployerTruth(const std::filesystem::path& path) : file_(path) {
    file_.line("program,record,employer");
  }
  void add(std::string_view program, std::uint64_t record, std::uint64_t firm);
  Result<void> close() { return file_.close(); }

 private:
  LineFile file_;
};

// Writes the OSHA files; some inspections are of `known` firms, which have WHD cases.
Result<void> write_inspections(const SyntheticWorld& world, const SynthesizeOptions& options,
                               const std::filesystem::path& folder,
                               const std::vector<std::uint64_t>& known, EmployerTruth& truth,
                               Synthesized& made);

}  // namespace daybreak::threat
