// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/docx.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "doc/docx_parts.hpp"
#include "doc/pdf_numbers.hpp"
#include "doc/survey.hpp"

namespace daybreak::doc {
namespace {

int twentieths(double points) { return static_cast<int>(points * 20 + 0.5); }
std::string hex(Color color) {
  return fmt::format("{:02X}{:02X}{:02X}", color.red, color.green, color.blue);
}
std::string_view justification(Alignment alignment) {
  constexpr std::string_view kNames[] = {"", "<w:jc w:val=\"center\"/>", "<w:jc w:val=\"right\"/>"};
  return kNames[static_cast<int>(alignment)];
}

class DocxWriter {
 public:
  DocxWriter(const Document& document, const PageSetup& setup, const Survey& survey,
             const std::map<std::string, int>& pages)
      : document_(document), setup_(setup), survey_(survey), pages_(pages) {}

  Result<std::string> run() {
    TRY(write(document_.blocks));
    if (break_page_) body_ += "<w:p/>";
    const std::string document =
        fmt::format("{}<w:document {}><w:body>\n{}{}</w:body></w:document>\n", kXmlHeader,
                    kWordNamespaces, body_, section(1, 0));
    PackageParts parts = {{"[Content_Types].xml", content_types_part(pictures_.size())},
                          {"_rels/.rels", package_relations()},
                          {"docProps/core.xml", core_properties_part(document_)},
                          {"word/document.xml", document},
                          {"word/_rels/document.xml.rels", document_relations()},
                          {"word/styles.xml", styles_part(document_, setup_)},
                          {"word/numbering.xml", numbering_part(starts_)},
                          {"word/settings.xml", settings_part(document_)},
                          {"word/footnotes.xml", footnotes_part()},
                          {"word/header.xml", running_part(document_, setup_, "header")},
                          {"word/footer.xml", running_part(document_, setup_, "footer")}};
    for (std::size_t i = 0; i < pictures_.size(); ++i) {
      parts.push_back({fmt::format("word/media/image{}.png", i + 1), std::move(pictures_[i])});
    }
    return zip_parts(parts, document_.date);
  }

 private:
  // Blocks
  // ------------------------------------------------------------------------------------------

  Result<void> write(std::span<const Block> blocks) {
    for (const Block& block : blocks) {
      TRY(std::visit([&](const auto& kind) { return write(kind); }, block.content));
      after_heading_ = std::holds_alternative<Heading>(block.content);
    }
    return {};
  }

  // What the PDF leaves above a paragraph; `wanted` is used up by the first.
  std::string space_above(double points) {
    if (next_above_) points = *std::exchange(next_above_, std::nullopt);
    return fmt::format("<w:spacing w:before=\"{}\"/>", twentieths(body_.empty() ? 0 : points));
  }

  // Everything that is a paragraph in the end. `more` holds properties that stand after numbering.
  void put_paragraph(std::string_view style, const std::string& runs, std::string_view more = "",
                     std::string_view numbering = "", bool keep_with_next = false) {
    std::string properties = fmt::format("<w:pStyle w:val=\"{}\"/>", style);
    if (keep_with_next || keep_) properties += "<w:keepNext/>";
    if (break_page_) properties += "<w:pageBreakBefore/>";
    break_page_ = false;
    properties += numbering;
    properties += border();
    properties += more;
    body_ += fmt::format("<w:p><w:pPr>{}</w:pPr>{}{}</w:p>\n", properties, take_bookmarks(), runs);
  }

  std::string border() {
    if (frame_ == Group::Frame::kNone) return {};
    const std::string color = hex(setup_.rule);
    const auto side = [&](std::string_view name) {
      return fmt::format("<w:{} w:val=\"single\" w:sz=\"4\" w:space=\"4\" w:color=\"{}\"/>", name,
                         color);
    };
    if (frame_ == Group::Frame::kRuleAbove) {
      frame_ = Group::Frame::kNone;  // above the first paragraph only
      return "<w:pBdr>" + side("top") + "</w:pBdr>";
    }
    std::string all =
        "<w:pBdr>" + side("top") + side("left") + side("bottom") + side("right") + "</w:pBdr>";
    if (frame_ == Group::Frame::kShadedBox) {
      all +=
          fmt::format("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{}\"/>", hex(setup_.shade));
    }
    return all;
  }

