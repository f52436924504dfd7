// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/qr_code.hpp"

#include <fmt/format.h>
#include <memory>
#include <qrencode.h>

namespace daybreak::trust {

Result<QrCode> make_qr_code(std::string_view text) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> made(
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
      QRcode_free);
  if (!made)
    return fail(ErrorKind::kInvalid, "the text is too long for a QR code", {}, "Shorten it");
  QrCode code{made->width, {}};
  const int modules = made->width * made->width;
  for (int i = 0; i < modules; ++i) code.dark.push_back((made->data[i] & 1) != 0);
  return code;
}

std::string to_svg(const QrCode& code, std::string_view title) {
  constexpr int kQuiet = 4;
  const int side = code.size + 2 * kQuiet;
  std::string words;
  for (const char c : title) words += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  std::string path;
  for (int y = 0; y < code.size; ++y)
    for (int x = 0; x < code.size; ++x)
      if (code.is_dark(x, y)) path += fmt::format("M{} {}h1v1h-1z", x + kQuiet, y + kQuiet);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\" width=\"240\" "
      "height=\"240\" role=\"img\" "
      "shape-rendering=\"crispEdges\"><title>{1}</title><path fill=\"#fff\" d=\"M0 0h{0}v{0}H0z\"/>"
      "<path fill=\"#000\" d=\"{2}\"/></svg>",
      side, words, path);
}

}  // namespace daybreak::trust
