// SPDX-License-Identifier: AGPL-3.0-or-later
// SHA-256 (FIPS 180-4): fingerprints of files, migrations and log entries. Not for passwords
// (trust/).
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace daybreak {

// The 32 bytes of the hash.
std::string sha256(std::string_view bytes);
// In lower-case hexadecimal, as sha256sum prints it.
std::string sha256_hex(std::string_view bytes);

// The same for data that comes in pieces. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::string_view bytes);
  // The hash of all that came; the object starts anew.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace daybreak
