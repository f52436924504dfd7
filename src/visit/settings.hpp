// SPDX-License-Identifier: AGPL-3.0-or-later
// What an operator says about the site, from settings.toml in the data directory. Plain values.
#pragma once

#include <string>

#include "base/config.hpp"
#include "base/result.hpp"

namespace daybreak::visit {

struct Settings {
  std::string site_name;       // neutral: it stands in window titles and browser histories
  std::string operated_by;     // who runs the site, for "About"
  std::string contact;         // how to reach them
  std::string region;          // "western New York"
  std::string leave_to;        // where quick exit goes
  std::string url;             // "https://resources.example.org": for links in mail and on paper
  bool demonstration = false;  // from the store's mark, not from the file
};

// Reads [site]; wrong values name file, line and cure. The site's name must be neutral and the exit
// an https address. "site.time_zone" becomes the time zone of the process, so call it once and
// before other threads run.
Result<Settings> read_settings(Config& config);

}  // namespace daybreak::visit