  Result<void> write(const Heading& heading) {
    add_bookmark(survey_.anchor_of(&heading));
    const double size = heading_size(setup_, heading.level, setup_.base_size);
    const std::string above = space_above((after_heading_ ? 0.45 : 0.95) * size);
    put_paragraph(fmt::format("Heading{}", heading.level), runs(heading.content),
                  above + std::string(justification(heading.alignment)));
    return {};
  }

  Result<void> write(const Paragraph& paragraph) {
    constexpr std::string_view kStyles[] = {"BodyText", "Lead", "Small", "Quote", "Code", "Huge"};
    const auto style = kStyles[static_cast<int>(paragraph.style)];
    const bool in_list = list_depth_ > 0 && paragraph.style == Paragraph::Style::kBody;
    const double base = setup_.base_size;
    const std::string above = space_above((list_depth_ > 0  ? 0.15
                                           : after_heading_ ? 0.25
                                                            : 0.55) *
                                          base);
    std::string numbering, indent;
    if (list_depth_ > 0) {
      const int hanging = item_mark_.empty() ? 0 : twentieths(item_indent_);
      numbering = std::exchange(item_mark_, {});
      indent = fmt::format("<w:ind w:left=\"{}\" w:hanging=\"{}\"/>", twentieths(indent_), hanging);
    }
    put_paragraph(in_list ? "ListParagraph" : style, runs(paragraph.content),
                  above + indent + std::string(justification(paragraph.alignment)), numbering,
                  paragraph.keep_with_next);
    return {};
  }

  Result<void> write(const List& list) {
    int id = 0;
    if (list.kind == List::Kind::kBullet) id = kBulletList;
    if (list.kind == List::Kind::kCheckbox) id = kCheckboxList;
    if (list.kind == List::Kind::kNumber) {
      id = kFirstNumberedList + static_cast<int>(starts_.size());
      starts_.push_back(list.start);
    }
    const double own = (id == 0                            ? 0
                        : list.kind == List::Kind::kNumber ? 1.9
                                                           : 1.4) *
                       setup_.base_size;
    if (!next_above_)
      next_above_ = (list_depth_ > 0 ? 0.15 : after_heading_ ? 0.25 : 0.45) * setup_.base_size;
    ++list_depth_;
    indent_ += own;
    for (const ListItem& item : list.items) {
      item_indent_ = own;
      after_heading_ = false;
      const int level = std::min(8, list_depth_ - 1);
      item_mark_ =
          id == 0 ? std::string()
                  : fmt::format("<w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"{}\"/></w:numPr>",
                                level, id);
      TRY(write(item.blocks));
      item_mark_.clear();
    }
    next_above_.reset();
    indent_ -= own;
    --list_depth_;
    return {};
  }

  void write_row(const TableRow& row, bool header, const std::vector<double>& widths) {
    body_ += header ? "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" : "<w:tr>";
    std::size_t column = 0;
    for (const TableCell& cell : row.cells) {
      double width = 0;
      for (int i = 0; i < std::max(1, cell.columns) && column < widths.size(); ++i)
        width += widths[column++];
      body_ += fmt::format("<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/>", twentieths(width));
      if (cell.columns > 1) body_ += fmt::format("<w:gridSpan w:val=\"{}\"/>", cell.columns);
      if (header)
        body_ += fmt::format("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{}\"/>",
                             hex(setup_.shade));
      body_ += "</w:tcPr>";
      Inlines content = cell.content;
      if (header || cell.kind != TableCell::Kind::kData) {
        for (Inline& part : content) part.bold = true;
      }
      put_paragraph("TableText", runs(content), justification(cell.alignment));
      body_ += "</w:tc>";
    }
    body_ += "</w:tr>\n";
  }

