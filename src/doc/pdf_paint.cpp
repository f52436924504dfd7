// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/pdf_paint.hpp"

#include <algorithm>
#include <cairo-pdf.h>
#include <fmt/format.h>

#include "base/text.hpp"

namespace daybreak::doc {
namespace {

cairo_status_t append(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

class PagePainter {
 public:
  PagePainter(const Document& document, const PageSetup& setup, Structure& structure,
              Shaper& shaper)
      : document_(document), setup_(setup), structure_(structure), shaper_(shaper) {}

  Result<Painted> run(const Pages& pages) {
    surface_.reset(
        cairo_pdf_surface_create_for_stream(append, &painted_.bytes, setup_.width, setup_.height));
    cairo_pdf_surface_restrict_to_version(surface_.get(), CAIRO_PDF_VERSION_1_5);
    const std::string date = format_date(document_.date) + "T00:00:00Z";
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, date.c_str());
    context_.reset(cairo_create(surface_.get()));
    for (std::size_t i = 0; i < pages.pages.size(); ++i) {
      page_ = static_cast<int>(i);
      marks_ = 0;
      TRY(paint(pages.pages[i]));
      paint_running(page_ + 1, static_cast<int>(pages.pages.size()));
      cairo_show_page(context_.get());
      painted_.marks.push_back(marks_);
    }
    context_.reset();
    cairo_surface_finish(surface_.get());
    if (const auto status = cairo_surface_status(surface_.get()); status != CAIRO_STATUS_SUCCESS) {
      return fail(ErrorKind::kInternal,
                  std::string("drawing failed: ") + cairo_status_to_string(status), "PDF");
    }
    return std::move(painted_);
  }

 private:
  cairo_t* context() { return context_.get(); }

  void set_color(Color color) {
    cairo_set_source_rgb(context(), color.red / 255.0, color.green / 255.0, color.blue / 255.0);
  }

  // Everything painted until the next call belongs to `slot`.
  void enter(int slot) {
    if (slot == slot_) return;
    if (slot_ != kArtifact) cairo_tag_end(context(), "P");
    slot_ = slot;
    if (slot == kArtifact) return;
    cairo_tag_begin(context(), "P", nullptr);
    structure_.slots[static_cast<std::size_t>(slot)].contents.push_back({page_, marks_++});
  }

  Result<void> paint(const Page& page) {
    for (const PlacedFrame& frame : page.frames) {
      if (frame.kind == Group::Frame::kShadedBox) {
        paint_box({frame.x, frame.y, frame.size, setup_.shade}, 0, 0);
      }
      paint_box({frame.x, frame.y, frame.size, setup_.rule, false}, 0, 0);
    }
    for (const PlacedPiece& placed : page.pieces) {
      for (const std::string& anchor : placed.piece->anchors) {
        painted_.destinations.emplace(
            anchor, Destination{page_, setup_.height - std::max(0.0, placed.y - 6)});
      }
      for (const Mark& mark : placed.piece->marks) {
        if (const auto* words = std::get_if<TextMark>(&mark)) {
          paint_line(*words, placed.x + words->x, placed.y + words->y);
        } else if (const auto* picture = std::get_if<PictureMark>(&mark)) {
          TRY(paint_picture(*picture, placed.x, placed.y));
        } else if (const auto* rule = std::get_if<RuleMark>(&mark)) {
          paint_rule(*rule, placed.x, placed.y);
        } else {
          paint_box(std::get<BoxMark>(mark), placed.x, placed.y);
        }
      }
    }
    if (page.notes_y > 0)
      paint_rule({setup_.margin_start, page.notes_y, 72, 0.6, setup_.rule}, 0, 0);
    enter(kArtifact);
    return {};
  }

  void paint_box(const BoxMark& box, double x, double y) {
    enter(kArtifact);
    set_color(box.fill);
    cairo_rectangle(context(), x + box.x, y + box.y, box.size.width, box.size.height);
    if (box.filled) {
      cairo_fill(context());
      return;
    }
    cairo_save(context());
    cairo_set_line_width(context(), 0.7);
    const double dashes[] = {4, 3};
    if (box.dashed) cairo_set_dash(context(), dashes, 2, 0);
    cairo_stroke(context());
    cairo_restore(context());
  }

  void paint_rule(const RuleMark& rule, double x, double y) {
    enter(kArtifact);
    cairo_save(context());
    set_color(rule.ink);
    cairo_set_line_width(context(), rule.thickness);
    const double dots[] = {0.8, 2.4};
    if (rule.dotted) cairo_set_dash(context(), dots, 2, 0);
    cairo_move_to(context(), x + rule.x, y + rule.y);
    cairo_line_to(context(), x + rule.x + rule.width, y + rule.y);
    cairo_stroke(context());
    cairo_restore(context());
  }

  Result<void> paint_picture(const PictureMark& mark, double x, double y) {
    enter(mark.slot);
    TRY(doc::paint(context(), *mark.picture, {x + mark.x, y + mark.y}, mark.size));
    enter(kArtifact);
    if (mark.node != kArtifact) {
      StructureNode& figure = structure_[mark.node];
      figure.page = page_;
      figure.box[0] = x + mark.x;
      figure.box[1] = setup_.height - (y + mark.y + mark.size.height);
      figure.box[2] = x + mark.x + mark.size.width;
      figure.box[3] = setup_.height - (y + mark.y);
    }
    return {};
  }

  struct Run {
    const PangoGlyphItem* item;
    double x, width;
    const TextSegment* segment;
  };

  static const TextSegment* segment_at(const ShapedText& text, int byte) {
    for (const TextSegment& segment : text.segments) {
      if (byte >= segment.start && byte < segment.end) return &segment;
    }
    return nullptr;
  }

  void paint_line(const TextMark& mark, double x, double y) {
    const TextLine& line = mark.text->lines[mark.line];
    std::vector<Run> runs;
    double at = x + line.x;
    for (GSList* node = line.line->runs; node; node = node->next) {
      const auto* item = static_cast<const PangoGlyphItem*>(node->data);
      const double width = pango_glyph_string_get_width(item->glyphs) / double(PANGO_SCALE);
      runs.push_back({item, at, width, segment_at(*mark.text, item->item->offset)});
      at += width;
    }
    // Marked content follows the order of reading, also where a line runs right to left.
    std::stable_sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) {
      return a.item->item->offset < b.item->item->offset;
    });
    for (const Run& run : runs) paint_run(mark, line, run, y);
  }

