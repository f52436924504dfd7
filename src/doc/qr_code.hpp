// SPDX-License-Identifier: AGPL-3.0-or-later
// QR codes (libqrencode). Used in print, on pages, and to enrol an authenticator app (the text may
// be a secret: it is never logged). Safe to call from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace daybreak::doc {

class QrCode {
 public:
  // Byte mode, error correction M. Fails for empty text and for more than 2,331 bytes.
  static Result<QrCode> encode(std::string_view text);

  // How many modules along one side encode() would give, without the work; 0 when it would fail.
  static int modules_for(std::size_t bytes);

  int modules() const { return modules_; }  // along one side, without the quiet zone
  bool is_dark(int column, int row) const { return dark_[row * modules_ + column]; }

  // An <svg> element in black on white with the quiet zone; one path, no style, no script.
  std::string to_svg(std::string_view alternative) const;
  // The same as path data in modules, quiet zone of four included.
  std::string path() const;

  static constexpr int kQuietZone = 4;

 private:
  int modules_ = 0;
  std::vector<bool> dark_;
};

}  // namespace daybreak::doc
