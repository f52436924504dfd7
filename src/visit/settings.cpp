// SPDX-License-Identifier: AGPL-3.0-or-later
#include "visit/settings.hpp"

#include "base/local_time.hpp"
#include "html/page.hpp"

namespace daybreak::visit {

Result<Settings> read_settings(Config& config) {
  Settings settings;
  settings.site_name = TRY(config.text("site.name", "Community resources"));
  settings.operated_by = TRY(config.text("site.operated_by"));
  settings.contact = TRY(config.text("site.contact"));
  settings.region = TRY(config.text("site.region"));
  settings.leave_to = TRY(config.text("site.leave_to", "https://www.weather.gov/"));
  settings.url = TRY(config.text("site.url"));
  while (settings.url.ends_with('/')) settings.url.pop_back();
  if (!settings.url.empty() && !settings.url.starts_with("https://") &&
      !settings.url.starts_with("http://"))
    return fail(ErrorKind::kInvalid, "the site's address is no web address", "site.url",
                "give it whole, such as \"https://resources.example.org\"");
  if (settings.site_name.empty() || !html::is_neutral(settings.site_name))
    return fail(
        ErrorKind::kInvalid, "the site's name would tell a bystander what the site is for",
        "site.name",
        "choose a neutral one, such as \"Community resources\": it is shown in browser histories");
  if (!settings.leave_to.starts_with("https://") || html::Href(settings.leave_to).view() == "#")
    return fail(ErrorKind::kInvalid, "the exit is not an https address", "site.leave_to",
                "give the full address of a harmless page, such as \"https://www.weather.gov/\"");
  if (const std::string zone = TRY(config.text("site.time_zone")); !zone.empty()) {
    auto set = set_time_zone(zone);
    if (!set) {
      set.error().place = "site.time_zone";
      return tl::make_unexpected(set.error());
    }
  }
  return settings;
}

}  // namespace daybreak::visit