  Result<void> write(const Table& table) {
    if (!table.caption.empty()) put_paragraph("Caption", runs(table.caption));
    if (table.header.empty() && table.rows.empty()) return {};
    const double whole = setup_.width - setup_.margin_start - setup_.margin_end;
    std::size_t columns = 0;
    for (const TableCell& cell : (table.header.empty() ? table.rows : table.header)[0].cells) {
      columns += static_cast<std::size_t>(std::max(1, cell.columns));
    }
    std::vector<double> widths =
        table.widths.empty() ? std::vector<double>(columns, 1) : table.widths;
    double sum = 0;
    for (const double width : widths) sum += width;
    body_ += "<w:tbl><w:tblPr><w:tblW w:w=\"" + fmt::format("{}", twentieths(whole)) +
             "\" w:type=\"dxa\"/><w:tblBorders>";
    for (std::string_view side : {"top", "bottom", "insideH"}) {
      body_ += fmt::format("<w:{} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"{}\"/>", side,
                           hex(setup_.rule));
    }
    body_ += "</w:tblBorders><w:tblLook w:val=\"0020\" w:firstRow=\"1\"/></w:tblPr><w:tblGrid>";
    for (double& width : widths) {
      width *= whole / sum;
      body_ += fmt::format("<w:gridCol w:w=\"{}\"/>", twentieths(width));
    }
    body_ += "</w:tblGrid>\n";
    for (const TableRow& row : table.header) write_row(row, true, widths);
    for (const TableRow& row : table.rows) write_row(row, false, widths);
    body_ += "</w:tbl>\n";
    return {};
  }

  Result<void> write(const Figure& figure) {
    const Size own = TRY(size_of(figure.picture));
    const double most = setup_.width - setup_.margin_start - setup_.margin_end;
    const double width = std::min(most, figure.width > 0 ? figure.width : own.width);
    const double height = width * own.height / own.width;
    pictures_.push_back(
        TRY(to_png(figure.picture, std::clamp(static_cast<int>(width * 4), 64, 2400))));
    const auto number = pictures_.size();
    const long long x = static_cast<long long>(width * 12700),
                    y = static_cast<long long>(height * 12700);
    const std::string words = escape_xml(figure.alternative);
    const std::string drawing = fmt::format(
        "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent "
        "cx=\"{0}\" cy=\"{1}\"/><wp:docPr id=\"{2}\" name=\"Picture {2}\" "
        "descr=\"{3}\"/><a:graphic>"
        "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>"
        "<pic:nvPicPr><pic:cNvPr id=\"{2}\" name=\"Picture {2}\" "
        "descr=\"{3}\"/><pic:cNvPicPr/></pic:nvPicPr>"
        "<pic:blipFill><a:blip "
        "r:embed=\"image{2}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        "<pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{0}\" "
        "cy=\"{1}\"/></a:xfrm><a:prstGeom "
        "prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></"
        "wp:inline>"
        "</w:drawing></w:r>",
        x, y, number, words);
    put_paragraph("BodyText", drawing, justification(figure.alignment), "",
                  !figure.caption.empty());
    if (!figure.caption.empty())
      put_paragraph("Small", runs(figure.caption), justification(figure.alignment));
    return {};
  }

  Result<void> write(const Group& group) {
    add_bookmark(survey_.anchor_of(&group));
    const Group::Frame outer = frame_;
    frame_ = group.frame;
    // The line and the room below it are the border's: half a point and four.
    if (frame_ == Group::Frame::kRuleAbove) next_above_ = 1.2 * setup_.base_size - 4.5;
    if (frame_ == Group::Frame::kBox || frame_ == Group::Frame::kShadedBox)
      next_above_ = 0.8 * setup_.base_size;
    const bool outer_keep = keep_;
    for (const Block& block : group.blocks) {
      keep_ = outer_keep || (group.keep_together && &block != &group.blocks.back());
      TRY(write(std::span(&block, 1)));
    }
    keep_ = outer_keep;
    if (group.side) TRY(write(*group.side));
    frame_ = outer;
    after_heading_ = false;
    return {};
  }

  Result<void> write(const Columns& columns) {
    end_section(section(1, 0));
    TRY(write(columns.blocks));
    end_section(section(columns.count, columns.gap));
    return {};
  }

