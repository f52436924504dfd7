// SPDX-License-Identifier: AGPL-3.0-or-later
// Named values that came from outside: query parameters, form fields, cookies. Values are Unchecked
// until the reader has checked them; order and repetition are kept. Plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace daybreak::http {

struct Field {
  std::string name;
  Unchecked<std::string> value;
};

class Fields {
 public:
  void add(std::string name, std::string value) {
    fields_.push_back({std::move(name), Unchecked<std::string>(std::move(value))});
  }
  const std::vector<Field>& all() const { return fields_; }
  bool empty() const { return fields_.empty(); }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  // The first value of that name, or nullptr.
  const Unchecked<std::string>* find(std::string_view name) const;
  // The first value of that name, or an empty text: for optional fields.
  Unchecked<std::string> get(std::string_view name) const;
  // Every value of that name, in order: for check boxes.
  std::vector<Unchecked<std::string>> every(std::string_view name) const;

 private:
  std::vector<Field> fields_;
};

// A file that came with a multipart form. `content` lies in the request's body and lives as long as
// that body (Request::body_owner).
struct Upload {
  std::string field;
  Unchecked<std::string> file_name;
  Unchecked<std::string> content_type;
  std::string_view content;
};

struct Form {
  Fields fields;
  std::vector<Upload> files;
  const Upload* find_file(std::string_view field) const;
};

}  // namespace daybreak::http
