// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/html_edition.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include "base/base64.hpp"
#include "doc/survey.hpp"

namespace daybreak::doc {
namespace {

// The look of the standalone file. Allowed by its hash in the content security policy.
constexpr std::string_view kStyle = R"css(
:root{color-scheme:light}
body{font:1rem/1.5 "Noto Sans","Public Sans",Arial,sans-serif;color:#1b1b1b;max-width:46rem;margin:0 auto;padding:1rem}
h1,h2,h3,h4,h5,h6{color:#162e51;line-height:1.25;margin:1.6em 0 .4em}
a{color:#004c8a}
a:focus{outline:.25rem solid #2491ff}
table{border-collapse:collapse;margin:1rem 0}
caption{text-align:start;font-weight:bold}
th,td{border:1px solid #8c949e;padding:.3rem .6rem;text-align:start;vertical-align:top}
th{background:#f0f3f7}
figure{margin:1rem 0}
svg,img{max-width:100%;height:auto}
blockquote{border-inline-start:.3rem solid #8c949e;margin-inline:0;padding-inline-start:1rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
p,li,td{overflow-wrap:anywhere}
.lead{font-size:1.2rem}.small{font-size:.875rem}.huge{font-size:2rem;font-weight:bold}
.center{text-align:center}.end{text-align:end}
.group{break-inside:avoid}
.box,.shaded,.card{border:1px solid #8c949e;padding:.75rem 1rem;margin:1rem 0}
.shaded{background:#f0f3f7}
.rule{border-top:1px solid #8c949e;padding-top:.5rem;margin-top:1rem}
.side{float:inline-end;margin:0 0 .5rem 1rem;max-width:8rem}
.group::after{content:"";display:block;clear:both}
.columns{columns:16rem auto}
.plain,.checkbox{list-style:none;padding-inline-start:0}
.checkbox>li::before{content:"\2610\00a0"}
.fill-in{border-bottom:1px solid;display:inline-block;min-width:12rem}
.index ul{list-style:none;padding-inline-start:1rem}
@media print{.page-break{break-before:page}h1,h2,h3{break-after:avoid}body{max-width:none}}
)css";

class HtmlWriter {
 public:
  HtmlWriter(const Document& document, const Survey& survey, int heading_offset)
      : document_(document), survey_(survey), heading_offset_(heading_offset) {}

  Result<std::string> body() {
    TRY(write(document_.blocks));
    write_notes();
    return std::move(out_);
  }

 private:
  Result<void> write(const Blocks& blocks) {
    for (const Block& block : blocks) {
      TRY(std::visit([&](const auto& kind) { return write(kind); }, block.content));
    }
    return {};
  }

  void write(const Inlines& inlines) {
    for (const Inline& part : inlines) write(part);
  }

  void write(const Inline& part) {
    switch (part.kind) {
      case Inline::Kind::kLineBreak:
        out_ += "<br>";
        return;
      case Inline::Kind::kFootnote:
        notes_.push_back(&part.note);
        out_ += fmt::format(
            "<sup><a id=\"note-{0}-from\" href=\"#note-{0}\" role=\"doc-noteref\">{0}</a></sup>",
            notes_.size());
        return;
      case Inline::Kind::kFillIn:
        out_ += fmt::format("<span class=\"fill-in\" role=\"img\" aria-label=\"{}: {}\"></span>",
                            escape_html(part.text), escape_html(document_.words.blank));
        return;
      case Inline::Kind::kText:
      case Inline::Kind::kPageReference:
        break;
    }
    std::string after;
    const auto open = [&](std::string tag, std::string_view name) {
      out_ += tag;
      after = fmt::format("</{}>", name) + after;
    };
    if (!part.link.empty() && is_safe_link(part.link)) {
      open(fmt::format("<a href=\"{}\">", escape_html(part.link)), "a");
    }
    if (!part.language.empty()) {
      open(fmt::format("<span lang=\"{}\">", escape_html(part.language)), "span");
    }
    if (part.bold) open("<strong>", "strong");
    if (part.italic) open("<em>", "em");
    if (part.code) open("<code>", "code");
    out_ += escape_html(part.text) + after;
  }

  static std::string class_of(std::vector<std::string_view> names) {
    std::string joined;
    for (std::string_view name : names) {
      if (name.empty()) continue;
      joined += (joined.empty() ? "" : " ") + std::string(name);
    }
    return joined.empty() ? "" : fmt::format(" class=\"{}\"", joined);
  }
  static std::string_view name_of(Alignment alignment) {
    constexpr std::string_view kNames[] = {"", "center", "end"};
    return kNames[static_cast<int>(alignment)];
  }
  static std::string id_of(const std::string& anchor) {
    return anchor.empty() ? "" : fmt::format(" id=\"{}\"", escape_html(anchor));
  }

  Result<void> write(const Heading& heading) {
    const int level = std::clamp(heading.level + heading_offset_, 1, 6);
    out_ += fmt::format("<h{}{}{}>", level, id_of(survey_.anchor_of(&heading)),
                        class_of({name_of(heading.alignment)}));
    write(heading.content);
    out_ += fmt::format("</h{}>\n", level);
    return {};
  }

  Result<void> write(const Paragraph& paragraph) {
    using Style = Paragraph::Style;
    const std::string_view wrap = paragraph.style == Style::kQuote  ? "blockquote"
                                  : paragraph.style == Style::kCode ? "pre"
                                                                    : "p";
    const std::string_view name = paragraph.style == Style::kLead    ? "lead"
                                  : paragraph.style == Style::kSmall ? "small"
                                  : paragraph.style == Style::kHuge  ? "huge"
                                                                     : "";
    out_ += fmt::format("<{}{}>", wrap, class_of({name, name_of(paragraph.alignment)}));
    write(paragraph.content);
    out_ += fmt::format("</{}>\n", wrap);
    return {};
  }

  Result<void> write(const List& list) {
    const bool numbered = list.kind == List::Kind::kNumber;
    const std::string_view name = list.kind == List::Kind::kPlain      ? "plain"
                                  : list.kind == List::Kind::kCheckbox ? "checkbox"
                                                                       : "";
    out_ += numbered && list.start != 1 ? fmt::format("<ol start=\"{}\">\n", list.start)
            : numbered                  ? std::string("<ol>\n")
                                        : fmt::format("<ul{}>\n", class_of({name}));
    for (const ListItem& item : list.items) {
      out_ += "<li>";
      // A single paragraph needs no <p> of its own.
      const auto* only =
          item.blocks.size() == 1 ? std::get_if<Paragraph>(&item.blocks[0].content) : nullptr;
      if (only && only->style == Paragraph::Style::kBody) {
        write(only->content);
      } else {
        TRY(write(item.blocks));
      }
      out_ += "</li>\n";
    }
    out_ += numbered ? "</ol>\n" : "</ul>\n";
    return {};
  }

  void write_row(const TableRow& row, bool header) {
    out_ += "<tr>";
    for (const TableCell& cell : row.cells) {
      const auto kind = header ? TableCell::Kind::kColumnHeader : cell.kind;
      const bool is_header = kind != TableCell::Kind::kData;
      out_ += is_header ? "<th" : "<td";
      if (is_header) {
        out_ += kind == TableCell::Kind::kRowHeader ? " scope=\"row\"" : " scope=\"col\"";
      }
      if (cell.columns > 1) out_ += fmt::format(" colspan=\"{}\"", cell.columns);
      out_ += class_of({name_of(cell.alignment)}) + ">";
      write(cell.content);
      out_ += is_header ? "</th>" : "</td>";
    }
    out_ += "</tr>\n";
  }

  Result<void> write(const Table& table) {
    out_ += "<table>\n";
    if (!table.caption.empty()) {
      out_ += "<caption>";
      write(table.caption);
      out_ += "</caption>\n";
    }
    if (!table.header.empty()) {
      out_ += "<thead>\n";
      for (const TableRow& row : table.header) write_row(row, true);
      out_ += "</thead>\n";
    }
    out_ += "<tbody>\n";
    for (const TableRow& row : table.rows) write_row(row, false);
    out_ += "</tbody>\n</table>\n";
    return {};
  }

  Result<void> write(const Figure& figure) { return write_figure(figure, ""); }
  Result<void> write_figure(const Figure& figure, std::string_view extra) {
    out_ += fmt::format("<figure{}>", class_of({extra, name_of(figure.alignment)}));
    out_ += TRY(to_svg(figure.picture, figure.alternative));
    if (!figure.caption.empty()) {
      out_ += "<figcaption>";
      write(figure.caption);
      out_ += "</figcaption>";
    }
    out_ += "</figure>\n";
    return {};
  }

  Result<void> write(const Group& group) {
    constexpr std::string_view kFrames[] = {"", "box", "shaded", "rule"};
    out_ += fmt::format("<div{}{}>\n", id_of(survey_.anchor_of(&group)),
                        class_of({"group", kFrames[static_cast<int>(group.frame)]}));
    if (group.side) TRY(write_figure(*group.side, "side"));
    TRY(write(group.blocks));
    out_ += "</div>\n";
    return {};
  }
  Result<void> write(const Columns& columns) {
    out_ += "<div class=\"columns\">\n";
    TRY(write(columns.blocks));
    out_ += "</div>\n";
    return {};
  }
  // On a screen one card is enough.
  Result<void> write(const CardSheet& sheet) {
    out_ += "<div class=\"card\">\n";
    TRY(write(sheet.card));
    out_ += "</div>\n";
    return {};
  }
  Result<void> write(const PageBreak&) {
    out_ += "<div class=\"page-break\"></div>\n";
    return {};
  }

  Result<void> write(const TableOfContents& contents) {
    int open = 0;
    for (const SurveyedHeading& heading : survey_.headings()) {
      if (!heading.in_contents || heading.level > contents.levels) continue;
      if (heading.level > open) {
        // A document may start its contents below level 1: open only one list then.
        out_ += open == 0 ? "<nav role=\"doc-toc\">\n<ul>\n" : "\n<ul>\n";
        depths_.push_back(heading.level);
      } else {
        while (depths_.size() > 1 && heading.level < depths_.back()) {
          out_ += "</li>\n</ul>\n";
          depths_.pop_back();
        }
        out_ += "</li>\n";
      }
      open = heading.level;
      out_ += fmt::format("<li><a href=\"#{}\">{}</a>", escape_html(heading.anchor),
                          escape_html(heading.words));
    }
    for (std::size_t i = 0; i < depths_.size(); ++i) out_ += "</li>\n</ul>\n";
    if (!depths_.empty()) out_ += "</nav>\n";
    depths_.clear();
    return {};
  }

  Result<void> write(const Index& index) {
    const auto& terms = survey_.index(index.name);
    if (terms.empty()) return {};
    out_ += "<div class=\"index\">\n<ul>\n";
    for (const IndexTerm& term : terms) {
      out_ += "<li>" + escape_html(term.term) + "\n<ul>\n";
      for (const IndexTarget& target : term.targets) {
        out_ += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", escape_html(target.anchor),
                            escape_html(target.words.empty() ? term.term : target.words));
      }
      out_ += "</ul>\n</li>\n";
    }
    out_ += "</ul>\n</div>\n";
    return {};
  }

  void write_notes() {
    if (notes_.empty()) return;
    out_ += fmt::format("<section role=\"doc-endnotes\" aria-label=\"{}\">\n<ol>\n",
                        escape_html(document_.words.footnotes));
    // A note may hold notes: the list grows while it is written.
    for (std::size_t i = 0; i < notes_.size(); ++i) {
      out_ += fmt::format("<li id=\"note-{}\">", i + 1);
      write(*notes_[i]);
      out_ += fmt::format(
          " <a href=\"#note-{0}-from\" role=\"doc-backlink\" aria-label=\"{1} {0}\">↩</a></li>\n",
          i + 1, escape_html(document_.words.back_to_text));
    }
    out_ += "</ol>\n</section>\n";
  }

  const Document& document_;
  const Survey& survey_;
  int heading_offset_;
  std::string out_;
  std::vector<const Inlines*> notes_;
  std::vector<int> depths_;
};

std::string style_hash() {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(kStyle.data()), kStyle.size(), digest);
  return to_base64({reinterpret_cast<const char*>(digest), sizeof digest});
}

}  // namespace

Result<std::string> to_html_fragment(const Document& document, int heading_offset) {
  const Survey survey = TRY(Survey::of(document));
  return HtmlWriter(document, survey, heading_offset).body();
}

Result<std::string> to_html(const Document& document) {
  const std::string body = TRY(to_html_fragment(document));
  return fmt::format(
      "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</"
      "html>\n",
      escape_html(document.language), style_hash(), escape_html(document.title), kStyle, body);
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 || c == '\n' || c == '\t') out += c;
      }
    }
  }
  return out;
}

}  // namespace daybreak::doc
