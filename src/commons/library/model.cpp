// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/model.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"

namespace daybreak::library {
namespace {

template <typename T>
const T* find_by_id(const std::vector<T>& all, std::string_view id) {
  const auto found = std::ranges::find(all, id, &T::id);
  return found == all.end() ? nullptr : &*found;
}

struct Token {
  std::string_view kind, id;  // "fact", "two-kinds"
};

// Calls `words` for what stands between tokens and `token` for each {kind:id}.
template <typename Words, typename OnToken>
void walk(std::string_view text, Words words, OnToken token) {
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    words(text.substr(0, open));
    if (open == std::string_view::npos) return;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return words(text.substr(open));
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    const std::size_t colon = inside.find(':');
    if (colon == std::string_view::npos) {
      words(text.substr(open, close - open + 1));
    } else {
      token(Token{inside.substr(0, colon), inside.substr(colon + 1)});
    }
    text.remove_prefix(close + 1);
  }
}

bool is_number(std::string_view text) { return !text.empty() && to_integer(text).has_value(); }

}  // namespace

Standing standing_of(const Fact& fact, Date today) {
  if (today > fact.review_by || !fact.expired.empty()) return Standing::kExpired;
  return fact.dispute.empty() ? Standing::kCurrent : Standing::kDisputed;
}

std::vector<std::string> bound_facts(std::string_view text) {
  std::vector<std::string> ids;
  walk(text, [](std::string_view) {}, [&](Token token) { ids.emplace_back(token.id); });
  return ids;
}

const Fact* Library::fact(std::string_view id) const { return find_by_id(facts, id); }
const Reference* Library::reference(std::string_view id) const {
  return find_by_id(references, id);
}
const Named* Library::audience(std::string_view id) const { return find_by_id(audiences, id); }
const Named* Library::topic(std::string_view id) const { return find_by_id(topics, id); }

Source source_of(const Library& library, std::string_view id) {
  if (const Source* entry = find_by_id(library.sources, id)) return *entry;
  const auto words = split(id, ' ');
  if (words.size() != 3 || !is_number(words[0]) || words[2].empty()) return {};
  if (words[1] == "USC")
    return {.id = std::string(id),
            .publisher = "U.S. Congress",
            .title = fmt::format("United States Code, title {}, section {}", words[0], words[2]),
            .address = fmt::format("https://uscode.house.gov/view.xhtml?req=granuleid:"
                                   "USC-prelim-title{}-section{}&num=0&edition=prelim",
                                   words[0], words[2])};
  if (words[1] == "CFR")
    return {.id = std::string(id),
            .publisher = "Office of the Federal Register",
            .title = fmt::format("Code of Federal Regulations, title {}, section {}", words[0],
                                 words[2]),
            .address = fmt::format("https://www.ecfr.gov/current/title-{}/section-{}", words[0],
                                   words[2])};
  return {};
}

std::string say(const Library& library, std::string_view text, Language language) {
  std::string said;
  walk(
      text, [&](std::string_view words) { said += words; },
      [&](Token token) {
        const Fact* fact = token.kind == "see" ? nullptr : library.fact(token.id);
        if (fact == nullptr) return;
        said += token.kind == "value" ? fact->value.in(language) : fact->text.in(language);
      });
  return std::string(trim(said));
}

std::vector<const Fact*> facts_of(const Library& library, const Reference& reference) {
  std::vector<const Fact*> facts;
  const auto add = [&](std::string_view text) {
    for (const std::string& id : bound_facts(text)) {
      const Fact* fact = library.fact(id);
      if (fact != nullptr && std::ranges::find(facts, fact) == facts.end()) facts.push_back(fact);
    }
  };
  add(reference.lead.text.en);
  for (const Part part : kParts)
    for (const Item& item : reference.in(part)) add(item.text.en);
  for (const std::string& call : reference.calls) add(call);
  return facts;
}

}  // namespace daybreak::library
