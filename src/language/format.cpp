// SPDX-License-Identifier: AGPL-3.0-or-later
#include "language/format.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

#include "language/words.hpp"

namespace daybreak::language {
namespace {

constexpr std::array kMonths{
    to_translate("January"), to_translate("February"), to_translate("March"),
    to_translate("April"),   to_translate("May"),      to_translate("June"),
    to_translate("July"),    to_translate("August"),   to_translate("September"),
    to_translate("October"), to_translate("November"), to_translate("December")};
constexpr std::array<std::string_view, 12> kShortEnglish{
    "Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 12> kShortSpanish{"ene", "feb", "mar",  "abr", "may", "jun",
                                                         "jul", "ago", "sept", "oct", "nov", "dic"};
constexpr std::array kWeekdays{to_translate("Sunday"),   to_translate("Monday"),
                               to_translate("Tuesday"),  to_translate("Wednesday"),
                               to_translate("Thursday"), to_translate("Friday"),
                               to_translate("Saturday")};

std::string group_digits(std::string digits) {
  for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(static_cast<std::size_t>(i), ",");
  return digits;
}

}  // namespace

std::string format_number(Language, std::int64_t value) {
  const bool negative = value < 0;
  const auto magnitude =
      negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  return (negative ? "−" : "") + group_digits(std::to_string(magnitude));
}

std::string format_decimal(Language, double value, int decimals) {
  if (!std::isfinite(value)) return "—";
  std::string digits = fmt::format("{:.{}f}", std::fabs(value), decimals);
  const bool zero = digits.find_first_not_of("0.") == std::string::npos;
  const std::size_t point = digits.find('.');
  const std::string fraction = point == std::string::npos ? "" : digits.substr(point);
  digits = group_digits(digits.substr(0, point)) + fraction;
  return (value < 0 && !zero ? "−" : "") + digits;
}

std::string format_percent(Language language, double share, int decimals) {
  return format_decimal(language, share * 100, decimals) +
         (language == Language::kSpanish ? " %" : "%");
}

std::string format_date(Language language, Date date, DateStyle style) {
  if (!date.ok()) return "—";
  const Words t(language);
  const unsigned month = static_cast<unsigned>(date.month()) - 1;
  const unsigned day = static_cast<unsigned>(date.day());
  const int year = static_cast<int>(date.year());
  const std::string_view name = t(kMonths[month]);
  const bool spanish = language == Language::kSpanish;
  switch (style) {
    case DateStyle::kLong:
      return spanish ? fmt::format("{} de {} de {}", day, name, year)
                     : fmt::format("{} {}, {}", name, day, year);
    case DateStyle::kShort:
      return spanish ? fmt::format("{} {} {}", day, kShortSpanish[month], year)
                     : fmt::format("{} {}, {}", kShortEnglish[month], day, year);
    case DateStyle::kWeekday: {
      const std::string_view weekday =
          weekday_name(language, std::chrono::weekday(std::chrono::sys_days(date)));
      return spanish ? fmt::format("{}, {} de {}", weekday, day, name)
                     : fmt::format("{}, {} {}", weekday, name, day);
    }
  }
  return "—";
}

std::string format_month(Language language, std::chrono::year_month month) {
  if (!month.ok()) return "—";
  const std::string_view name = Words(language)(kMonths[static_cast<unsigned>(month.month()) - 1]);
  return fmt::format(fmt::runtime(language == Language::kSpanish ? "{} de {}" : "{} {}"), name,
                     static_cast<int>(month.year()));
}

std::string_view weekday_name(Language language, std::chrono::weekday day) {
  return Words(language)(kWeekdays[day.c_encoding() % 7]);
}

std::string format_time(Language language, int minutes_after_midnight) {
  const int minutes = ((minutes_after_midnight % 1440) + 1440) % 1440;
  const int hour = minutes / 60;
  const std::string_view half = language == Language::kSpanish ? (hour < 12 ? "a. m." : "p. m.")
                                                               : (hour < 12 ? "a.m." : "p.m.");
  return fmt::format("{}:{:02} {}", hour % 12 == 0 ? 12 : hour % 12, minutes % 60, half);
}

std::string format_distance(Language language, double miles, DistanceUnit unit) {
  if (!std::isfinite(miles) || miles < 0) return "—";
  const Words t(language);
  const double distance = unit == DistanceUnit::kKilometers ? miles * 1.609344 : miles;
  const bool in_miles = unit == DistanceUnit::kMiles;
  if (distance < 0.05)
    return in_miles ? std::string(t("under 0.1 miles")) : std::string(t("under 0.1 km"));
  const std::string number = distance < 9.95 ? format_decimal(language, distance, 1)
                                             : format_decimal(language, distance, 0);
  if (!in_miles) return number + " km";
  if (number == "1.0") return std::string(t("1 mile"));
  return t("{0} miles", {number});
}

std::string format_phone(std::string_view number) {
  std::string digits;
  for (char c : number) {
    if (c >= '0' && c <= '9')
      digits += c;
    else if (std::string_view(" ()-.+").find(c) == std::string_view::npos)
      return std::string(number);
  }
  if (digits.size() == 11 && digits[0] == '1') digits.erase(0, 1);
  if (digits.size() != 10) return std::string(number);
  return fmt::format("({}) {}-{}", digits.substr(0, 3), digits.substr(3, 3), digits.substr(6));
}

}  // namespace daybreak::language
