// SPDX-License-Identifier: AGPL-3.0-or-later
// Texts that operators edit, in Mustache: {{name}} and {{#section}}…{{/section}}. A field that the
// template names and the caller does not know is an error, never an empty place. A template is
// immutable after create and safe to use from any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::mail {

using Fields = std::map<std::string, std::string>;

enum class Escaping { kNone, kHtml };

class TextTemplate {
 public:
  // Fails with kInvalid when the Mustache is broken, names a field outside `known`, asks for
  // unescaped output ({{{…}}} or {{&…}}), a partial, or other delimiters.
  static Result<TextTemplate> create(std::string_view source,
                                     const std::vector<std::string>& known);

  // A section {{#name}} shows when that field is not empty, {{^name}} when it is. Fails when a
  // field that the template uses is absent.
  Result<std::string> render(const Fields& fields, Escaping escaping) const;
  const std::vector<std::string>& used() const { return used_; }

 private:
  std::string source_;
  std::vector<std::string> used_;
};

}  // namespace daybreak::mail
