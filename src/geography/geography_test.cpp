// SPDX-License-Identifier: AGPL-3.0-or-later
#include "geography/geography.hpp"

#include <gtest/gtest.h>

#include "geography/shapes.hpp"

namespace daybreak::geography {
namespace {

TEST(Distance, KnownPairs) {
  const Point buffalo{42.8864, -78.8784}, rochester{43.1566, -77.6088};
  EXPECT_NEAR(distance_in_miles(buffalo, rochester), 66.7, 0.3);
  EXPECT_EQ(distance_in_miles(buffalo, buffalo), 0);
  EXPECT_NEAR(distance_in_kilometers({0, 0}, {0, 180}), 20015.1, 0.1);
}

TEST(States, AllFound) {
  EXPECT_EQ(states().size(), 52u);
  EXPECT_EQ(find_state("ny"), find_state("New York"));
  EXPECT_EQ(find_state("36")->abbreviation, "NY");
  EXPECT_EQ(find_state("XX"), nullptr);
}

TEST(Counties, FoundByCodeAndName) {
  EXPECT_EQ(find_county(CountyFips(36029))->name, "Erie County");
  EXPECT_EQ(find_county("NY", "erie")->fips, CountyFips(36029));
  EXPECT_EQ(find_county("LA", "Saint Mary")->name, "St. Mary Parish");
  EXPECT_EQ(find_county("LA", "St.Landry")->name, "St. Landry Parish");
  EXPECT_EQ(find_county("IL", "DU PAGE")->name, "DuPage County");
  EXPECT_EQ(find_county("AK", "Hoonah Angoon")->fips, CountyFips(2105));
  EXPECT_EQ(find_county("MD", "Prince Georges")->fips, CountyFips(24033));
  EXPECT_EQ(find_county("la", "orleans parish")->fips.to_string(), "22071");
  EXPECT_EQ(find_county("MD", "Baltimore city")->fips, CountyFips(24510));
  EXPECT_EQ(find_county("MD", "Baltimore")->fips, CountyFips(24005));
  EXPECT_EQ(find_county("CT", "Fairfield County")->fips, CountyFips(9001));
  EXPECT_EQ(find_county("NY", "Nowhere"), nullptr);
  EXPECT_EQ(find_county(CountyFips(99999)), nullptr);
  EXPECT_EQ(counties_of_state("NY").size(), 62u);
  EXPECT_EQ(counties_of_state("LA").size(), 64u);
  EXPECT_TRUE(CountyFips::parse("36029"));
  for (const char* bad : {"3602", "360290", "36O29", "-3602", ""})
    EXPECT_FALSE(CountyFips::parse(bad)) << bad;
}

TEST(Zips, FoundWithTheirCounty) {
  EXPECT_EQ(county_of_zip("14201")->name, "Erie County");
  EXPECT_EQ(county_of_zip("70112-1234")->name, "Orleans Parish");
  EXPECT_EQ(find_zip("00000"), nullptr);
  EXPECT_EQ(find_zip("1420"), nullptr);
  EXPECT_EQ(find_zip("abcde"), nullptr);
  ASSERT_NE(find_zip("14201"), nullptr);
  EXPECT_TRUE(find_zip("14201")->has_area);
  EXPECT_NEAR(find_zip("14201")->point.latitude, 42.9, 0.1);
}

TEST(Zips, BoxZipsStandAtTheirCounty) {
  const Zip* zip = find_zip("14205");  // post-office boxes in Buffalo
  ASSERT_NE(zip, nullptr);
  EXPECT_FALSE(zip->has_area);
  EXPECT_EQ(zip->point, find_county(CountyFips(36029))->center);
}

TEST(Shapes, EveryDrawnCountyIsKnownAndOnThePage) {
  EXPECT_EQ(county_outlines().size(), 3142u);
  for (const Outline& outline : county_outlines()) {
    EXPECT_NE(find_county(outline.county), nullptr) << outline.county.to_string();
    EXPECT_TRUE(outline.path.starts_with('M') && outline.path.ends_with('Z'));
    EXPECT_GT(outline.box.left, -60);
    EXPECT_LT(outline.box.right, 976);
    EXPECT_GT(outline.box.top, 0);
    EXPECT_LT(outline.box.bottom, 611);
  }
  EXPECT_FALSE(state_outline("NY").empty());
  EXPECT_TRUE(state_outline("PR").empty());
}

// The projection agrees with the shapes: a county's internal point falls into that county.
TEST(Shapes, InternalPointsFallIntoTheirCounties) {
  int wrong = 0, drawn = 0;
  for (const Outline& outline : county_outlines()) {
    const County* county = find_county(outline.county);
    ++drawn;
    if (county_at(county->center) != county) ++wrong;
  }
  // Internal points of a few island and river counties lie in water that the shapes leave out.
  EXPECT_LT(wrong, drawn / 100) << wrong;
  EXPECT_EQ(county_at({42.8864, -78.8784})->name, "Erie County");
  EXPECT_EQ(county_at({29.95, -90.07})->name, "Orleans Parish");
  EXPECT_EQ(county_at({21.31, -157.86})->name, "Honolulu County");
  EXPECT_EQ(county_at({61.2, -149.9})->name, "Anchorage Municipality");
  EXPECT_EQ(county_at({0, 0}), nullptr);
  EXPECT_EQ(county_at({48.85, 2.35}), nullptr);
}

}  // namespace
}  // namespace daybreak::geography
