// SPDX-License-Identifier: AGPL-3.0-or-later
#include "language/words.hpp"

#include "language/catalog.hpp"
#include "language/format.hpp"

namespace daybreak::language {

std::string fill(std::string_view sentence, std::initializer_list<std::string_view> parts) {
  std::string out;
  out.reserve(sentence.size() + 32);
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    const bool hole = sentence[i] == '{' && i + 2 < sentence.size() && sentence[i + 2] == '}' &&
                      sentence[i + 1] >= '0' && sentence[i + 1] <= '9';
    if (hole && static_cast<std::size_t>(sentence[i + 1] - '0') < parts.size()) {
      out += parts.begin()[sentence[i + 1] - '0'];
      i += 2;
    } else {
      out += sentence[i];
    }
  }
  return out;
}

std::string_view Words::operator()(MessageId id) const {
  return catalog_of(code_of(language_)).find(id.text()).value_or(id.text());
}

std::string Words::operator()(MessageId id, std::initializer_list<std::string_view> parts) const {
  return fill((*this)(id), parts);
}

std::string_view Words::in_context(MessageId context, MessageId id) const {
  std::string key(context.text());
  key += '\x04';
  key += id.text();
  return catalog_of(code_of(language_)).find(key).value_or(id.text());
}

std::string Words::plural(MessageId one, MessageId many, std::int64_t count,
                          std::initializer_list<std::string_view> parts) const {
  const std::string_view sentence = catalog_of(code_of(language_))
                                        .find_plural(one.text(), count)
                                        .value_or(count == 1 ? one.text() : many.text());
  const std::string written = number(count);
  switch (parts.size()) {  // at most three more parts: a sentence with more is hard to read
    case 0:
      return fill(sentence, {written});
    case 1:
      return fill(sentence, {written, parts.begin()[0]});
    case 2:
      return fill(sentence, {written, parts.begin()[0], parts.begin()[1]});
    default:
      return fill(sentence, {written, parts.begin()[0], parts.begin()[1], parts.begin()[2]});
  }
}

std::string Words::number(std::int64_t value) const { return format_number(language_, value); }

}  // namespace daybreak::language