  Result<void> write(const CardSheet& sheet) {
    const double whole = setup_.width - setup_.margin_start - setup_.margin_end;
    const int across = std::max(1, static_cast<int>((whole + 0.5) / sheet.width));
    put_paragraph("BodyText", "");
    body_ += "<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/><w:tblBorders>";
    for (std::string_view side : {"top", "left", "bottom", "right", "insideH", "insideV"}) {
      body_ += fmt::format("<w:{} w:val=\"dashed\" w:sz=\"4\" w:space=\"0\" w:color=\"{}\"/>", side,
                           hex(setup_.rule));
    }
    body_ += "</w:tblBorders></w:tblPr><w:tblGrid>";
    for (int i = 0; i < across; ++i)
      body_ += fmt::format("<w:gridCol w:w=\"{}\"/>", twentieths(sheet.width));
    body_ += "</w:tblGrid>\n";
    for (int done = 0; done < sheet.count; done += across) {
      body_ += fmt::format(
          "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"{}\" w:hRule=\"exact\"/></w:trPr>",
          twentieths(sheet.height));
      for (int column = 0; column < across; ++column) {
        body_ += fmt::format("<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/></w:tcPr>",
                             twentieths(sheet.width));
        if (done + column < sheet.count) TRY(write(sheet.card));
        if (!body_.ends_with("</w:p>\n")) body_ += "<w:p/>";
        body_ += "</w:tc>";
      }
      body_ += "</w:tr>\n";
    }
    body_ += "</w:tbl>\n";
    return {};
  }

  Result<void> write(const PageBreak&) {
    break_page_ = true;
    return {};
  }

  std::string page_field(const std::string& anchor) {
    const auto page = pages_.find(anchor);
    return fmt::format(
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> "
        "PAGEREF {} "
        "\\h </w:instrText></w:r><w:r><w:fldChar "
        "w:fldCharType=\"separate\"/></w:r><w:r><w:t>{}</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
        bookmark_of(anchor), page == pages_.end() ? 1 : page->second);
  }

  void put_reference(std::string_view style, const std::string& words, const std::string& anchor) {
    put_paragraph(
        style,
        fmt::format("<w:hyperlink w:anchor=\"{}\" w:history=\"1\"><w:r><w:t "
                    "xml:space=\"preserve\">{}</w:t></w:r><w:r><w:tab/></w:r>{}</w:hyperlink>",
                    bookmark_of(anchor), escape_xml(words), page_field(anchor)));
  }

  Result<void> write(const TableOfContents& contents) {
    for (const SurveyedHeading& heading : survey_.headings()) {
      if (!heading.in_contents || heading.level > contents.levels) continue;
      put_reference(fmt::format("TOC{}", heading.level), heading.words, heading.anchor);
    }
    return {};
  }

  Result<void> write(const Index& index) {
    for (const IndexTerm& term : survey_.index(index.name)) {
      put_paragraph("BodyText", runs({bold(term.term)}), "", "", true);
      for (const IndexTarget& target : term.targets) {
        put_paragraph("BodyText",
                      fmt::format("<w:hyperlink w:anchor=\"{}\" w:history=\"1\">{}</w:hyperlink>"
                                  "<w:r><w:t xml:space=\"preserve\">, </w:t></w:r>{}",
                                  bookmark_of(target.anchor),
                                  runs({text(target.words.empty() ? term.term : target.words)}),
                                  page_field(target.anchor)),
                      "<w:spacing w:before=\"20\"/><w:ind w:left=\"200\"/>");
      }
    }
    return {};
  }

  // Runs
  // --------------------------------------------------------------------------------------------

  std::string runs(const Inlines& inlines) {
    std::string out;
    for (const Inline& part : inlines) out += run(part);
    return out;
  }

