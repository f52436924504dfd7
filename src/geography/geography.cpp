// SPDX-License-Identifier: AGPL-3.0-or-later
#include "geography/geography.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "base/text.hpp"
#include "embedded/geography.hpp"
#include "geography/shapes.hpp"
#include "geography/tables.hpp"

namespace daybreak::geography {
namespace {

// "St. Mary Parish" and "saint mary" become "saintmary"; kinds of counties go.
std::string plain_name(std::string_view name) {
  std::string plain = to_lower_ascii(trim(name));
  for (std::string_view kind : {" county", " parish", " borough", " census area", " municipality",
                                " city and borough", " municipio", " planning region"}) {
    if (plain.ends_with(kind)) {
      plain.resize(plain.size() - kind.size());
      break;
    }
  }
  for (const std::string_view saint : {"st", "ste"})
    if (plain.starts_with(saint) && plain.size() > saint.size() &&
        (plain[saint.size()] == '.' || plain[saint.size()] == ' ')) {
      plain.replace(0, saint.size(), saint == "st" ? "saint" : "sainte");
      break;
    }
  // "St.Landry", "Du Page" and "Hoonah Angoon" are written too.
  std::erase_if(plain, [](char c) { return c == '.' || c == ' ' || c == '-' || c == '\''; });
  return plain;
}

std::string_view short_name_of(std::string_view name) {
  // "city" stays: Baltimore County and Baltimore city are two places.
  for (std::string_view kind :
       {" County", " Parish", " Borough", " Census Area", " Municipio", " Planning Region"}) {
    if (name.ends_with(kind)) return name.substr(0, name.size() - kind.size());
  }
  return name;
}

CountyFips fips_of(std::string_view text) {
  return CountyFips(static_cast<std::uint32_t>(to_integer(text).value_or(0)));
}

std::vector<County> read_counties() {
  std::vector<County> counties;
  for (const auto& row : rows_of("counties.csv")) {
    counties.push_back({.fips = fips_of(row[0]),
                        .name = row[2],
                        .short_name = short_name_of(row[2]),
                        .state = row[1],
                        .center = {to_number(row[3]).value_or(0), to_number(row[4]).value_or(0)}});
  }
  return counties;
}

std::vector<Zip> read_zips() {
  std::vector<Zip> zips;
  for (const auto& row : rows_of("zip_codes.csv")) {
    Zip zip{.number = static_cast<std::uint32_t>(to_integer(row[0]).value_or(0)),
            .has_area = !row[1].empty()};
    std::size_t count = 0;
    if (!row[3].empty()) {
      for (std::string_view fips : split(row[3], ' ')) {
        if (count < zip.counties.size()) zip.counties[count++] = fips_of(fips);
      }
    }
    if (zip.has_area) {
      zip.point = {to_number(row[1]).value_or(0), to_number(row[2]).value_or(0)};
    } else if (const County* county = find_county(zip.counties[0])) {
      zip.point = county->center;
    }
    zips.push_back(zip);
  }
  return zips;
}

const std::vector<Zip>& zips() {
  static const std::vector<Zip> table = read_zips();
  return table;
}

}  // namespace

std::string_view bytes_of(std::string_view file) {
  const auto bytes = embedded::geography().find(file);
  if (!bytes) throw std::logic_error("data/geography is not in the program");
  return *bytes;
}

std::vector<std::vector<std::string_view>> rows_of(std::string_view file) {
  std::vector<std::vector<std::string_view>> rows;
  for (std::string_view line : split(bytes_of(file), '\n')) {
    if (!line.empty()) rows.push_back(split(line, ','));
  }
  rows.erase(rows.begin());
  return rows;
}

double distance_in_kilometers(Point from, Point to) {
  constexpr double kRadius = 6371.0088;
  constexpr double kDegree = std::numbers::pi / 180;
  const double half_latitude = std::sin((to.latitude - from.latitude) * kDegree / 2);
  const double half_longitude = std::sin((to.longitude - from.longitude) * kDegree / 2);
  const double h = half_latitude * half_latitude + std::cos(from.latitude * kDegree) *
                                                       std::cos(to.latitude * kDegree) *
                                                       half_longitude * half_longitude;
  return 2 * kRadius * std::asin(std::sqrt(std::min(1.0, h)));
}

double distance_in_miles(Point from, Point to) {
  return distance_in_kilometers(from, to) / kKilometersPerMile;
}

Result<CountyFips> CountyFips::parse(std::string_view text) {
  const auto number = to_integer(text);
  if (text.size() != 5 || !number || *number < 0)
    return fail(ErrorKind::kInvalid, "a county's FIPS code has five digits", "county",
                "write it like 36029");
  return CountyFips(static_cast<std::uint32_t>(*number));
}

std::string CountyFips::to_string() const { return fmt::format("{:05}", number_); }

std::span<const State> states() {
  static const std::vector<State> table = [] {
    std::vector<State> states;
    for (const auto& row : rows_of("states.csv")) states.push_back({row[0], row[1], row[2]});
    return states;
  }();
  return table;
}

const State* find_state(std::string_view text) {
  text = trim(text);
  for (const State& state : states()) {
    if (text == state.fips || equals_ignoring_case_ascii(text, state.abbreviation) ||
        equals_ignoring_case_ascii(text, state.name))
      return &state;
  }
  return nullptr;
}

std::span<const County> counties() {
  static const std::vector<County> table = read_counties();
  return table;
}

const County* find_county(CountyFips fips) {
  const auto all = counties();
  const auto found = std::ranges::lower_bound(all, fips, {}, &County::fips);
  return found != all.end() && found->fips == fips ? &*found : nullptr;
}

std::span<const County> counties_of_state(std::string_view state_abbreviation) {
  const State* state = find_state(state_abbreviation);
  if (state == nullptr) return {};
  const auto number = static_cast<std::uint32_t>(to_integer(state->fips).value_or(0));
  const auto all = counties();
  const auto first = std::ranges::lower_bound(all, CountyFips(number * 1000), {}, &County::fips);
  const auto last =
      std::ranges::lower_bound(all, CountyFips((number + 1) * 1000), {}, &County::fips);
  return {first, last};
}

const County* find_county(std::string_view state, std::string_view name) {
  // The full name first: it tells Baltimore County from Baltimore city.
  for (const County& county : counties_of_state(state)) {
    if (equals_ignoring_case_ascii(county.name, trim(name))) return &county;
  }
  const std::string wanted = plain_name(name);
  for (const County& county : counties_of_state(state)) {
    if (plain_name(county.name) == wanted) return &county;
  }
  return nullptr;
}

std::span<const CountyFips> Zip::in_counties() const {
  std::size_t count = 0;
  while (count < counties.size() && counties[count].number() != 0) ++count;
  return {counties.data(), count};
}

const Zip* find_zip(std::string_view text) {
  text = trim(text);
  if (text.size() == 10 && text[5] == '-' && to_integer(text.substr(6))) text = text.substr(0, 5);
  const auto number = to_integer(text);
  if (text.size() != 5 || !number || *number < 0) return nullptr;
  const auto& all = zips();
  const auto found =
      std::ranges::lower_bound(all, static_cast<std::uint32_t>(*number), {}, &Zip::number);
  return found != all.end() && found->number == static_cast<std::uint32_t>(*number) ? &*found
                                                                                    : nullptr;
}

const County* county_of_zip(std::string_view text) {
  const Zip* zip = find_zip(text);
  return zip == nullptr ? nullptr : find_county(zip->counties[0]);
}

}  // namespace daybreak::geography
