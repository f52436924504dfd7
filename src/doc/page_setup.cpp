// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/page_setup.hpp"

#include <algorithm>
#include <cmath>

namespace daybreak::doc {
namespace {

PageSetup with_margins(double width, double height, double margin, double base, double small) {
  PageSetup setup;
  setup.width = width;
  setup.height = height;
  setup.margin_top = setup.margin_bottom = setup.margin_start = setup.margin_end = margin;
  setup.base_size = base;
  setup.small_size = small;
  return setup;
}

PageSetup regular(Paper paper) {
  switch (paper) {
    case Paper::kLetter:
      return with_margins(612, 792, 60, 10.5, 8.5);
    case Paper::kHalfLetter:
      return with_margins(396, 612, 40, 9.5, 8);
    case Paper::kA4:
      return with_margins(595.28, 841.89, 60, 10.5, 8.5);
    case Paper::kA5:
      return with_margins(419.53, 595.28, 40, 9.5, 8);
    case Paper::kA6:
      return with_margins(297.64, 419.53, 24, 8.5, 7);
    case Paper::kPoster:
      return with_margins(1296, 1728, 90, 40, 33.5);
  }
  return {};
}

}  // namespace

double heading_size(const PageSetup& setup, int level, double text_size) {
  constexpr double kScale[] = {2.0, 1.5, 1.22, 1.08, 1.0, 1.0};
  const double size = text_size * (1 + (kScale[level - 1] - 1) * setup.heading_scale);
  return std::max(text_size, std::floor(size * 2) / 2);
}

PageSetup page_setup(Paper paper, Print print) {
  PageSetup setup = regular(paper);
  if (print == Print::kLarge && setup.base_size < 18) {
    setup.base_size = 18;
    setup.small_size = 18;
    setup.heading_scale = 0.8;
    setup.margin_top = std::max(setup.margin_top, 72.0);
    setup.margin_bottom = std::max(setup.margin_bottom, 100.0);  // room for a foot of three lines
  }
  return setup;
}

double least_size_readable_at(double metres) {
  const double feet = metres / 0.3048;
  constexpr double kFeetPerInch = 30, kCapitalShare = 0.714;
  return feet / kFeetPerInch * 72 / kCapitalShare;
}

}  // namespace daybreak::doc
