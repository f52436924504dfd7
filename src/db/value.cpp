// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/value.hpp"

#include <stdexcept>

namespace daybreak::db {
namespace {

constexpr const char* kKinds[] = {"null", "an integer", "a number", "a text", "bytes"};

[[noreturn]] void wrong_kind(std::size_t column, const Value& value, const char* wanted) {
  throw std::logic_error("column " + std::to_string(column) + " holds " +
                         kKinds[value.variant().index()] + ", not " + wanted);
}

}  // namespace

const Value& Row::at(std::size_t column) const {
  if (column >= values_.size())
    throw std::logic_error("column " + std::to_string(column) + " of a row of " +
                           std::to_string(values_.size()));
  return values_[column];
}

std::int64_t Row::integer(std::size_t column) const {
  const Value& value = at(column);
  if (const auto* number = std::get_if<std::int64_t>(&value.variant())) return *number;
  wrong_kind(column, value, "an integer");
}

double Row::number(std::size_t column) const {
  const Value& value = at(column);
  if (const auto* number = std::get_if<double>(&value.variant())) return *number;
  if (const auto* number = std::get_if<std::int64_t>(&value.variant()))
    return static_cast<double>(*number);
  wrong_kind(column, value, "a number");
}

bool Row::boolean(std::size_t column) const {
  const std::int64_t number = integer(column);
  if (number != 0 && number != 1) wrong_kind(column, at(column), "yes (1) or no (0)");
  return number == 1;
}

const std::string& Row::text(std::size_t column) const {
  const Value& value = at(column);
  if (const auto* text = std::get_if<std::string>(&value.variant())) return *text;
  wrong_kind(column, value, "a text");
}

const std::string& Row::blob(std::size_t column) const {
  const Value& value = at(column);
  if (const auto* blob = std::get_if<Blob>(&value.variant())) return blob->bytes;
  wrong_kind(column, value, "bytes");
}

Instant Row::instant(std::size_t column) const {
  return Instant(std::chrono::milliseconds(integer(column)));
}

Date Row::date(std::size_t column) const {
  const auto date = parse_date(text(column));
  if (!date) wrong_kind(column, at(column), "a date");
  return *date;
}

Uuid Row::uuid(std::size_t column) const {
  const auto uuid = Uuid::parse(text(column));
  if (!uuid) wrong_kind(column, at(column), "an id");
  return *uuid;
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<double> Row::maybe_number(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return number(column);
}

std::optional<std::string> Row::maybe_text(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::optional<Instant> Row::maybe_instant(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return instant(column);
}

std::optional<Date> Row::maybe_date(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return date(column);
}

}  // namespace daybreak::db
