// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/fetch.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/json.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/layout.hpp"

namespace daybreak::threat {
namespace {

namespace fs = std::filesystem;

Result<OfficialSource> read_source(const Json& json, const std::string& place) {
  const auto text = [&](std::string_view name) -> Result<std::string> {
    const Json* value = json.find(name);
    if (value && value->if_string() && !value->if_string()->empty()) return *value->if_string();
    return fail(ErrorKind::kInvalid, "has no text \"" + std::string(name) + "\"", place,
                "See data/threat/sources.json for the form");
  };
  const auto bytes = [&](std::string_view name) -> Result<std::uint64_t> {
    const Json* value = json.find(name);
    if (value && value->if_integer() && *value->if_integer() > 0)
      return static_cast<std::uint64_t>(*value->if_integer());
    return fail(ErrorKind::kInvalid, "has no number of bytes \"" + std::string(name) + "\"", place,
                "See data/threat/sources.json for the form");
  };
  OfficialSource source;
  source.name = TRY(text("name"));
  source.kind = TRY(text("kind"));
  source.dataset = TRY(text("dataset"));
  source.address = TRY(text("address"));
  source.page = TRY(text("page"));
  source.least = TRY(bytes("least"));
  source.most = TRY(bytes("most"));
  if (!find_layout(source.dataset))
    return fail(ErrorKind::kInvalid, "names no known dataset: " + source.dataset, place,
                "See data/threat/layouts.json");
  if (host_of(source.address).empty())
    return fail(ErrorKind::kInvalid, "is no https:// address", place + " " + source.address);
  return source;
}

std::string file_name(const std::string& address) {
  const std::string path = address.substr(0, address.find_first_of("?#"));
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.empty() || name.starts_with('.') ? "download" : name;
}

}  // namespace

Result<SourceList> read_sources(std::string_view text, const std::string& name) {
  const Json json = TRY(parse_json(text, {}, name));
  const Json* as_of = json.find("as_of");
  const Json* sources = json.find("sources");
  if (!as_of || !as_of->if_string() || !sources || !sources->if_array())
    return fail(ErrorKind::kInvalid, "is no list of sources", name,
                "See data/threat/sources.json for the form");
  SourceList list{*as_of->if_string(), {}};
  for (const Json& one : *sources->if_array())
    list.sources.push_back(
        TRY(read_source(one, name + ", source " + std::to_string(list.sources.size() + 1))));
  return list;
}

const SourceList& official_sources() {
  static const SourceList list = [] {
    auto read = read_sources(reference_text("sources.json"), "sources.json");
    if (!read) throw std::logic_error(read.error().describe());
    return std::move(*read);
  }();
  return list;
}

Result<std::vector<OfficialSource>> choose_sources(const SourceList& list,
                                                   const std::vector<std::string>& words) {
  const auto is_meant = [](const OfficialSource& source, const std::string& word) {
    return source.name == word || source.kind == word || word == "all";
  };
  for (const std::string& word : words)
    if (std::ranges::none_of(list.sources, [&](const auto& one) { return is_meant(one, word); }))
      return fail(ErrorKind::kNotFound, "is no source or kind of the list", word,
                  "`daybreak threat fetch` without names shows them");
  std::vector<OfficialSource> chosen;
  for (const OfficialSource& source : list.sources)
    if (std::ranges::any_of(words, [&](const auto& word) { return is_meant(source, word); }))
      chosen.push_back(source);
  return chosen;
}

Result<Fetched> fetch(const OfficialSource& source, const fs::path& folder,
                      const FetchOptions& options) {
  DownloadRequest request;
  request.address = source.address;
  request.target = folder / file_name(source.address);
  request.least = source.least;
  request.most = source.most;
  request.tries = options.tries;
  request.pause = options.pause;
  request.progress = options.progress;
  request.check = [&](const fs::path& file) -> Result<void> {
    const auto layout = layout_of(file);
    if (layout && (*layout)->id == source.dataset) return {};
    return fail(
        ErrorKind::kInvalid,
        layout ? "holds " + (*layout)->title + " instead of " + find_layout(source.dataset)->title
               : "is not what was expected: it " + layout.error().message,
        source.address, "Look at " + source.page);
  };
  auto done = download(request);
  if (!done) {
    Error error = done.error();
    if (error.kind == ErrorKind::kNotFound) error.cure += " on " + source.page;
    return tl::make_unexpected(std::move(error));
  }
  return Fetched{request.target, *done};
}

}  // namespace daybreak::threat
