// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/docx_parts.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>
#include <memory>

#include "base/text.hpp"
#include "doc/survey.hpp"

namespace daybreak::doc {
namespace {

int half_points(double points) { return static_cast<int>(points * 2 + 0.5); }
int twentieths(double points) { return static_cast<int>(points * 20 + 0.5); }
std::string hex(Color color) {
  return fmt::format("{:02X}{:02X}{:02X}", color.red, color.green, color.blue);
}

std::string paragraph_style(std::string_view id, std::string_view name, std::string_view paragraph,
                            std::string_view run) {
  return fmt::format(
      "<w:style w:type=\"paragraph\" w:styleId=\"{0}\"><w:name w:val=\"{1}\"/>"
      "<w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>{2}</w:pPr><w:rPr>{3}</w:rPr></w:style>\n",
      id, name, paragraph, run);
}

std::string heading_styles(const PageSetup& setup) {
  std::string styles;
  for (int level = 1; level <= 6; ++level) {
    const double size = heading_size(setup, level, setup.base_size);
    styles += paragraph_style(
        fmt::format("Heading{}", level), fmt::format("heading {}", level),
        fmt::format(
            "<w:keepNext/><w:keepLines/><w:spacing w:before=\"{}\"/><w:outlineLvl w:val=\"{}\"/>",
            twentieths(0.95 * size), level - 1),
        fmt::format("<w:b/><w:color w:val=\"{}\"/><w:sz w:val=\"{}\"/>", hex(setup.heading_ink),
                    half_points(size)));
  }
  return styles;
}

std::string list_level(int level, std::string_view format, std::string_view text) {
  return fmt::format(
      "<w:lvl w:ilvl=\"{0}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{1}\"/><w:lvlText "
      "w:val=\"{2}\"/>"
      "<w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"{3}\" w:hanging=\"340\"/></w:pPr></w:lvl>",
      level, format, text, 340 * (level + 1));
}

std::string field(std::string_view instruction) {
  return fmt::format(
      "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {} "
      "</w:instrText></w:r><w:r><w:fldChar "
      "w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>"
      "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
      instruction);
}

std::string run_of(std::string_view text) {
  return fmt::format("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", escape_xml(text));
}

la_ssize_t append(archive*, void* closure, const void* bytes, size_t size) {
  static_cast<std::string*>(closure)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

}  // namespace

std::string escape_xml(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
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
      default:
        out += c;
    }
  }
  // U+FFFE and U+FFFF are valid UTF-8 and no XML characters.
  return replace_all(replace_all(out, "\xef\xbf\xbe", ""), "\xef\xbf\xbf", "");
}

std::string word_language(std::string_view language) {
  if (language == "en" || language == "es") return std::string(language) + "-US";
  return escape_xml(language);
}

