// SPDX-License-Identifier: AGPL-3.0-or-later
// What partners' pages are made of: hotlines, the services of a county as everyone sees them, and
// stories that may be shown there.
#include "commons/partners/partners.hpp"

#include "commons/directory/catalogue/card.hpp"
#include "commons/library/read.hpp"
#include "commons/resources/resources.hpp"
#include "web/hotlines.hpp"
#include "web/site.hpp"

namespace daybreak::web {
namespace {

constexpr std::size_t kMostServices = 8;

std::vector<partners::Line> hotline_lines(language::Language language) {
  std::vector<partners::Line> lines;
  for (const guide::Hotline& one : guide_hotlines(language))
    lines.push_back({one.name, one.note, one.number, {}});
  return lines;
}

std::vector<partners::Line> service_lines(directory::Catalogue& catalogue, const Clock& clock,
                                          std::uint32_t county) {
  std::vector<partners::Line> lines;
  if (!catalogue.refresh()) return lines;
  const auto found = catalogue.index().search(
      {.county = county, .hide_overdue = true, .now = clock.now(), .limit = kMostServices});
  if (!found) return lines;
  for (const directory::search::Hit& hit : found->hits) {
    const directory::Card card(hit.card);
    lines.push_back({std::string(card.text("name")), std::string(card.text("organization")),
                     std::string(card.text("phone")), "/services/" + hit.service.to_string()});
  }
  return lines;
}

std::vector<std::string> story_lines(resources::Resources& resources, language::Language language) {
  std::vector<std::string> lines;
  const auto ids = resources.stories_for("embed");
  if (!ids) return lines;
  for (const Uuid& id : *ids) {
    const auto words = resources.words_of(id, "embed");
    if (lines.size() < 2 && words && *words)
      lines.push_back((*words)->in(language).empty() ? (*words)->en : (*words)->in(language));
  }
  return lines;
}

}  // namespace

void Site::open_partners() {
  const visit::Settings& settings = visits_->settings();
  // A demonstration's links lead to an address that nobody has.
  const std::string site =
      settings.url.empty() ? std::string("https://demonstration.example.org") : settings.url;
  partners_ = std::make_unique<partners::Partners>(
      *commons_, clock_, random_, *network_, library::built_in_library(),
      partners::Sources{
          .site = site,
          .publisher = settings.site_name,
          .hotlines = hotline_lines,
          .services =
              [this](network::CountyFips county) {
                return service_lines(*public_catalogue_, clock_, county.number());
              },
          .stories =
              [this](language::Language language) { return story_lines(*resources_, language); }});
}

}  // namespace daybreak::web
