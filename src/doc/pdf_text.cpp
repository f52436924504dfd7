// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf_text.hpp"

#include <fmt/format.h>

#include "doc/survey.hpp"

namespace daybreak::doc {
namespace {

double points(int pango_units) { return pango_units / double(PANGO_SCALE); }

using FontDescription = std::unique_ptr<PangoFontDescription, void (*)(PangoFontDescription*)>;
using Attributes = std::unique_ptr<PangoAttrList, void (*)(PangoAttrList*)>;

FontDescription font_of(const TextStyle& style) {
  FontDescription font(pango_font_description_new(), pango_font_description_free);
  pango_font_description_set_family_static(font.get(), style.mono ? kMonoFont : kTextFont);
  pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
  if (style.bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
  return font;
}

void add(PangoAttrList* list, PangoAttribute* attribute, int start, int end) {
  attribute->start_index = static_cast<guint>(start);
  attribute->end_index = static_cast<guint>(end);
  pango_attr_list_insert(list, attribute);
}

// Gathers the text, its attributes and its segments.
class Gatherer {
 public:
  Gatherer(const TextStyle& style, Structure& structure, int node,
           const Shaper::Callbacks& callbacks, ShapedText& text)
      : style_(style), structure_(structure), node_(node), callbacks_(callbacks), text_(text) {}

  void take(const Inline& part) {
    switch (part.kind) {
      case Inline::Kind::kLineBreak:
        append_plain("\u2028", part);
        return;
      case Inline::Kind::kFootnote:
        take_footnote(part);
        return;
      case Inline::Kind::kFillIn:
        take_fill_in(part);
        return;
      case Inline::Kind::kPageReference:
        take_linked(callbacks_.page_reference(part), part);
        return;
      case Inline::Kind::kText:
        break;
    }
    const std::string words = printable(part.text);
    if (words.empty()) return;
    if (is_safe_link(part.link)) {
      take_linked(words, part);
    } else if (!part.language.empty()) {
      const int span = child("Span");
      if (span != kArtifact) structure_[span].language = part.language;
      append(words, part, structure_.add_slot(span));
    } else {
      append_plain(words, part);
    }
  }

  const std::string& bytes() const { return bytes_; }
  PangoAttrList* attributes() const { return attributes_.get(); }

 private:
  int child(const char* type) {
    plain_slot_ = kUnset;
    return structure_.add(node_, type);
  }

  TextSegment& append(const std::string& words, const Inline& part, int slot) {
    const int start = static_cast<int>(bytes_.size());
    bytes_ += words;
    const int end = static_cast<int>(bytes_.size());
    if (part.bold) add(attributes_.get(), pango_attr_weight_new(PANGO_WEIGHT_BOLD), start, end);
    if (part.italic) add(attributes_.get(), pango_attr_style_new(PANGO_STYLE_ITALIC), start, end);
    if (part.code) {
      add(attributes_.get(), pango_attr_family_new(kMonoFont), start, end);
      add(attributes_.get(), pango_attr_scale_new(0.9), start, end);
    }
    if (!part.language.empty()) {
      add(attributes_.get(),
          pango_attr_language_new(pango_language_from_string(part.language.c_str())), start, end);
    }
    // The colour is never painted: it only makes Pango cut its runs where a segment ends.
    const auto number = static_cast<guint16>(text_.segments.size() + 1);
    add(attributes_.get(), pango_attr_foreground_new(number, 0, 0), start, end);
    text_.segments.push_back(
        {.start = start, .end = end, .slot = slot, .words = words, .ink = style_.ink});
    return text_.segments.back();
  }

  void append_plain(const std::string& words, const Inline& part) {
    if (plain_slot_ == kUnset) plain_slot_ = structure_.add_slot(node_);
    append(words, part, plain_slot_);
  }

  void take_linked(const std::string& words, const Inline& part) {
    const int link = child("Link");
    if (link != kArtifact && !part.language.empty()) structure_[link].language = part.language;
    TextSegment& segment = append(words, part, structure_.add_slot(link));
    segment.link = part.link;
    segment.link_node = link;
    segment.ink = style_.link_ink;
    segment.underlined = true;
  }

  void take_footnote(const Inline& part) {
    const int number = callbacks_.next_note();
    const int reference = child("Reference");
    const int link = structure_.add(reference, "Link");
    TextSegment& segment = append(fmt::format("{}", number), part, structure_.add_slot(link));
    segment.link = fmt::format("#note-{}", number);
    segment.link_node = link;
    segment.ink = style_.link_ink;
    add(attributes_.get(), pango_attr_rise_new(static_cast<int>(style_.size * 0.35 * PANGO_SCALE)),
        segment.start, segment.end);
    add(attributes_.get(), pango_attr_scale_new(0.65), segment.start, segment.end);
    text_.notes.push_back({segment.start, number, &part.note});
  }

  void take_fill_in(const Inline& part) {
    const int span = child("Span");
    if (span != kArtifact) structure_[span].alternative = printable(part.text);
    append(std::string(kBlankRule), part, structure_.add_slot(span));
  }

  static constexpr int kUnset = -2;
  const TextStyle& style_;
  Structure& structure_;
  int node_;
  const Shaper::Callbacks& callbacks_;
  ShapedText& text_;
  std::string bytes_;
  Attributes attributes_{pango_attr_list_new(), pango_attr_list_unref};
  int plain_slot_ = kUnset;
};

}  // namespace

Result<Shaper> Shaper::create(const std::string& language) {
  Shaper shaper;
  shaper.fonts_.reset(pango_cairo_font_map_new());
  pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(shaper.fonts_.get()), 72);
  shaper.context_.reset(pango_font_map_create_context(shaper.fonts_.get()));
  PangoContext* context = shaper.context_.get();
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(context, FALSE);
  pango_context_set_language(context, pango_language_from_string(language.c_str()));
  for (const bool mono : {false, true}) {
    const FontDescription wanted = font_of({.mono = mono});
    PangoFont* found = pango_context_load_font(context, wanted.get());
    FontDescription got(found ? pango_font_describe(found) : pango_font_description_new(),
                        pango_font_description_free);
    if (found) g_object_unref(found);
    const char* family = pango_font_description_get_family(got.get());
    const std::string name = mono ? kMonoFont : kTextFont;
    if (!family || name != family) {
      return fail(
          ErrorKind::kUnavailable, "the font \"" + name + "\" is not installed", "PDF",
          mono ? "Install the package fonts-dejavu-core." : "Install the package fonts-noto-core.");
    }
  }
  return shaper;
}

void Shaper::finish(ShapedText& text, const std::string& bytes, PangoAttrList* attributes,
                    const TextStyle& style, double width) {
  text.layout.reset(pango_layout_new(context_.get()));
  PangoLayout* layout = text.layout.get();
  pango_layout_set_text(layout, bytes.data(), static_cast<int>(bytes.size()));
  // A broken word gets no hyphen: a telephone number or address must stay what it is.
  add(attributes, pango_attr_insert_hyphens_new(FALSE), 0, G_MAXINT);
  pango_layout_set_attributes(layout, attributes);
  const FontDescription font = font_of(style);
  pango_layout_set_font_description(layout, font.get());
  if (width > 0) {
    pango_layout_set_width(layout, static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  }
  pango_layout_set_alignment(layout, style.alignment == Alignment::kCenter ? PANGO_ALIGN_CENTER
                                     : style.alignment == Alignment::kEnd  ? PANGO_ALIGN_RIGHT
                                                                           : PANGO_ALIGN_LEFT);
  std::unique_ptr<PangoLayoutIter, void (*)(PangoLayoutIter*)> iterator(
      pango_layout_get_iter(layout), pango_layout_iter_free);
  do {
    PangoRectangle logical;
    pango_layout_iter_get_line_extents(iterator.get(), nullptr, &logical);
    const double baseline = points(pango_layout_iter_get_baseline(iterator.get()) - logical.y);
    text.lines.push_back({.line = pango_layout_iter_get_line_readonly(iterator.get()),
                          .x = points(logical.x),
                          .width = points(logical.width),
                          .height = points(logical.height),
                          .baseline = baseline});
    text.height += text.lines.back().height;
  } while (pango_layout_iter_next_line(iterator.get()));
}

std::shared_ptr<ShapedText> Shaper::shape(const Inlines& inlines, const TextStyle& style,
                                          double width, Structure& structure, int node,
                                          const Callbacks& callbacks) {
  auto text = std::make_shared<ShapedText>();
  Gatherer gatherer(style, structure, node, callbacks, *text);
  for (const Inline& part : inlines) gatherer.take(part);
  finish(*text, gatherer.bytes(), gatherer.attributes(), style, width);
  return text;
}

std::shared_ptr<ShapedText> Shaper::shape_words(const std::string& words, const TextStyle& style,
                                                double width, int slot) {
  auto text = std::make_shared<ShapedText>();
  const std::string bytes = printable(words);
  text->segments.push_back({.start = 0,
                            .end = static_cast<int>(bytes.size()),
                            .slot = slot,
                            .words = bytes,
                            .ink = style.ink});
  const Attributes attributes(pango_attr_list_new(), pango_attr_list_unref);
  finish(*text, bytes, attributes.get(), style, width);
  return text;
}

}  // namespace daybreak::doc
