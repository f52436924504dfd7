// SPDX-License-Identifier: AGPL-3.0-or-later
// The styles, scripts, fonts and images that pages use, built from web/ and carried in the program.
// Their names hold a hash of their content, so a browser may keep them for ever. Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "html/href.hpp"

namespace daybreak::html {

// "/assets/daybreak-3f9c….css" for "daybreak.css"; throws for a name that web/ does not make.
Href asset(std::string_view name);

struct Asset {
  std::string_view content;
  std::string_view gzip;  // the same, compressed; empty where that saves nothing
  std::string_view media_type;
};
inline constexpr std::string_view kAssetCacheControl = "public, max-age=31536000, immutable";
// By the part of the path after "/assets/".
std::optional<Asset> find_asset(std::string_view hashed_name);

}  // namespace daybreak::html
