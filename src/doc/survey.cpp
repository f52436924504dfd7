// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/survey.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <unicode/coll.h>
#include <unicode/sortkey.h>

#include "base/text.hpp"

namespace daybreak::doc {
namespace {

const std::string kNone;

class Collation {
 public:
  explicit Collation(const std::string& language) {
    UErrorCode status = U_ZERO_ERROR;
    collator_.reset(
        icu::Collator::createInstance(icu::Locale::forLanguageTag(language, status), status));
  }
  std::string key(const std::string& words) const {
    if (!collator_) return words;
    UErrorCode status = U_ZERO_ERROR;
    icu::CollationKey key;
    collator_->getCollationKey(icu::UnicodeString::fromUTF8(words), key, status);
    int32_t size = 0;
    const uint8_t* bytes = key.getByteArray(size);
    // The words themselves break ties, so that the order is total.
    return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)) +
           words;
  }

 private:
  std::unique_ptr<icu::Collator> collator_;
};

}  // namespace

class Surveyor {
 public:
  explicit Surveyor(const Document& document) : document_(document) {}

  Result<Survey> run() {
    if (trim(document_.title).empty()) return broken("the document has no title", "title");
    if (document_.language.size() < 2) return broken("the document has no language", "language");
    for (const std::string* words :
         {&document_.title, &document_.running_head, &document_.running_foot, &document_.subject}) {
      if (!is_valid_utf8(*words)) return broken("text is not valid UTF-8", "title or running head");
    }
    TRY(visit(document_.blocks, 0));
    for (const std::string& target : targets_) {
      if (!names_.contains(target)) {
        return broken(fmt::format("a link leads to \"#{}\", which is nowhere", target), "links");
      }
    }
    sort_indexes();
    return std::move(survey_);
  }

 private:
  using Broken = tl::unexpected<Error>;
  static Broken broken(std::string message, std::string place) {
    return fail(ErrorKind::kInvalid, std::move(message), std::move(place));
  }
  std::string place() const {
    return survey_.headings_.empty() ? "before the first heading"
                                     : "under \"" + survey_.headings_.back().words + "\"";
  }

  Result<void> visit(const Blocks& blocks, int depth) {
    if (depth > 64) return broken("blocks are nested deeper than 64 levels", place());
    for (const Block& block : blocks) {
      TRY(std::visit([&](const auto& kind) { return visit(kind, depth); }, block.content));
    }
    return {};
  }

  Result<void> visit(const Inlines& inlines) {
    for (const Inline& part : inlines) {
      if (!is_valid_utf8(part.text)) return broken("text is not valid UTF-8", place());
      if (part.link.starts_with('#') && is_safe_link(part.link))
        targets_.insert(part.link.substr(1));
      TRY(visit(part.note));
    }
    return {};
  }

  Result<void> name(const void* owner, const std::string& own, const char* prefix) {
    std::string anchor = own;
    while (anchor.empty() || (own.empty() && names_.contains(anchor))) {
      anchor = fmt::format("{}-{}", prefix, ++made_);
    }
    if (!names_.insert(anchor).second) {
      return broken(fmt::format("two blocks have the anchor \"{}\"", anchor), place());
    }
    for (unsigned char c : anchor) {
      if (c <= 0x20 || c == '"' || c == '<' || c == '>' || c == '#' || c == '%' || c == '\\') {
        return broken(
            fmt::format("the anchor \"{}\" has a character that links cannot carry", anchor),
            place());
      }
    }
    survey_.anchors_.emplace(owner, std::move(anchor));
    return {};
  }