std::string styles_part(const Document& document, const PageSetup& setup) {
  const double base = setup.base_size;
  std::string styles = fmt::format(
      "{}<w:styles {}>\n<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Noto Sans\" "
      "w:hAnsi=\"Noto Sans\" w:cs=\"Noto Sans\" w:eastAsia=\"Noto Sans\"/><w:color w:val=\"{}\"/>"
      "<w:kern w:val=\"1\"/><w:sz w:val=\"{}\"/><w:szCs w:val=\"{}\"/><w:lang "
      "w:val=\"{}\"/></w:rPr></w:rPrDefault>"
      "<w:pPrDefault><w:pPr><w:widowControl/><w:suppressAutoHyphens/><w:spacing w:before=\"0\" "
      "w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>\n",
      kXmlHeader, kWordNamespaces, hex(setup.ink), half_points(base), half_points(base),
      word_language(document.language));
  styles += fmt::format(
      "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name "
      "w:val=\"Normal\"/>"
      "<w:qFormat/></w:style>\n<w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name "
      "w:val=\"Hyperlink\"/><w:rPr><w:color w:val=\"{}\"/><w:u "
      "w:val=\"single\"/></w:rPr></w:style>\n"
      "<w:style w:type=\"character\" w:styleId=\"FootnoteReference\"><w:name w:val=\"footnote "
      "reference\"/><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr></w:style>\n"
      "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal "
      "Table\"/><w:tblPr><w:tblCellMar><w:left w:w=\"70\" w:type=\"dxa\"/><w:right w:w=\"70\" "
      "w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>\n",
      hex(setup.link_ink));
  styles += heading_styles(setup);
  const auto spaced = [](double points) {
    return fmt::format("<w:spacing w:before=\"{}\"/>", twentieths(points));
  };
  const auto sized = [](double points) {
    return fmt::format("<w:sz w:val=\"{}\"/>", half_points(points));
  };
  styles += paragraph_style("BodyText", "Body Text", spaced(0.55 * base), "");
  styles += paragraph_style("Lead", "Lead", spaced(0.55 * base), sized(1.2 * base));
  styles += paragraph_style("Huge", "Huge", spaced(0.55 * base), "<w:b/>" + sized(2.4 * base));
  styles += paragraph_style("Small", "Small", spaced(0.4 * base), sized(setup.small_size));
  styles += paragraph_style(
      "Quote", "Quote",
      fmt::format(
          "<w:pBdr><w:left w:val=\"single\" w:sz=\"12\" w:space=\"8\" w:color=\"{}\"/></w:pBdr>"
          "<w:spacing w:before=\"{}\"/><w:ind w:left=\"340\"/>",
          hex(setup.rule), twentieths(0.55 * base)),
      "");
  styles += paragraph_style(
      "Code", "Code", spaced(0.55 * base),
      "<w:rFonts w:ascii=\"DejaVu Sans Mono\" w:hAnsi=\"DejaVu Sans Mono\"/>" + sized(0.9 * base));
  styles += paragraph_style("ListParagraph", "List Paragraph", spaced(0.15 * base), "");
  styles += paragraph_style("Caption", "caption", "<w:keepNext/>" + spaced(0.7 * base), "<w:b/>");
  styles += paragraph_style("TableText", "Table Text", "",
                            sized(std::max(setup.small_size, 0.92 * base)));
  styles += paragraph_style("FootnoteText", "footnote text", "", sized(setup.small_size));
  const std::string running = "<w:color w:val=\"4B525C\"/>" + sized(setup.small_size);
  styles += paragraph_style("Header", "header", "", running);
  styles += paragraph_style("Footer", "footer", "", running);
  const int right = twentieths(setup.width - setup.margin_start - setup.margin_end);
  for (int level = 1; level <= 6; ++level) {
    styles += paragraph_style(
        fmt::format("TOC{}", level), fmt::format("toc {}", level),
        fmt::format("<w:tabs><w:tab w:val=\"right\" w:leader=\"dot\" w:pos=\"{}\"/></w:tabs>"
                    "<w:spacing w:before=\"{}\"/><w:ind w:left=\"{}\"/>",
                    right, twentieths(0.3 * base), 300 * (level - 1)),
        "");
  }
  return styles + "</w:styles>\n";
}

std::string numbering_part(const std::vector<int>& starts) {
  std::string part = fmt::format("{}<w:numbering {}>\n", kXmlHeader, kWordNamespaces);
  const std::string_view texts[] = {"•", "☐", ""};
  for (int kind = 0; kind < 3; ++kind) {
    part += fmt::format(
        "<w:abstractNum w:abstractNumId=\"{}\"><w:multiLevelType w:val=\"multilevel\"/>", kind);
    for (int level = 0; level < 9; ++level) {
      part += kind == 2 ? list_level(level, "decimal", fmt::format("%{}.", level + 1))
                        : list_level(level, "bullet", texts[kind]);
    }
    part += "</w:abstractNum>\n";
  }
  const auto number = [&part](int id, int kind, const std::string& extra) {
    part += fmt::format("<w:num w:numId=\"{}\"><w:abstractNumId w:val=\"{}\"/>{}</w:num>\n", id,
                        kind, extra);
  };
  number(kBulletList, 0, "");
  number(kCheckboxList, 1, "");
  for (std::size_t i = 0; i < starts.size(); ++i) {
    std::string restart;
    for (int level = 0; level < 9; ++level) {
      restart += fmt::format(
          "<w:lvlOverride w:ilvl=\"{}\"><w:startOverride w:val=\"{}\"/></w:lvlOverride>", level,
          starts[i]);
    }
    number(kFirstNumberedList + static_cast<int>(i), 2, restart);
  }
  return part + "</w:numbering>\n";
}

