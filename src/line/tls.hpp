// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside line/ only: OpenSSL's objects with owners.
#pragma once

#include <memory>
#include <openssl/ssl.h>
#include <string>

namespace daybreak::line {

template <auto function>
struct Frees {
  template <typename T>
  void operator()(T* object) const {
    function(object);
  }
};
template <typename T, auto function>
using Owned = std::unique_ptr<T, Frees<function>>;

std::string pin_of(X509* certificate);

}  // namespace daybreak::line
