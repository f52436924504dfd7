// SPDX-License-Identifier: AGPL-3.0-or-later
// What record linkage reads: a table of named columns, each with a kind that says how two of its
// values are compared. Cells lie in one arena per column, so a million rows stay compact.
// Plain values; a table that nobody changes may be read from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::linkage {

enum class FieldKind : std::uint8_t {
  kName,        // a business or a whole person; a cell may hold several aliases ("X LLC DBA Y")
  kGivenName,   // given name of a person
  kSurname,     // family name of a person
  kStreet,      // street line with or without its number
  kCity,        // town or suburb
  kState,       // state or province, code or full name
  kPostcode,    // postal code
  kDate,        // a date in any common notation
  kNumber,      // house number or another short number
  kIdentifier,  // a registration number: EIN, licence, social security number
  kPhone,       // telephone number
  kCategory,    // kind of business, cuisine, industry
  kText,        // anything else
};

// "name", "given", "surname", "street", "city", "state", "zip", "date", "number", "id", "phone",
// "category", "text": the words of `--columns dob:date`.
std::string_view name_of(FieldKind kind);
Result<FieldKind> parse_kind(std::string_view word);

class Column {
 public:
  Column(std::string name, FieldKind kind) : name_(std::move(name)), kind_(kind) {}
  void append(std::string_view cell);
  std::string_view at(std::size_t row) const;
  std::size_t size() const { return ends_.size(); }
  const std::string& name() const { return name_; }
  FieldKind kind() const { return kind_; }
  void set_kind(FieldKind kind) { kind_ = kind; }

 private:
  std::string name_;
  FieldKind kind_;
  std::string bytes_;
  std::vector<std::uint64_t> ends_;
};

// All columns have the same number of rows. Rows are counted from 0 here; reports count from 1.
struct Table {
  std::vector<Column> columns;
  std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
};

// The kind that a column's name suggests, and where the name says nothing, its content (the first
// thousand cells). Never fails: what cannot be told is kText.
FieldKind infer_kind(const Column& column);

}  // namespace daybreak::linkage