  void paint_run(const TextMark& mark, const TextLine& line, const Run& run, double y) {
    static const TextSegment kNone{.ink = {0, 0, 0}};
    const TextSegment& segment = run.segment ? *run.segment : kNone;
    enter(mark.artifact ? kArtifact : segment.slot);
    set_color(segment.ink);
    const double rise = run.item->y_offset / double(PANGO_SCALE);
    const double baseline = y + line.baseline - rise;
    if (segment.underlined) {
      cairo_rectangle(context(), run.x, baseline + 0.12 * line.height, run.width,
                      0.04 * line.height);
      cairo_fill(context());
    }
    cairo_move_to(context(), run.x, baseline);
    pango_cairo_show_glyph_item(context(), pango_layout_get_text(mark.text->layout.get()),
                                const_cast<PangoGlyphItem*>(run.item));
    if (mark.artifact || segment.link.empty() || segment.link_node == kArtifact) return;
    add_link(segment, run.x, y, run.width, line.height);
  }

  void add_link(const TextSegment& segment, double x, double y, double width, double height) {
    StructureNode& node = structure_[segment.link_node];
    const double y1 = setup_.height - (y + height), y2 = setup_.height - y;
    if (!node.links.empty()) {
      // A link of several runs on one line is one area.
      LinkArea& last = painted_.links[static_cast<std::size_t>(node.links.back())];
      if (last.page == page_ && last.y1 == y1 && std::abs(last.x2 - x) < 0.5) {
        last.x2 = x + width;
        return;
      }
    } else {
      node.kids.push_back({StructureKid::Kind::kLinks, 0});
    }
    node.links.push_back(static_cast<int>(painted_.links.size()));
    painted_.links.push_back(
        {page_, x, y1, x + width, y2, segment.link, segment.words, segment.link_node});
  }

  // Heads grow upwards from the text, feet downwards from it, as many lines as their words need.
  enum class Margin { kTop, kBottom };
  void put_running(const std::string& words, Alignment alignment, Margin margin, double share) {
    if (words.empty()) return;
    const double width = setup_.width - setup_.margin_start - setup_.margin_end;
    const TextStyle look{.size = setup_.small_size, .ink = {75, 82, 92}, .alignment = alignment};
    const std::shared_ptr<ShapedText> text =
        shaper_.shape_words(words, look, width * share, kArtifact);
    const double x = setup_.margin_start + (alignment == Alignment::kEnd ? (1 - share) * width : 0);
    const double one = text->lines[0].height;
    double y = margin == Margin::kTop ? std::max(10.0, setup_.margin_top * 0.6 - text->height)
                                      : setup_.height - setup_.margin_bottom +
                                            std::min(0.4 * setup_.margin_bottom, one);
    y = std::min(y, setup_.height - text->height - 8);
    for (std::size_t i = 0; i < text->lines.size(); ++i) {
      paint_line({text, i, 0, 0, true}, x, y);
      y += text->lines[i].height;
    }
  }

  void paint_running(int page, int pages) {
    if (page > 1) put_running(document_.running_head, Alignment::kStart, Margin::kTop, 1);
    const double share = document_.page_numbers ? 0.7 : 1;
    put_running(document_.running_foot, Alignment::kStart, Margin::kBottom, share);
    if (!document_.page_numbers) return;
    std::string number = replace_all(document_.words.page_of, "{page}", fmt::format("{}", page));
    put_running(replace_all(number, "{pages}", fmt::format("{}", pages)), Alignment::kEnd,
                Margin::kBottom, document_.running_foot.empty() ? 1 : 0.3);
  }

  const Document& document_;
  const PageSetup& setup_;
  Structure& structure_;
  Shaper& shaper_;
  Painted painted_;
  std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface_{nullptr,
                                                                        cairo_surface_destroy};
  std::unique_ptr<cairo_t, void (*)(cairo_t*)> context_{nullptr, cairo_destroy};
  int page_ = 0, marks_ = 0, slot_ = kArtifact;
};

}  // namespace

Result<Painted> paint_pages(const Document& document, const PageSetup& setup, const Pages& pages,
                            Structure& structure, Shaper& shaper) {
  return PagePainter(document, setup, structure, shaper).run(pages);
}

}  // namespace daybreak::doc
