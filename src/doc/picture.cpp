// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/picture.hpp"

#include <cairo.h>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <pango/pangocairo.h>

#include "base/base64.hpp"
#include "doc/html_edition.hpp"
#include "doc/qr_code.hpp"

namespace daybreak::doc {
namespace {

using Surface = std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)>;
using Context = std::unique_ptr<cairo_t, void (*)(cairo_t*)>;

struct Source {
  const std::string* bytes;
  std::size_t at = 0;
};
cairo_status_t read_some(void* closure, unsigned char* data, unsigned int length) {
  auto& source = *static_cast<Source*>(closure);
  if (source.bytes->size() - source.at < length) return CAIRO_STATUS_READ_ERROR;
  std::memcpy(data, source.bytes->data() + source.at, length);
  source.at += length;
  return CAIRO_STATUS_SUCCESS;
}
cairo_status_t append(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

Result<Surface> decode(const PngPicture& png) {
  Source source{&png.bytes};
  Surface surface(cairo_image_surface_create_from_png_stream(read_some, &source),
                  cairo_surface_destroy);
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
    return fail(ErrorKind::kInvalid, "the picture is no readable PNG file", "figure",
                "Save it as PNG again.");
  }
  return surface;
}

void set_color(cairo_t* context, Color color) {
  cairo_set_source_rgb(context, color.red / 255.0, color.green / 255.0, color.blue / 255.0);
}

std::string hex(Color color) {
  return fmt::format("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue);
}

Result<void> paint_picture(cairo_t* context, const QrPicture& picture) {
  const QrCode code = TRY(QrCode::encode(picture.text));
  const double side = code.modules() + 2 * QrCode::kQuietZone;
  cairo_scale(context, 1 / side, 1 / side);
  cairo_rectangle(context, 0, 0, side, side);
  set_color(context, {255, 255, 255});
  cairo_fill(context);
  for (int row = 0; row < code.modules(); ++row) {
    for (int column = 0; column < code.modules(); ++column) {
      const int first = column;
      while (column < code.modules() && code.is_dark(column, row)) ++column;
      if (column == first) continue;
      cairo_rectangle(context, first + QrCode::kQuietZone, row + QrCode::kQuietZone, column - first,
                      1);
    }
  }
  set_color(context, {0, 0, 0});
  cairo_fill(context);
  return {};
}

Result<void> paint_picture(cairo_t* context, const PngPicture& picture) {
  const Surface surface = TRY(decode(picture));
  cairo_scale(context, 1.0 / cairo_image_surface_get_width(surface.get()),
              1.0 / cairo_image_surface_get_height(surface.get()));
  cairo_set_source_surface(context, surface.get(), 0, 0);
  cairo_paint(context);
  return {};
}

void paint_label(cairo_t* context, const Label& label) {
  const std::unique_ptr<PangoLayout, void (*)(void*)> layout(pango_cairo_create_layout(context),
                                                             g_object_unref);
  PangoFontDescription* font = pango_font_description_from_string("Noto Sans");
  pango_font_description_set_absolute_size(font, label.size * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_text(layout.get(), label.words.data(), static_cast<int>(label.words.size()));
  const double baseline = pango_layout_get_baseline(layout.get()) / double(PANGO_SCALE);
  cairo_move_to(context, label.at.x, label.at.y - baseline);
  pango_cairo_show_layout(context, layout.get());
}

Result<void> paint_picture(cairo_t* context, const DrawingPicture& drawing) {
  cairo_scale(context, 1 / drawing.width, 1 / drawing.height);
  cairo_set_fill_rule(context, CAIRO_FILL_RULE_EVEN_ODD);
  for (const Shape& shape : drawing.shapes) {
    for (const auto& outline : shape.outlines) {
      for (const Point& point : outline) cairo_line_to(context, point.x, point.y);
      cairo_close_path(context);
      cairo_new_sub_path(context);
    }
    set_color(context, shape.fill);
    cairo_fill_preserve(context);
    if (shape.stroke_width > 0) {
      set_color(context, shape.stroke);
      cairo_set_line_width(context, shape.stroke_width);
      cairo_stroke(context);
    }
    cairo_new_path(context);
  }
  set_color(context, {27, 27, 27});
  for (const Label& label : drawing.labels) paint_label(context, label);
  return {};
}

std::string svg_of(const DrawingPicture& drawing, std::string_view alternative) {
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {:.6g} {:.6g}\" width=\"{:.6g}\" "
      "height=\"{:.6g}\" fill-rule=\"evenodd\" ",
      drawing.width, drawing.height, drawing.width, drawing.height);
  svg += alternative.empty()
             ? std::string("aria-hidden=\"true\">")
             : fmt::format("role=\"img\" aria-label=\"{}\">", escape_html(alternative));
  for (const Shape& shape : drawing.shapes) {
    svg += fmt::format("<path fill=\"{}\"", hex(shape.fill));
    if (shape.stroke_width > 0) {
      svg += fmt::format(" stroke=\"{}\" stroke-width=\"{:.4g}\"", hex(shape.stroke),
                         shape.stroke_width);
    }
    svg += " d=\"";
    for (const auto& outline : shape.outlines) {
      char command = 'M';
      for (const Point& point : outline) {
        svg += fmt::format("{}{:.6g} {:.6g}", command, point.x, point.y);
        command = 'L';
      }
      svg += 'z';
    }
    svg += "\"/>";
  }
  for (const Label& label : drawing.labels) {
    svg += fmt::format("<text x=\"{:.6g}\" y=\"{:.6g}\" font-size=\"{:.4g}\">{}</text>", label.at.x,
                       label.at.y, label.size, escape_html(label.words));
  }
  return svg + "</svg>";
}

}  // namespace

Result<Size> size_of(const Picture& picture) {
  if (const auto* qr = std::get_if<QrPicture>(&picture)) {
    const int modules = QrCode::modules_for(qr->text.size());
    if (modules == 0) TRY(QrCode::encode(qr->text));  // says what is wrong
    // 1.4 points a module: a phone held 15 cm away reads it.
    const double side = 1.4 * (modules + 2 * QrCode::kQuietZone);
    return Size{side, side};
  }
  if (const auto* png = std::get_if<PngPicture>(&picture)) {
    const Surface surface = TRY(decode(*png));
    return Size{cairo_image_surface_get_width(surface.get()) * 0.75,
                cairo_image_surface_get_height(surface.get()) * 0.75};
  }
  const auto& drawing = std::get<DrawingPicture>(picture);
  if (!(drawing.width > 0) || !(drawing.height > 0)) {
    return fail(ErrorKind::kInvalid, "the drawing has no size", "figure");
  }
  return Size{drawing.width, drawing.height};
}

Result<std::string> to_svg(const Picture& picture, std::string_view alternative) {
  if (const auto* qr = std::get_if<QrPicture>(&picture)) {
    return TRY(QrCode::encode(qr->text)).to_svg(alternative);
  }
  const Size size = TRY(size_of(picture));
  if (const auto* png = std::get_if<PngPicture>(&picture)) {
    return fmt::format(
        "<img src=\"data:image/png;base64,{}\" alt=\"{}\" width=\"{:.0f}\" height=\"{:.0f}\">",
        to_base64(png->bytes), escape_html(alternative), size.width, size.height);
  }
  return svg_of(std::get<DrawingPicture>(picture), alternative);
}

Result<std::string> to_png(const Picture& picture, int pixels) {
  if (pixels < 1 || pixels > 20000) {
    return fail(ErrorKind::kInvalid, "a PNG is 1 to 20000 pixels wide", "figure");
  }
  const Size size = TRY(size_of(picture));
  const int height = std::max(1, static_cast<int>(pixels * size.height / size.width + 0.5));
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, pixels, height),
                        cairo_surface_destroy);
  const Context context(cairo_create(surface.get()), cairo_destroy);
  set_color(context.get(), {255, 255, 255});
  cairo_paint(context.get());
  TRY(paint(context.get(), picture, {0, 0}, {double(pixels), double(height)}));
  std::string bytes;
  cairo_surface_write_to_png_stream(surface.get(), append, &bytes);
  return bytes;
}

Result<void> paint(cairo_t* context, const Picture& picture, Point at, Size size) {
  cairo_save(context);
  cairo_rectangle(context, at.x, at.y, size.width, size.height);
  cairo_clip(context);
  cairo_translate(context, at.x, at.y);
  cairo_scale(context, size.width, size.height);
  auto painted =
      std::visit([&](const auto& kind) { return paint_picture(context, kind); }, picture);
  cairo_restore(context);
  return painted;
}

}  // namespace daybreak::doc
