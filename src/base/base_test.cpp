// SPDX-License-Identifier: AGPL-3.0-or-later
// The small types of base/: results, ids, times, text, randomness.
#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/text.hpp"

namespace daybreak {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorKind::kInvalid, "the number is odd", "field n", "Give an even one");
  return n / 2;
}
Result<int> quarter(int n) { return TRY(half(TRY(half(n)))); }

TEST(Result, TryPassesTheValueOnOrReturnsTheError) {
  EXPECT_EQ(quarter(8).value(), 2);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().describe(), "field n: the number is odd. Give an even one");
}

TEST(Uuid, ParsesItsOwnTextAndRefusesOthers) {
  SeededRandom random(1);
  const ManualClock clock(parse_instant("2026-11-21T00:00:00Z").value());
  const Uuid id = Uuid::generate(clock, random);
  EXPECT_EQ(Uuid::parse(id.to_string()).value(), id);
  EXPECT_EQ(id.to_string()[14], '7');
  for (const char* bad : {"", "x", "018f3c1e-7a4b-7c2d-9e10-3b5d8f6a7c2", "018f3c1e07a4b07c2d09e1003b5d8f6a7c21",
                          "018f3c1e-7a4b-7c2d-9e10-3b5d8f6a7cg1"})
    EXPECT_FALSE(Uuid::parse(bad)) << bad;
}

TEST(Uuid, NameBasedIdsMatchTheExampleOfRfc9562) {
  const Uuid dns = Uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value();
  EXPECT_EQ(Uuid::from_name(dns, "www.example.com").to_string(), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
}

TEST(Instant, RoundTripsAndReadsOffsets) {
  for (const char* text : {"2026-11-21T20:54:57.123Z", "1969-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z",
                           "9999-12-31T00:00:00.000Z"})
    EXPECT_EQ(format_instant(parse_instant(text).value()), text);
  EXPECT_EQ(parse_instant("2026-01-01T00:30:00+02:00").value(), parse_instant("2025-12-31T22:30:00Z").value());
  EXPECT_EQ(format_instant(parse_instant("2024-02-29").value()), "2024-02-29T00:00:00.000Z");
  for (const char* bad : {"", "2023-02-29", "2026-13-01", "2026-1-1", "2026-01-01T25:00:00Z", "2026-01-01T00:00",
                          "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+2:00"})
    EXPECT_FALSE(parse_instant(bad)) << bad;
}

TEST(Text, NumbersAreWholeOrNothing) {
  EXPECT_EQ(to_integer("-12"), -12);
  for (const char* bad : {"", " 1", "1 ", "+1", "1.0", "9223372036854775808", "1e3"}) EXPECT_FALSE(to_integer(bad)) << bad;
  EXPECT_EQ(to_number("1e3"), 1000.0);
  for (const char* bad : {"", "nan", "inf", "1e999", "1,5", "0x"}) EXPECT_FALSE(to_number(bad)) << bad;
}

TEST(Text, Utf8IsCheckedByTheLetterOfTheStandard) {
  EXPECT_TRUE(is_valid_utf8("español \xF0\x9F\x8C\x85"));
  for (const char* bad : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3"})
    EXPECT_FALSE(is_valid_utf8(bad));
  EXPECT_EQ(shorten("añb", 2), "a…");
}

TEST(Random, SeededBytesAreTheSameEverywhere) {
  SeededRandom a(7), b(7);
  EXPECT_EQ(a.bytes(16), b.bytes(16));
  EXPECT_EQ(to_hex(SeededRandom(0).bytes(4)), "e26e06f8");  // top bytes of SplitMix64 from 0
  SeededRandom c(3);
  for (int i = 0; i < 1000; ++i) EXPECT_LT(c.below(10), 10u);
}

}  // namespace
}  // namespace daybreak
