// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/report_map.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "commons/threat/words.hpp"
#include "geography/shapes.hpp"

namespace daybreak::threat {
namespace {

using geography::Box;
using geography::Outline;
using language::Words;

constexpr double kWidth = 468;  // points: the width of a letter page's text
constexpr double kHighest = 380;
constexpr std::size_t kMostNames = 30;
constexpr doc::Color kPlain{255, 255, 255}, kFound{200, 221, 236}, kRobust{120, 176, 214},
    kInk{27, 27, 27};

struct Frame {
  Box box;
  double scale = 1;
  doc::Point at(double x, double y) const {
    return {(x - box.left) * scale, (y - box.top) * scale};
  }
};

// "M1.5,2L3,4…Z" with absolute coordinates, as geography/shapes writes it.
std::vector<std::vector<doc::Point>> outlines_of(std::string_view path, const Frame& frame) {
  std::vector<std::vector<doc::Point>> rings;
  const char* at = path.data();
  const char* const end = at + path.size();
  while (at < end) {
    const char command = *at++;
    if (command == 'M') rings.emplace_back();
    if (command != 'M' && command != 'L') continue;
    double x = 0, y = 0;
    at = std::from_chars(at, end, x).ptr;
    if (at < end && *at == ',') ++at;
    at = std::from_chars(at, end, y).ptr;
    if (!rings.empty()) rings.back().push_back(frame.at(x, y));
  }
  return rings;
}

Frame frame_of(const std::vector<std::uint32_t>& counties) {
  Box box{1e9, 1e9, -1e9, -1e9};
  for (const std::uint32_t fips : counties)
    if (const Outline* outline = geography::outline_of(geography::CountyFips(fips)))
      box = box.with(outline->box);
  if (box.left > box.right) box = {0, 0, 975, 610};
  const double margin = 0.02 * std::max(box.width(), box.height()) + 1;
  box = {box.left - margin, box.top - margin, box.right + margin, box.bottom + margin};
  return {box, std::min(kWidth / box.width(), kHighest / box.height())};
}

struct Place {
  std::vector<std::string> numbers;  // of the findings that hold the county
  bool robust = false;
};

Place place_of(const Assessment& a, std::uint32_t fips) {
  Place place;
  for (std::size_t i = 0; i < a.findings.size(); ++i) {
    const Finding& finding = a.findings[i];
    if (!std::ranges::binary_search(finding.window.counties, fips)) continue;
    place.numbers.push_back(std::to_string(i + 1));
    place.robust = place.robust || finding.robust;
  }
  return place;
}

void add_label(doc::DrawingPicture& drawing, const Frame& frame, geography::CountyFips fips,
               const Place& place, bool with_name) {
  const geography::County* county = geography::find_county(fips);
  const auto spot = county ? geography::project(county->center) : std::nullopt;
  if (!spot) return;
  const doc::Point at = frame.at(spot->x, spot->y);
  constexpr double kNameSize = 7, kNumberSize = 9, kOfALetter = 0.27;
  if (with_name) {
    const std::string name(county->short_name);
    drawing.labels.push_back(
        {{at.x - kOfALetter * kNameSize * static_cast<double>(name.size()), at.y},
         name,
         kNameSize});
  }
  if (!place.numbers.empty()) {
    const std::string words = join(place.numbers, ", ");
    drawing.labels.push_back({{at.x - kOfALetter * kNumberSize * static_cast<double>(words.size()),
                               at.y + (with_name ? kNumberSize + 1 : 0)},
                              words,
                              kNumberSize});
  }
}

}  // namespace

doc::Figure map_figure(const Assessment& a, Words t) {
  const std::vector<std::uint32_t>& counties = a.request.counties;
  const Frame frame = frame_of(counties);
  doc::DrawingPicture drawing;
  drawing.width = frame.box.width() * frame.scale;
  drawing.height = frame.box.height() * frame.scale;
  std::vector<std::string> found;
  for (const std::uint32_t fips : counties) {
    const Outline* outline = geography::outline_of(geography::CountyFips(fips));
    if (outline == nullptr) continue;
    const Place place = place_of(a, fips);
    const doc::Color fill = place.numbers.empty() ? kPlain : place.robust ? kRobust : kFound;
    drawing.shapes.push_back(
        {outlines_of(outline->path, frame), fill, kInk, place.numbers.empty() ? 0.5 : 1.2});
    if (counties.size() <= kMostNames || !place.numbers.empty())
      add_label(drawing, frame, outline->county, place, counties.size() <= kMostNames);
  }
  for (std::size_t i = 0; i < a.findings.size(); ++i)
    found.push_back(t("finding {0}: {1}",
                      {std::to_string(i + 1), county_words(a.findings[i].window.counties, t)}));
  return {.picture = std::move(drawing),
          .alternative = t("Map of the region. {0}.", {join(found, ". ")}),
          .caption = {doc::text(std::string(
              t("A number in a county is that of a finding; a darker county is in a robust one. "
                "Boundaries: U.S. Census Bureau.")))}};
}

}  // namespace daybreak::threat
