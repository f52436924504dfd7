// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/plain_text.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "doc/survey.hpp"

namespace daybreak::doc {
namespace {

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

class TextWriter {
 public:
  TextWriter(const Document& document, int width)
      : document_(document), width_(static_cast<std::size_t>(std::max(20, width))) {
    if (auto survey = Survey::of(document)) survey_ = std::move(*survey);
  }

  std::string run() {
    write(document_.blocks);
    if (!notes_.empty()) {
      blank_line();
      for (std::size_t i = 0; i < notes_.size(); ++i) {
        wrap(fmt::format("[{}] {}", i + 1, words(*notes_[i])), "");
      }
    }
    return std::move(out_);
  }

 private:
  void blank_line() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
  }

  std::string words(const Inlines& inlines) {
    std::string line;
    for (const Inline& part : inlines) {
      switch (part.kind) {
        case Inline::Kind::kLineBreak:
          line += '\n';
          continue;
        case Inline::Kind::kFootnote:
          notes_.push_back(&part.note);
          line += fmt::format(" [{}]", notes_.size());
          continue;
        case Inline::Kind::kFillIn:
          line += "____________";
          continue;
        case Inline::Kind::kText:
        case Inline::Kind::kPageReference:
          break;
      }
      line += printable(part.text);
      if (is_safe_link(part.link) && !part.link.starts_with('#')) {
        const std::size_t colon = part.link.find(':');
        const bool same = part.link == part.text || part.link.substr(colon + 1) == part.text;
        if (!same && !part.link.starts_with("tel:")) line += " <" + part.link + ">";
      }
    }
    return line;
  }

  // Lines of at most width_ characters; those after the first start with as many spaces as `first`.
  void wrap(const std::string& paragraph, const std::string& first) {
    const std::string rest(characters(first), ' ');
    std::string prefix = first;
    for (std::string_view line : split(paragraph, '\n')) {
      std::string current = prefix;
      bool empty = true;
      for (std::string_view word : split(line, ' ')) {
        if (word.empty()) continue;
        if (!empty && characters(current) + 1 + characters(word) > width_) {
          out_ += current + '\n';
          current = rest;
          empty = true;
        }
        current += (empty ? "" : " ") + std::string(word);
        empty = false;
      }
      out_ += current + '\n';
      prefix = rest;
    }
  }

  void write(const Blocks& blocks) {
    for (const Block& block : blocks) {
      std::visit([&](const auto& kind) { write(kind); }, block.content);
    }
  }
  void write(const Heading& heading) {
    blank_line();
    const std::string line = words(heading.content);
    wrap(line, indent_);
    if (heading.level <= 2) {
      out_ +=
          indent_ + std::string(std::min(width_, characters(line)), heading.level == 1 ? '=' : '-');
      out_ += '\n';
    }
    blank_line();
  }
  void write(const Paragraph& paragraph) {
    wrap(words(paragraph.content),
         indent_ + (paragraph.style == Paragraph::Style::kQuote ? "> " : ""));
    if (!tight_) blank_line();
  }
  void write(const List& list) {
    int number = list.start;
    const std::string outer = indent_;
    const bool outer_tight = tight_;
    for (const ListItem& item : list.items) {
      std::string mark = list.kind == List::Kind::kNumber     ? fmt::format("{}. ", number++)
                         : list.kind == List::Kind::kCheckbox ? "[ ] "
                         : list.kind == List::Kind::kPlain    ? ""
                                                              : "- ";
      const std::size_t before = out_.size();
      indent_ = outer + std::string(mark.size(), ' ');
      tight_ = true;
      write(item.blocks);
      if (out_.size() >= before + indent_.size())
        out_.replace(before, indent_.size(), outer + mark);
    }
    indent_ = outer;
    tight_ = outer_tight;
    if (!tight_) blank_line();
  }
  // Read row by row: "heading: value" keeps sense at any width.
  void write(const Table& table) {
    if (!table.caption.empty()) wrap(words(table.caption), indent_);
    std::vector<std::string> names;
    if (!table.header.empty()) {
      for (const TableCell& cell : table.header.back().cells) names.push_back(words(cell.content));
    }
    for (const TableRow& row : table.rows) {
      std::string line;
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (!line.empty()) line += "; ";
        if (i < names.size() && !names[i].empty()) line += names[i] + ": ";
        line += words(row.cells[i].content);
      }
      wrap(line, indent_ + "- ");
    }
    blank_line();
  }
  void write(const Figure& figure) {
    if (!figure.alternative.empty()) wrap("[" + printable(figure.alternative) + "]", indent_);
    if (!figure.caption.empty()) wrap(words(figure.caption), indent_);
    blank_line();
  }
  void write(const Group& group) {
    blank_line();
    write(group.blocks);
    if (group.side) write(*group.side);
    blank_line();
  }
  void write(const Columns& columns) { write(columns.blocks); }
  void write(const CardSheet& sheet) { write(sheet.card); }
  void write(const PageBreak&) { blank_line(); }
  void write(const TableOfContents& contents) {
    for (const SurveyedHeading& heading : survey_.headings()) {
      if (!heading.in_contents || heading.level > contents.levels) continue;
      wrap(heading.words, indent_ + std::string(2 * (heading.level - 1), ' ') + "- ");
    }
    blank_line();
  }
  void write(const Index& index) {
    for (const IndexTerm& term : survey_.index(index.name)) {
      wrap(term.term, indent_);
      for (const IndexTarget& target : term.targets) {
        if (!target.words.empty()) wrap(target.words, indent_ + "  - ");
      }
    }
    blank_line();
  }

  const Document& document_;
  std::size_t width_;
  Survey survey_;
  std::string out_;
  std::string indent_;
  bool tight_ = false;
  std::vector<const Inlines*> notes_;
};

}  // namespace

std::string to_plain_text(const Document& document, int width) {
  return TextWriter(document, width).run();
}

}  // namespace daybreak::doc
