// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak threat fetch`: the official files from where the agencies keep them
// (data/threat/sources.json), each looked at before it is kept: its size, and that it is the table
// that was expected. Blocking; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commons/threat/download.hpp"

namespace daybreak::threat {

struct OfficialSource {
  std::string name;     // "h2a_2024"
  std::string kind;     // "oflc": what `threat import` takes it as
  std::string dataset;  // the layout that it must have
  std::string address;
  std::string page;  // where to look when the address is old
  std::uint64_t least = 1, most = 0;
};

struct SourceList {
  std::string as_of;
  std::vector<OfficialSource> sources;
};

// The list in the program, and one of the user's own in the same form.
const SourceList& official_sources();
Result<SourceList> read_sources(std::string_view json, const std::string& name);
// Those of these names or kinds, in the order of the list. kNotFound names the first unknown one.
Result<std::vector<OfficialSource>> choose_sources(const SourceList& list,
                                                   const std::vector<std::string>& words);

struct FetchOptions {
  std::function<bool(std::uint64_t, std::uint64_t)> progress = {};
  int tries = 3;
  std::chrono::milliseconds pause{2'000};
};
struct Fetched {
  std::filesystem::path file;
  Downloaded download;
};
// Into the folder, which must exist, under the file's own name.
Result<Fetched> fetch(const OfficialSource& source, const std::filesystem::path& folder,
                      const FetchOptions& options = {});

}  // namespace daybreak::threat
