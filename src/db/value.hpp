// SPDX-License-Identifier: AGPL-3.0-or-later
// What goes into and comes out of a database: Value, Parameters of a statement, Row and Rows.
// The same five kinds on both engines. By convention of the house ids are TEXT (UUID, lower case),
// instants INTEGER (UTC milliseconds), dates TEXT ("2026-11-21"), yes and no INTEGER (1 and 0).
// Plain values, safe to use from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"

namespace daybreak::db {

// Bytes that are not text.
struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

class Value {
 public:
  using Variant = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

  Value() = default;  // null
  Value(std::nullptr_t) {}
  template <typename T>
    requires std::is_integral_v<T>
  Value(T number) : value_(static_cast<std::int64_t>(number)) {}
  Value(double number) : value_(number) {}
  Value(std::string text) : value_(std::move(text)) {}
  Value(std::string_view text) : value_(std::string(text)) {}
  Value(const char* text) : value_(std::string(text)) {}
  Value(Blob blob) : value_(std::move(blob)) {}
  Value(const Uuid& uuid) : value_(uuid.to_string()) {}
  template <typename Tag>
  Value(const Id<Tag>& id) : value_(id.to_string()) {}
  Value(Instant instant) : value_(static_cast<std::int64_t>(instant.time_since_epoch().count())) {}
  Value(Date date) : value_(format_date(date)) {}
  template <typename T>
  Value(const std::optional<T>& maybe) {
    if (maybe) *this = Value(*maybe);
  }

  bool is_null() const { return value_.index() == 0; }
  const Variant& variant() const { return value_; }
  bool operator==(const Value&) const = default;

 private:
  Variant value_;
};

// The values for $1, $2, … of one call: `{id, name, now}` or a vector. A view, never kept.
class Parameters {
 public:
  Parameters() = default;
  Parameters(std::initializer_list<Value> values) : values_(values.begin(), values.size()) {}
  Parameters(const std::vector<Value>& values) : values_(values) {}
  explicit Parameters(std::span<const Value> values) : values_(values) {}
  std::span<const Value> values() const { return values_; }

 private:
  std::span<const Value> values_;
};

// One row of an answer. Reading a column that is not there, or as another kind than it holds, is a
// bug and throws std::logic_error; null is read with the maybe_ functions only.
class Row {
 public:
  Row() = default;
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}

  std::size_t size() const { return values_.size(); }
  const Value& at(std::size_t column) const;
  bool is_null(std::size_t column) const { return at(column).is_null(); }

  std::int64_t integer(std::size_t column) const;
  double number(std::size_t column) const;  // accepts an integer too
  bool boolean(std::size_t column) const;   // 0 or 1
  const std::string& text(std::size_t column) const;
  const std::string& blob(std::size_t column) const;
  Instant instant(std::size_t column) const;
  Date date(std::size_t column) const;
  Uuid uuid(std::size_t column) const;
  template <typename T>  // T is an Id<Tag>: row.id<OrganizationId>(0)
  T id(std::size_t column) const {
    return T(uuid(column));
  }

  std::optional<std::int64_t> maybe_integer(std::size_t column) const;
  std::optional<double> maybe_number(std::size_t column) const;
  std::optional<std::string> maybe_text(std::size_t column) const;
  std::optional<Instant> maybe_instant(std::size_t column) const;
  std::optional<Date> maybe_date(std::size_t column) const;
  template <typename T>
  std::optional<T> maybe_id(std::size_t column) const {
    if (is_null(column)) return std::nullopt;
    return id<T>(column);
  }

 private:
  std::vector<Value> values_;
};

using Rows = std::vector<Row>;

}  // namespace daybreak::db
