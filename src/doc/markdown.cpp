// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/markdown.hpp"

#include <algorithm>
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>
#include <fmt/format.h>
#include <memory>
#include <mutex>

#include "base/text.hpp"

namespace daybreak::doc {
namespace {

constexpr int kDeepest = 64;

std::string literal(cmark_node* node) {
  const char* words = cmark_node_get_literal(node);
  return words ? words : "";
}

// What surrounds a run of text.
struct Look {
  bool bold = false, italic = false;
  std::string link;
};

class Reader {
 public:
  explicit Reader(const MarkdownOptions& options) : options_(options) {}

  Result<Blocks> run(cmark_node* root) {
    for (cmark_node* node = cmark_node_first_child(root); node; node = cmark_node_next(node)) {
      if (cmark_node_get_type(node) == CMARK_NODE_FOOTNOTE_DEFINITION) definitions_.push_back(node);
    }
    return blocks(root, 0);
  }

 private:
  static bool is(cmark_node* node, const char* type) {
    return std::string_view(cmark_node_get_type_string(node)) == type;
  }

  Result<Blocks> blocks(cmark_node* parent, int depth) {
    if (depth > kDeepest) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("the text is nested deeper than {} levels", kDeepest),
                  fmt::format("line {}", cmark_node_get_start_line(parent)), "Use fewer levels.");
    }
    Blocks made;
    for (cmark_node* node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
      TRY(add_block(node, depth, made));
    }
    return made;
  }