  std::string run(const Inline& part) {
    switch (part.kind) {
      case Inline::Kind::kLineBreak:
        return "<w:r><w:br/></w:r>";
      case Inline::Kind::kFootnote:
        notes_.push_back(&part.note);
        return fmt::format(
            "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteReference "
            "w:id=\"{}\"/></w:r>",
            notes_.size());
      case Inline::Kind::kFillIn:
        return fmt::format("<w:r><w:t>{}</w:t></w:r>", kBlankRule);
      case Inline::Kind::kText:
      case Inline::Kind::kPageReference:
        break;
    }
    const bool linked = is_safe_link(part.link);
    std::string look = linked ? "<w:rStyle w:val=\"Hyperlink\"/>" : "";
    if (part.code) look += "<w:rFonts w:ascii=\"DejaVu Sans Mono\" w:hAnsi=\"DejaVu Sans Mono\"/>";
    if (part.bold) look += "<w:b/>";
    if (part.italic) look += "<w:i/>";
    if (!part.language.empty())
      look += fmt::format("<w:lang w:val=\"{}\"/>", word_language(part.language));
    const std::string words =
        fmt::format("<w:r><w:rPr>{}</w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>", look,
                    escape_xml(part.text));
    if (!linked) return words;
    if (!part.link.starts_with('#')) {
      links_.push_back(part.link);
      return fmt::format("<w:hyperlink r:id=\"link{}\" w:history=\"1\">{}</w:hyperlink>",
                         links_.size(), words);
    }
    const std::string anchor = part.link.substr(1);
    std::string inner = fmt::format("<w:hyperlink w:anchor=\"{}\" w:history=\"1\">{}</w:hyperlink>",
                                    bookmark_of(anchor), words);
    if (part.kind != Inline::Kind::kPageReference) return inner;
    return inner +
           fmt::format("<w:r><w:t xml:space=\"preserve\"> ({} </w:t></w:r>",
                       escape_xml(document_.words.page)) +
           page_field(anchor) + "<w:r><w:t>)</w:t></w:r>";
  }

  // Bookmark names are letters, digits and '_' only: anchors get numbers.
  std::string bookmark_of(const std::string& anchor) {
    const auto [found, fresh] = bookmarks_.try_emplace(anchor, bookmarks_.size() + 1);
    return fmt::format("a{}", found->second);
  }
  void add_bookmark(const std::string& anchor) {
    if (!anchor.empty()) waiting_.push_back(anchor);
  }
  std::string take_bookmarks() {
    std::string out;
    for (const std::string& anchor : waiting_) {
      const std::string name = bookmark_of(anchor);
      out +=
          fmt::format("<w:bookmarkStart w:id=\"{0}\" w:name=\"{1}\"/><w:bookmarkEnd w:id=\"{0}\"/>",
                      bookmarks_.at(anchor), name);
    }
    waiting_.clear();
    return out;
  }

  // Sections and the rest of the package
  // --------------------------------------------------------------

  // One running line, where the PDF paints it: Noto Sans needs 1.362 of its size.
  double running_height() const { return 1.362 * setup_.small_size; }
  double head_distance() const {
    return std::max(10.0, setup_.margin_top * 0.6 - running_height());
  }
  double foot_distance() const {
    return setup_.margin_bottom - running_height() -
           std::min(0.4 * setup_.margin_bottom, running_height());
  }

  std::string section(int columns, double gap) const {
    return fmt::format(
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"header\"/><w:footerReference "
        "w:type=\"default\" r:id=\"footer\"/><w:footerReference w:type=\"first\" "
        "r:id=\"footer\"/><w:type "
        "w:val=\"continuous\"/><w:pgSz w:w=\"{}\" w:h=\"{}\"/><w:pgMar w:top=\"{}\" w:right=\"{}\" "
        "w:bottom=\"{}\" w:left=\"{}\" w:header=\"{}\" w:footer=\"{}\" w:gutter=\"0\"/><w:cols "
        "w:num=\"{}\" "
        "w:space=\"{}\"/>{}</w:sectPr>",
        twentieths(setup_.width), twentieths(setup_.height), twentieths(setup_.margin_top),
        twentieths(setup_.margin_end), twentieths(setup_.margin_bottom),
        twentieths(setup_.margin_start), twentieths(head_distance()), twentieths(foot_distance()),
        columns, twentieths(gap), first_section_ ? "<w:titlePg/>" : "");
  }