  Result<void> visit(const Heading& heading, int) {
    const int last = survey_.headings_.empty() ? 0 : survey_.headings_.back().level;
    if (heading.level < 1 || heading.level > 6 || heading.level > last + 1) {
      return broken(
          fmt::format("a heading of level {} follows one of level {}", heading.level, last),
          "heading \"" + words_of(heading.content) + "\"");
    }
    TRY(visit(heading.content));
    TRY(name(&heading, heading.anchor, "section"));
    survey_.headings_.push_back({heading.level, printable(words_of(heading.content)),
                                 survey_.anchors_.at(&heading), heading.in_contents});
    return {};
  }
  Result<void> visit(const Paragraph& paragraph, int) { return visit(paragraph.content); }
  Result<void> visit(const List& list, int depth) {
    for (const ListItem& item : list.items) TRY(visit(item.blocks, depth + 1));
    return {};
  }
  Result<void> visit(const Table& table, int) {
    TRY(visit(table.caption));
    std::size_t columns = 0;
    for (const auto* rows : {&table.header, &table.rows}) {
      for (const TableRow& row : *rows) {
        std::size_t count = 0;
        for (const TableCell& cell : row.cells) {
          TRY(visit(cell.content));
          count += static_cast<std::size_t>(std::max(1, cell.columns));
        }
        if (columns == 0) columns = count;
        if (count != columns || count == 0) {
          return broken(fmt::format("a table row has {} columns, another {}", count, columns),
                        place());
        }
      }
    }
    if (!table.widths.empty() && columns != 0 && table.widths.size() != columns) {
      return broken("a table has not as many widths as columns", place());
    }
    return {};
  }
  Result<void> visit(const Figure& figure, int) {
    TRY(size_of(figure.picture));
    if (!is_valid_utf8(figure.alternative)) return broken("text is not valid UTF-8", place());
    return visit(figure.caption);
  }
  Result<void> visit(const Group& group, int depth) {
    if (!group.anchor.empty() || !group.marks.empty()) {
      TRY(name(&group, group.anchor, "entry"));
      for (const IndexMark& mark : group.marks) {
        if (!is_valid_utf8(mark.term) || !is_valid_utf8(mark.entry)) {
          return broken("an index mark is not valid UTF-8", place());
        }
        marks_[mark.index][mark.term].push_back({mark.entry, survey_.anchors_.at(&group)});
      }
    }
    if (group.side) TRY(visit(*group.side, depth));
    return visit(group.blocks, depth + 1);
  }
  Result<void> visit(const Columns& columns, int depth) {
    if (columns.count < 1 || columns.count > 6) return broken("columns are 1 to 6", place());
    return visit(columns.blocks, depth + 1);
  }
  Result<void> visit(const CardSheet& sheet, int depth) {
    if (sheet.count < 1 || sheet.count > 1000)
      return broken("a sheet has 1 to 1000 cards", place());
    return visit(sheet.card, depth + 1);
  }
  Result<void> visit(const PageBreak&, int) { return {}; }
  Result<void> visit(const TableOfContents&, int) { return {}; }
  Result<void> visit(const Index&, int) { return {}; }

  void sort_indexes() {
    const Collation collation(document_.language);
    for (auto& [index, terms] : marks_) {
      std::vector<std::pair<std::string, IndexTerm>> sorted;
      for (auto& [term, targets] : terms) {
        std::stable_sort(targets.begin(), targets.end(), [&](const auto& a, const auto& b) {
          return collation.key(a.words) < collation.key(b.words);
        });
        sorted.push_back({collation.key(term), {term, std::move(targets)}});
      }
      std::sort(sorted.begin(), sorted.end(),
                [](const auto& a, const auto& b) { return a.first < b.first; });
      for (auto& [key, term] : sorted) survey_.indexes_[index].push_back(std::move(term));
    }
  }

  const Document& document_;
  Survey survey_;
  std::set<std::string> names_, targets_;
  std::map<std::string, std::map<std::string, std::vector<IndexTarget>>> marks_;
  int made_ = 0;
};

Result<Survey> Survey::of(const Document& document) { return Surveyor(document).run(); }

const std::vector<IndexTerm>& Survey::index(const std::string& name) const {
  static const std::vector<IndexTerm> kEmpty;
  const auto found = indexes_.find(name);
  return found == indexes_.end() ? kEmpty : found->second;
}

const std::string& Survey::anchor_of(const void* heading_or_group) const {
  const auto found = anchors_.find(heading_or_group);
  return found == anchors_.end() ? kNone : found->second;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\t' || c == '\n' || c == '\r') {
      out += ' ';
    } else if (byte >= 0x20 && byte != 0x7f) {
      out += c;
    }
  }
  return out;
}

}  // namespace daybreak::doc
