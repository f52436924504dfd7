// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/document.hpp"

#include "base/text.hpp"

namespace daybreak::doc {

Inline text(std::string words) { return {.text = std::move(words)}; }
Inline bold(std::string words) { return {.text = std::move(words), .bold = true}; }
Inline italic(std::string words) { return {.text = std::move(words), .italic = true}; }
Inline code(std::string words) { return {.text = std::move(words), .code = true}; }
Inline link(std::string words, std::string target) {
  return {.text = std::move(words), .link = std::move(target)};
}
Inline in_language(std::string language, std::string words) {
  return {.text = std::move(words), .language = std::move(language)};
}
Inline footnote(Inlines note) { return {.kind = Inline::Kind::kFootnote, .note = std::move(note)}; }
Inline page_reference(std::string words, std::string anchor) {
  return {.kind = Inline::Kind::kPageReference,
          .text = std::move(words),
          .link = "#" + std::move(anchor)};
}
Inline line_break() { return {.kind = Inline::Kind::kLineBreak}; }
Inline fill_in(std::string what) {
  return {.kind = Inline::Kind::kFillIn, .text = std::move(what)};
}

std::string words_of(const Inlines& inlines) {
  std::string words;
  for (const Inline& part : inlines) {
    if (part.kind == Inline::Kind::kLineBreak) {
      words += ' ';
    } else if (part.kind != Inline::Kind::kFootnote) {
      words += part.text;
    }
  }
  return words;
}

bool is_safe_link(std::string_view target) {
  for (unsigned char c : target) {
    if (c <= 0x20 || c == 0x7f || c == '"' || c == '<' || c == '>' || c == '\\') return false;
  }
  if (target.starts_with('#')) return target.size() > 1;
  const std::string lower = to_lower_ascii(target.substr(0, 8));
  for (std::string_view scheme : {"https://", "http://", "mailto:", "tel:"}) {
    if (lower.starts_with(scheme) && target.size() > scheme.size()) return true;
  }
  return false;
}

Words words_for(std::string_view language) {
  if (to_lower_ascii(language.substr(0, 2)) != "es") return {};
  return {.page_of = "Página {page} de {pages}",
          .page = "página",
          .footnotes = "Notas",
          .back_to_text = "volver al texto",
          .blank = "espacio para escribir"};
}

Block heading(int level, std::string words, std::string anchor) {
  return {
      Heading{.level = level, .content = {text(std::move(words))}, .anchor = std::move(anchor)}};
}
Block paragraph(std::string words) { return {Paragraph{.content = {text(std::move(words))}}}; }
Block paragraph(Inlines content, Paragraph::Style style) {
  return {Paragraph{.content = std::move(content), .style = style}};
}
Block bullets(std::vector<std::string> items) {
  List list;
  for (std::string& item : items) list.items.push_back({.blocks = {paragraph(std::move(item))}});
  return {std::move(list)};
}

}  // namespace daybreak::doc
