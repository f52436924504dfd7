// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/local_time.hpp"

#include <cstdlib>
#include <ctime>
#include <gtest/gtest.h>

#include "base/test_result.hpp"

namespace daybreak {
namespace {

class LocalTimeTest : public testing::Test {
 protected:
  void TearDown() override {
    ::unsetenv("TZ");
    ::tzset();
  }
};

TEST_F(LocalTimeTest, TheDayIsThatOfTheWallClock) {
  ASSERT_TRUE(set_time_zone("America/New_York"));
  // Nine in the evening of a winter's day: tomorrow already in UTC.
  const LocalTime evening = local_time(*parse_instant("2026-11-23T02:05:59Z"));
  EXPECT_EQ(format_date(evening.day), "2026-11-22");
  EXPECT_EQ(evening.minutes, 21 * 60 + 5);
  EXPECT_EQ(evening.zone, "EST");
  const LocalTime summer = local_time(*parse_instant("2026-07-01T04:00:00Z"));
  EXPECT_EQ(format_date(summer.day), "2026-07-01");
  EXPECT_EQ(summer.minutes, 0);
  EXPECT_EQ(summer.zone, "EDT");
}

TEST_F(LocalTimeTest, AZoneThatDoesNotExistIsRefusedAndChangesNothing) {
  ASSERT_TRUE(set_time_zone("America/Los_Angeles"));
  for (const char* wrong : {"", "America/Nowhere", "../etc/passwd", "/etc/passwd", "America"})
    EXPECT_EQ(kind_of(set_time_zone(wrong)), ErrorKind::kInvalid) << wrong;
  EXPECT_EQ(local_time(*parse_instant("2026-01-01T00:00:00Z")).zone, "PST");
}

}  // namespace
}  // namespace daybreak
