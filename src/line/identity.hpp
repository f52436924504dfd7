// SPDX-License-Identifier: AGPL-3.0-or-later
// Who a program is on the line between nodes: a key with a self-signed certificate that nobody
// vouches for. What counts is the pin, the SHA-256 of the public key, which people tell each other
// when they set the line up. Values, safe to use from any thread once made.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace daybreak::line {

struct Identity {
  Secret<std::string> key;  // PEM
  std::string certificate;  // PEM
  std::string pin;          // 64 hexadecimal digits

  // A new key (P-256) with its certificate.
  static Result<Identity> generate();
  // `folder`/line.pem, readable by its owner alone; made when it is not there.
  static Result<Identity> load_or_create(const std::filesystem::path& folder);
};

// The pin as it is stored and compared, from how a person writes it: upper case, spaces and colons
// do not matter. kInvalid unless 64 hexadecimal digits are left.
Result<std::string> pin_from(std::string_view text);

}  // namespace daybreak::line
