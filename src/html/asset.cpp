// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/asset.hpp"

#include <stdexcept>
#include <unordered_map>

#include "base/text.hpp"
#include "embedded/web_assets.hpp"

namespace daybreak::html {
namespace {

// manifest.txt has lines "daybreak.css daybreak-3f9c….css", written by web/build.mjs.
const std::unordered_map<std::string_view, Href>& addresses() {
  static const auto table = [] {
    std::unordered_map<std::string_view, Href> made;
    for (std::string_view line :
         split(embedded::web_assets().find("manifest.txt").value_or(""), '\n')) {
      const std::size_t space = line.find(' ');
      if (space != std::string_view::npos)
        made.emplace(line.substr(0, space), Href("/assets/" + std::string(line.substr(space + 1))));
    }
    return made;
  }();
  return table;
}

std::string_view media_type_of(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  if (name.ends_with(".woff2")) return "font/woff2";
  if (name.ends_with(".png")) return "image/png";
  if (name.ends_with(".ico")) return "image/x-icon";
  return "application/octet-stream";
}

}  // namespace

Href asset(std::string_view name) {
  const auto found = addresses().find(name);
  if (found == addresses().end()) throw std::logic_error("no such asset: " + std::string(name));
  return found->second;
}

std::optional<Asset> find_asset(std::string_view hashed_name) {
  if (hashed_name == "manifest.txt" || hashed_name.ends_with(".gz")) return std::nullopt;
  const auto content = embedded::web_assets().find(hashed_name);
  if (!content) return std::nullopt;
  const auto gzip = embedded::web_assets().find(std::string(hashed_name) + ".gz");
  return Asset{*content, gzip.value_or(""), media_type_of(hashed_name)};
}

}  // namespace daybreak::html