  Result<void> add_block(cmark_node* node, int depth, Blocks& made) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_HEADING:
        made.push_back({Heading{
            .level = std::clamp(cmark_node_get_heading_level(node) + options_.heading_offset, 1, 6),
            .content = TRY(inlines(node))}});
        return {};
      case CMARK_NODE_PARAGRAPH:
        made.push_back({Paragraph{.content = TRY(inlines(node))}});
        return {};
      case CMARK_NODE_BLOCK_QUOTE:
        return add_quote(node, depth, made);
      case CMARK_NODE_LIST:
        return add_list(node, depth, made);
      case CMARK_NODE_CODE_BLOCK:
        made.push_back({code_block(literal(node))});
        return {};
      default:
        if (is(node, "table")) return add_table(node, made);
        return {};  // raw HTML, rules and footnote definitions leave nothing here
    }
  }

  Result<void> add_quote(cmark_node* node, int depth, Blocks& made) {
    for (Block& block : TRY(blocks(node, depth + 1))) {
      if (auto* paragraph = std::get_if<Paragraph>(&block.content)) {
        paragraph->style = Paragraph::Style::kQuote;
      }
      made.push_back(std::move(block));
    }
    return {};
  }

  Result<void> add_list(cmark_node* node, int depth, Blocks& made) {
    List list;
    if (cmark_node_get_list_type(node) == CMARK_ORDERED_LIST) {
      list.kind = List::Kind::kNumber;
      list.start = cmark_node_get_list_start(node);
    }
    for (cmark_node* item = cmark_node_first_child(node); item; item = cmark_node_next(item)) {
      if (is(item, "tasklist")) list.kind = List::Kind::kCheckbox;
      list.items.push_back({TRY(blocks(item, depth + 1))});
    }
    made.push_back({std::move(list)});
    return {};
  }

  static Paragraph code_block(const std::string& words) {
    Paragraph paragraph{.style = Paragraph::Style::kCode};
    for (std::string_view line : split(trim(words), '\n')) {
      if (!paragraph.content.empty()) paragraph.content.push_back(line_break());
      paragraph.content.push_back(text(std::string(line)));
    }
    return paragraph;
  }

  Result<void> add_table(cmark_node* node, Blocks& made) {
    Table table;
    const auto count = static_cast<std::size_t>(cmark_gfm_extensions_get_table_columns(node));
    const std::uint8_t* alignments = cmark_gfm_extensions_get_table_alignments(node);
    for (cmark_node* line = cmark_node_first_child(node); line; line = cmark_node_next(line)) {
      TableRow row;
      for (cmark_node* cell = cmark_node_first_child(line); cell; cell = cmark_node_next(cell)) {
        const std::uint8_t mark = row.cells.size() < count ? alignments[row.cells.size()] : 0;
        row.cells.push_back({.content = TRY(inlines(cell)),
                             .alignment = mark == 'c'   ? Alignment::kCenter
                                          : mark == 'r' ? Alignment::kEnd
                                                        : Alignment::kStart});
      }
      row.cells.resize(count);
      const bool header = cmark_gfm_extensions_get_table_row_is_header(line);
      (header ? table.header : table.rows).push_back(std::move(row));
    }
    made.push_back({std::move(table)});
    return {};
  }

  Result<Inlines> inlines(cmark_node* parent) {
    Inlines made;
    TRY(add_inlines(parent, {}, 0, made));
    return made;
  }

  Result<void> add_inlines(cmark_node* parent, const Look& look, int depth, Inlines& made) {
    if (depth > kDeepest) {
      return fail(ErrorKind::kInvalid, "emphasis or links are nested too deeply",
                  fmt::format("line {}", cmark_node_get_start_line(parent)));
    }
    for (cmark_node* node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
      TRY(add_inline(node, look, depth, made));
    }
    return {};
  }

  static void add_text(std::string words, const Look& look, bool is_code, Inlines& made) {
    made.push_back({.text = std::move(words),
                    .bold = look.bold,
                    .italic = look.italic,
                    .code = is_code,
                    .link = look.link});
  }

  Result<void> add_inline(cmark_node* node, Look look, int depth, Inlines& made) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_TEXT:
        add_text(literal(node), look, false, made);
        return {};
      case CMARK_NODE_CODE:
        add_text(literal(node), look, true, made);
        return {};
      case CMARK_NODE_SOFTBREAK:
        add_text(" ", look, false, made);
        return {};
      case CMARK_NODE_LINEBREAK:
        made.push_back(line_break());
        return {};
      case CMARK_NODE_EMPH:
        look.italic = true;
        break;
      case CMARK_NODE_STRONG:
        look.bold = true;
        break;
      case CMARK_NODE_LINK: {
        const char* target = cmark_node_get_url(node);
        // An anchor would have to exist in the whole document; Markdown knows only its own part.
        if (target && is_safe_link(target) && target[0] != '#') look.link = target;
        break;
      }
      case CMARK_NODE_FOOTNOTE_REFERENCE:
        return add_note(node, depth, made);
      case CMARK_NODE_HTML_INLINE:
        return {};
      default:
        break;  // images become their alternative text, strikethrough its words
    }
    return add_inlines(node, look, depth + 1, made);
  }

  // cmark writes a reference's number into it and puts the definitions, so numbered, at the end.
  Result<void> add_note(cmark_node* node, int depth, Inlines& made) {
    const auto number = static_cast<std::size_t>(to_integer(literal(node)).value_or(0));
    if (number < 1 || number > definitions_.size()) return {};
    cmark_node* definition = definitions_[number - 1];
    Inlines note;
    for (cmark_node* block = cmark_node_first_child(definition); block;
         block = cmark_node_next(block)) {
      if (!note.empty()) note.push_back(line_break());
      TRY(add_inlines(block, {}, depth + 1, note));
    }
    made.push_back(footnote(std::move(note)));
    return {};
  }

  const MarkdownOptions& options_;
  std::vector<cmark_node*> definitions_;
};

void register_extensions() {
  static std::once_flag once;
  std::call_once(once, cmark_gfm_core_extensions_ensure_registered);
}

}  // namespace

Result<Blocks> from_markdown(std::string_view markdown, const MarkdownOptions& options) {
  if (markdown.size() > options.maximum_bytes) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the text has {} bytes, {} are allowed", markdown.size(),
                            options.maximum_bytes),
                "text", "Shorten it or split it.");
  }
  if (!is_valid_utf8(markdown))
    return fail(ErrorKind::kInvalid, "the text is not valid UTF-8", "text");
  register_extensions();
  const std::unique_ptr<cmark_parser, void (*)(cmark_parser*)> parser(
      cmark_parser_new(CMARK_OPT_FOOTNOTES), cmark_parser_free);
  for (const char* extension : {"table", "strikethrough", "tasklist", "autolink"}) {
    cmark_parser_attach_syntax_extension(parser.get(), cmark_find_syntax_extension(extension));
  }
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  const std::unique_ptr<cmark_node, void (*)(cmark_node*)> root(cmark_parser_finish(parser.get()),
                                                                cmark_node_free);
  return Reader(options).run(root.get());
}

}  // namespace daybreak::doc
