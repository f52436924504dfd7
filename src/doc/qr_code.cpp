// SPDX-License-Identifier: AGPL-3.0-or-later
#include "doc/qr_code.hpp"

#include <fmt/format.h>
#include <memory>
#include <qrencode.h>

#include "doc/html_edition.hpp"

namespace daybreak::doc {
namespace {

// Bytes that versions 1 to 40 hold at error correction M (ISO/IEC 18004, table 7).
constexpr int kCapacity[] = {14,   26,   42,   62,   84,   106,  122,  152,  180,  213,
                             251,  287,  331,  362,  412,  450,  504,  560,  624,  666,
                             711,  779,  857,  911,  997,  1059, 1125, 1190, 1264, 1370,
                             1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331};

}  // namespace

int QrCode::modules_for(std::size_t bytes) {
  if (bytes == 0) return 0;
  int modules = 21;
  for (const int capacity : kCapacity) {
    if (bytes <= static_cast<std::size_t>(capacity)) return modules;
    modules += 4;
  }
  return 0;
}

Result<QrCode> QrCode::encode(std::string_view text) {
  constexpr std::size_t kMostBytes = 2331;  // version 40, error correction M
  if (text.empty() || text.size() > kMostBytes) {
    return fail(ErrorKind::kInvalid,
                fmt::format("a QR code holds 1 to {} bytes, not {}", kMostBytes, text.size()),
                "QR code", "Shorten the address.");
  }
  const std::unique_ptr<QRcode, void (*)(QRcode*)> encoded(
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
      QRcode_free);
  if (!encoded) return fail(ErrorKind::kInvalid, "the text does not fit a QR code", "QR code");
  QrCode code;
  code.modules_ = encoded->width;
  code.dark_.resize(static_cast<std::size_t>(code.modules_) * code.modules_);
  for (std::size_t i = 0; i < code.dark_.size(); ++i) code.dark_[i] = encoded->data[i] & 1;
  return code;
}

std::string QrCode::path() const {
  std::string path;
  for (int row = 0; row < modules_; ++row) {
    for (int column = 0; column < modules_; ++column) {
      if (!is_dark(column, row)) continue;
      const int first = column;
      while (column + 1 < modules_ && is_dark(column + 1, row)) ++column;
      const int run = column + 1 - first;
      path += fmt::format("M{} {}h{}v1h-{}z", first + kQuietZone, row + kQuietZone, run, run);
    }
  }
  return path;
}

std::string QrCode::to_svg(std::string_view alternative) const {
  const int side = modules_ + 2 * kQuietZone;
  const std::string role =
      alternative.empty() ? std::string("aria-hidden=\"true\"")
                          : fmt::format("role=\"img\" aria-label=\"{}\"", escape_html(alternative));
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr-code\" viewBox=\"0 0 {0} {0}\" "
      "width=\"{1}\" height=\"{1}\" shape-rendering=\"crispEdges\" {2}>"
      "<path fill=\"#fff\" d=\"M0 0h{0}v{0}h-{0}z\"/><path fill=\"#000\" d=\"{3}\"/></svg>",
      side, side * 4, role, path());
}

}  // namespace daybreak::doc
