// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/needs.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"

namespace daybreak::directory::search {
namespace {

std::vector<std::string> words_in(std::string_view cell) {
  std::vector<std::string> words;
  for (const std::string_view word : split(cell, ';'))
    if (!trim(word).empty()) words.emplace_back(trim(word));
  return words;
}

}  // namespace

Result<NeedTree> NeedTree::parse(std::string_view csv) {
  CsvReader reader = TRY(CsvReader::open(open_memory(std::string(csv), "needs.csv")));
  const std::size_t code = TRY(reader.require_column("code"));
  const std::size_t parent = TRY(reader.require_column("parent"));
  const std::size_t english = TRY(reader.require_column("label_en"));
  const std::size_t spanish = TRY(reader.require_column("label_es"));
  const std::size_t english_synonyms = TRY(reader.require_column("synonyms_en"));
  const std::size_t spanish_synonyms = TRY(reader.require_column("synonyms_es"));

  NeedTree tree;
  std::vector<std::string> places;
  while (const CsvRow* row = TRY(reader.next())) {
    const auto wrong = [&](std::string message, std::string_view column) {
      return fail(ErrorKind::kInvalid, std::move(message), row->place(column),
                  "Mend the need table");
    };
    if (!row->ok()) return wrong(row->problem(), {});
    Need need{std::string((*row)[code]),          std::string((*row)[parent]),
              std::string((*row)[english]),       std::string((*row)[spanish]),
              words_in((*row)[english_synonyms]), words_in((*row)[spanish_synonyms])};
    if (need.code.empty()) return wrong("a need has no code", "code");
    if (need.label_english.empty() || need.label_spanish.empty())
      return wrong("need " + need.code + " has no label in both languages", "label_en");
    // A parent stands before its children, so that there can be no cycle.
    if (!need.parent.empty() && !tree.position_.contains(need.parent))
      return wrong("need " + need.code + " has the parent " + need.parent +
                       ", which does not stand above it",
                   "parent");
    if (!tree.position_.emplace(need.code, tree.needs_.size()).second)
      return wrong("need " + need.code + " stands twice", "code");
    tree.needs_.push_back(std::move(need));
  }
  return tree;
}

const Need* NeedTree::find(std::string_view code) const {
  const auto found = position_.find(std::string(code));
  return found == position_.end() ? nullptr : &needs_[found->second];
}

std::vector<std::size_t> NeedTree::path(std::string_view code) const {
  std::vector<std::size_t> above;
  for (const Need* need = find(code); need != nullptr; need = find(need->parent))
    above.push_back(static_cast<std::size_t>(need - needs_.data()));
  return above;
}

std::vector<std::size_t> NeedTree::branch(std::string_view code) const {
  const auto root = position_.find(std::string(code));
  if (root == position_.end()) return {};
  std::vector<bool> inside(needs_.size());
  std::vector<std::size_t> found;
  for (std::size_t i = root->second; i < needs_.size(); ++i) {
    const auto parent = position_.find(needs_[i].parent);
    inside[i] = i == root->second || (parent != position_.end() && inside[parent->second]);
    if (inside[i]) found.push_back(i);
  }
  return found;
}

}  // namespace daybreak::directory::search
