// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures inside documents: a QR code, a PNG, or shapes (maps, charts). Each can become SVG, PNG
// or marks on a PDF page. Plain values; the functions are safe to call from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

typedef struct _cairo cairo_t;

namespace daybreak::doc {

struct Color {
  std::uint8_t red = 0, green = 0, blue = 0;
  bool operator==(const Color&) const = default;
};

// The text as a QR code (error correction M) with the four-module quiet zone.
struct QrPicture {
  std::string text;
};
struct PngPicture {
  std::string bytes;
};

struct Point {
  double x = 0, y = 0;
};
// Closed outlines, filled by the even-odd rule.
struct Shape {
  std::vector<std::vector<Point>> outlines;
  Color fill{255, 255, 255};
  Color stroke{0, 0, 0};
  double stroke_width = 0;  // 0: none
};
struct Label {
  Point at;
  std::string words;
  double size = 8;
};
// Shapes in points, y downwards.
struct DrawingPicture {
  double width = 0, height = 0;
  std::vector<Shape> shapes;
  std::vector<Label> labels;
};

using Picture = std::variant<QrPicture, PngPicture, DrawingPicture>;

struct Size {
  double width = 0, height = 0;
};
// The picture's own size in points; fails when the QR text is too long (2,331 bytes) or the PNG
// broken.
Result<Size> size_of(const Picture& picture);

// A standalone <svg> element (role="img", title from `alternative`; aria-hidden when that is
// empty). A PNG becomes an <img> with a data: address.
Result<std::string> to_svg(const Picture& picture, std::string_view alternative);
// `pixels` wide; white background.
Result<std::string> to_png(const Picture& picture, int pixels);
// Paints into the rectangle; nothing outside it is touched.
Result<void> paint(cairo_t* context, const Picture& picture, Point at, Size size);

}  // namespace daybreak::doc
