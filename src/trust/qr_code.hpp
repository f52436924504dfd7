// SPDX-License-Identifier: AGPL-3.0-or-later
// A QR code as dark and light modules, for pages and print to draw. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::trust {

struct QrCode {
  int size = 0;            // modules on a side, without the quiet zone
  std::vector<bool> dark;  // row by row
  bool is_dark(int x, int y) const { return dark[static_cast<std::size_t>(y * size + x)]; }
};

// Error correction level M. kInvalid when the text is too long (about 2,300 bytes).
Result<QrCode> make_qr_code(std::string_view text);
// One <svg> with a quiet zone of four modules and a title; black on white also in dark mode.
std::string to_svg(const QrCode& code, std::string_view title);

}  // namespace daybreak::trust
