// SPDX-License-Identifier: AGPL-3.0-or-later
#include "visit/settings.hpp"

#include "html/page.hpp"

namespace daybreak::visit {

Result<Settings> read_settings(Config& config) {
  Settings settings;
  settings.site_name = TRY(config.text("site.name", "Community resources"));
  settings.operated_by = TRY(config.text("site.operated_by"));
  settings.contact = TRY(config.text("site.contact"));
  settings.region = TRY(config.text("site.region"));
  settings.leave_to = TRY(config.text("site.leave_to", "https://www.weather.gov/"));
  if (settings.site_name.empty() || !html::is_neutral(settings.site_name))
    return fail(
        ErrorKind::kInvalid, "the site's name would tell a bystander what the site is for",
        "site.name",
        "choose a neutral one, such as \"Community resources\": it is shown in browser histories");
  if (!settings.leave_to.starts_with("https://") || html::Href(settings.leave_to).view() == "#")
    return fail(ErrorKind::kInvalid, "the exit is not an https address", "site.leave_to",
                "give the full address of a harmless page, such as \"https://www.weather.gov/\"");
  return settings;
}

}  // namespace daybreak::visit
