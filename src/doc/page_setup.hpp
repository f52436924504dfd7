// SPDX-License-Identifier: AGPL-3.0-or-later
// Paper and type sizes for print. All lengths in points (1/72 inch). Plain values.
#pragma once

#include <cstdint>

#include "doc/picture.hpp"

namespace daybreak::doc {

enum class Paper : std::uint8_t {
  kLetter,
  kHalfLetter,
  kA4,
  kA5,
  kA6,
  kPoster
};  // poster: 18 × 24 in
enum class Print : std::uint8_t { kRegular, kLarge };  // large: nothing under 18 points

struct PageSetup {
  double width = 612, height = 792;
  double margin_top = 60, margin_bottom = 60, margin_start = 60, margin_end = 60;
  double base_size = 10.5;   // body text; all other sizes follow from it
  double small_size = 8.5;   // notes, captions, running heads
  double heading_scale = 1;  // 1: H1 is twice the body
  Color ink{27, 27, 27};
  Color heading_ink{22, 46, 81};
  Color link_ink{0, 76, 138};
  Color shade{240, 243, 247};
  Color rule{140, 148, 158};
};

// Headings of level 1 to 6 beside text of so many points, in half points, as word processors have.
double heading_size(const PageSetup& setup, int level, double text_size);

PageSetup page_setup(Paper paper, Print print = Print::kRegular);

// The least type size that can be read from so many metres: capitals one inch high for every 30
// feet (Manual on Uniform Traffic Control Devices, 2009 edition, section 2A.13), in Noto Sans,
// whose capitals are 0.714 of its size.
double least_size_readable_at(double metres);

}  // namespace daybreak::doc