  void end_section(const std::string& properties) {
    body_ += fmt::format(
        "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:spacing w:line=\"20\" "
        "w:lineRule=\"exact\"/>{}</w:pPr></w:p>\n",
        properties);
    first_section_ = false;
  }

  std::string footnotes_part() {
    std::string part = fmt::format(
        "{}<w:footnotes {}><w:footnote w:type=\"separator\" "
        "w:id=\"-1\"><w:p><w:r><w:separator/></w:r></w:p>"
        "</w:footnote><w:footnote w:type=\"continuationSeparator\" w:id=\"0\"><w:p><w:r>"
        "<w:continuationSeparator/></w:r></w:p></w:footnote>\n",
        kXmlHeader, kWordNamespaces);
    for (std::size_t i = 0; i < notes_.size(); ++i) {
      // Neither notes nor outside links can stand in this part: their words can.
      Inlines plain;
      for (const Inline& one : *notes_[i]) {
        if (one.kind != Inline::Kind::kFootnote) plain.push_back(one);
        if (!plain.empty()) plain.back().link.clear();
      }
      part += fmt::format(
          "<w:footnote w:id=\"{0}\"><w:p><w:pPr><w:pStyle w:val=\"FootnoteText\"/><w:ind "
          "w:left=\"{1}\" w:hanging=\"{1}\"/></w:pPr><w:r><w:footnoteRef/></w:r><w:r><w:tab/></w:r>"
          "{2}</w:p></w:footnote>\n",
          i + 1, twentieths(1.6 * setup_.small_size), runs(plain));
    }
    return part + "</w:footnotes>\n";
  }

  static std::string package_relations() {
    return std::string(kXmlHeader) +
           "<Relationships "
           "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
           "Id=\"document\" "
           "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
           "officeDocument\" Target=\"word/document.xml\"/><Relationship Id=\"core\" "
           "Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
           "core-properties\" "
           "Target=\"docProps/core.xml\"/></Relationships>\n";
  }

  std::string document_relations() const {
    std::string part =
        std::string(kXmlHeader) +
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
    const auto add = [&part](std::string_view id, std::string_view type, std::string_view target,
                             std::string_view mode = "") {
      part += fmt::format(
          "<Relationship Id=\"{}\" "
          "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}\" "
          "Target=\"{}\"{}/>",
          id, type, escape_xml(target), mode);
    };
    for (std::string_view name :
         {"styles", "numbering", "settings", "footnotes", "header", "footer"}) {
      add(name, name, fmt::format("{}.xml", name));
    }
    for (std::size_t i = 0; i < pictures_.size(); ++i) {
      add(fmt::format("image{}", i + 1), "image", fmt::format("media/image{}.png", i + 1));
    }
    for (std::size_t i = 0; i < links_.size(); ++i) {
      add(fmt::format("link{}", i + 1), "hyperlink", links_[i], " TargetMode=\"External\"");
    }
    return part + "</Relationships>\n";
  }

  const Document& document_;
  const PageSetup& setup_;
  const Survey& survey_;
  const std::map<std::string, int>& pages_;
  std::string body_;
  std::vector<std::string> pictures_, links_, waiting_;
  std::vector<const Inlines*> notes_;
  std::vector<int> starts_;
  std::map<std::string, std::size_t> bookmarks_;
  std::string item_mark_;
  Group::Frame frame_ = Group::Frame::kNone;
  int list_depth_ = 0;
  double indent_ = 0, item_indent_ = 0;  // of the list and its items, points
  std::optional<double> next_above_;     // what its first paragraph leaves above itself
  bool after_heading_ = false;
  bool break_page_ = false, keep_ = false, first_section_ = true;
};

}  // namespace

Result<std::string> to_docx(const Document& document, const PageSetup& setup) {
  const Survey survey = TRY(Survey::of(document));
  const std::map<std::string, int> pages = TRY(number_pages(document, setup));
  return DocxWriter(document, setup, survey, pages).run();
}

}  // namespace daybreak::doc