std::string settings_part(const Document& document) {
  return fmt::format(
      "{}<w:settings {}><w:autoHyphenation w:val=\"false\"/><w:footnotePr><w:footnote w:id=\"-1\"/>"
      "<w:footnote w:id=\"0\"/></w:footnotePr><w:compat><w:compatSetting "
      "w:name=\"compatibilityMode\" "
      "w:uri=\"http://schemas.microsoft.com/office/word\" "
      "w:val=\"15\"/></w:compat><w:themeFontLang "
      "w:val=\"{}\"/></w:settings>\n",
      kXmlHeader, kWordNamespaces, word_language(document.language));
}

std::string core_properties_part(const Document& document) {
  const std::string date = format_date(document.date) + "T00:00:00Z";
  return fmt::format(
      "{}<cp:coreProperties "
      "xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-"
      "properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
      "xmlns:dcterms=\"http://purl.org/dc/"
      "terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title>"
      "<dc:subject>{}</dc:subject><dc:creator>{}</dc:creator><dc:language>{}</dc:language>"
      "<dcterms:created xsi:type=\"dcterms:W3CDTF\">{}</dcterms:created><dcterms:modified "
      "xsi:type=\"dcterms:W3CDTF\">{}</dcterms:modified></cp:coreProperties>\n",
      kXmlHeader, escape_xml(document.title), escape_xml(document.subject),
      escape_xml(document.publisher), word_language(document.language), date, date);
}

std::string content_types_part(std::size_t pictures) {
  std::string part = fmt::format(
      "{}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
      "Extension=\"rels\" "
      "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>",
      kXmlHeader);
  if (pictures > 0) part += "<Default Extension=\"png\" ContentType=\"image/png\"/>";
  const auto add = [&part](std::string_view name, std::string_view type) {
    part += fmt::format(
        "<Override PartName=\"/{}\" ContentType=\"application/vnd.openxmlformats-{}+xml\"/>", name,
        type);
  };
  add("word/document.xml", "officedocument.wordprocessingml.document.main");
  for (std::string_view name :
       {"styles", "numbering", "settings", "footnotes", "header", "footer"}) {
    add(fmt::format("word/{}.xml", name), fmt::format("officedocument.wordprocessingml.{}", name));
  }
  add("docProps/core.xml", "package.core-properties");
  return part + "</Types>\n";
}

std::string running_part(const Document& document, const PageSetup& setup,
                         std::string_view wanted) {
  const bool header = wanted == "header";
  std::string content = run_of(header ? document.running_head : document.running_foot);
  if (!header && document.page_numbers) {
    content += "<w:r><w:tab/></w:r>";
    const std::string& words = document.words.page_of;
    for (std::size_t at = 0; at < words.size();) {
      const std::size_t brace = words.find('{', at);
      content += run_of(words.substr(at, brace == std::string::npos ? brace : brace - at));
      if (brace == std::string::npos) break;
      const bool all = words.compare(brace, 7, "{pages}") == 0;
      content += field(all ? "NUMPAGES" : "PAGE");
      at = words.find('}', brace);
      at = at == std::string::npos ? words.size() : at + 1;
    }
  }
  const std::string_view tag = header ? "hdr" : "ftr";
  return fmt::format(
      "{0}<w:{1} {2}><w:p><w:pPr><w:pStyle w:val=\"{3}\"/><w:tabs><w:tab w:val=\"right\" "
      "w:pos=\"{4}\"/></w:tabs></w:pPr>{5}</w:p></w:{1}>\n",
      kXmlHeader, tag, kWordNamespaces, header ? "Header" : "Footer",
      twentieths(setup.width - setup.margin_start - setup.margin_end), content);
}

Result<std::string> zip_parts(const PackageParts& parts, Date date) {
  std::string bytes;
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), archive_write_free);
  archive_write_set_format_zip(writer.get());
  archive_write_set_bytes_per_block(writer.get(), 0);
  const auto time = std::chrono::sys_days(date).time_since_epoch();
  bool fine = archive_write_open(writer.get(), &bytes, nullptr, append, nullptr) == ARCHIVE_OK;
  for (const auto& [name, content] : parts) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), std::chrono::seconds(time).count(), 0);
    fine = fine && archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK &&
           archive_write_data(writer.get(), content.data(), content.size()) ==
               static_cast<la_ssize_t>(content.size());
  }
  fine = fine && archive_write_close(writer.get()) == ARCHIVE_OK;
  if (!fine) return fail(ErrorKind::kInternal, "the DOCX package could not be written", "DOCX");
  return bytes;
}

}  // namespace daybreak::doc
