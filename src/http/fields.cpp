// SPDX-License-Identifier: AGPL-3.0-or-later
#include "http/fields.hpp"

#include <algorithm>

namespace daybreak::http {

const Unchecked<std::string>* Fields::find(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, &Field::name);
  return found == fields_.end() ? nullptr : &found->value;
}

Unchecked<std::string> Fields::get(std::string_view name) const {
  const auto* value = find(name);
  return value ? *value : Unchecked<std::string>();
}

std::vector<Unchecked<std::string>> Fields::every(std::string_view name) const {
  std::vector<Unchecked<std::string>> values;
  for (const Field& field : fields_)
    if (field.name == name) values.push_back(field.value);
  return values;
}

const Upload* Form::find_file(std::string_view field) const {
  const auto found = std::ranges::find(files, field, &Upload::field);
  return found == files.end() ? nullptr : &*found;
}

}  // namespace daybreak::http
