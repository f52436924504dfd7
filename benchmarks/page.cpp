// SPDX-License-Identifier: AGPL-3.0-or-later
// How long a page takes to write: a whole document with a table of 50 rows, and the county map of a
// region of 17 counties. Bar: 100 microseconds for the 50 rows.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <vector>

#include "html/components.hpp"

namespace {

using namespace daybreak;

template <typename F>
double median_microseconds(int repeats, F work) {
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    times.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::ranges::nth_element(times, times.begin() + repeats / 2);
  return times[static_cast<std::size_t>(repeats / 2)];
}

std::string page_of_rows(html::Language language) {
  const html::Shell shell{.language = language, .csrf_token = "token"};
  return html::page(shell, {.title = "Places"}, [](html::Markup& out) {
    html::table(out,
                {.caption = "Places",
                 .columns = {{"Name"}, {"City"}, {"Hours"}, {"Places", html::Align::kRight}}},
                [&](html::Rows& rows) {
                  for (int i = 0; i < 50; ++i) {
                    rows.row();
                    rows.link("Example House & Garden",
                              html::route("/services") / "0190a0b0-0000-7000-8000-000000000000");
                    rows.cell("Buffalo, NY 14201");
                    rows.cell([&] { html::tag(out, "24 hours", html::TagTone::kGood); });
                    rows.number(i * 7);
                  }
                });
  });
}

std::string page_with_map() {
  std::vector<html::CountyValue> counties;
  for (std::uint32_t fips : {36003, 36009, 36013, 36015, 36029, 36037, 36051, 36055, 36063, 36069,
                             36073, 36097, 36099, 36101, 36117, 36121, 36123})
    counties.push_back({.county = geography::CountyFips(fips), .value = fips % 23});
  return html::page({.csrf_token = "token"}, {.title = "Map"}, [&](html::Markup& out) {
    html::county_map(out, {.words = {.title = "Services",
                                     .summary = "By county",
                                     .label_heading = "County",
                                     .value_heading = "Services"},
                           .counties = counties,
                           .bounds = {0, 4, 9, 14, 19}});
  });
}

}  // namespace

int main() {
  std::size_t bytes = 0;
  const double english =
      median_microseconds(2000, [&] { bytes = page_of_rows(html::Language::kEnglish).size(); });
  const double spanish = median_microseconds(2000, [&] { page_of_rows(html::Language::kSpanish); });
  fmt::print("page of 50 rows   {:6.1f} µs English, {:6.1f} µs Spanish, {} bytes (bar 100 µs)\n",
             english, spanish, bytes);
  const double map = median_microseconds(200, [&] { bytes = page_with_map().size(); });
  fmt::print("map of 17 counties {:6.1f} µs, {} bytes\n", map, bytes);
  return english <= 100 && spanish <= 100 ? 0 : 1;
}
