// SPDX-License-Identifier: AGPL-3.0-or-later
// Internal to http/: the TLS settings of the server (TLS 1.2 and later, forward-secret ciphers).
#pragma once

#include <memory>

#include "http/server.hpp"

namespace boost::asio::ssl {
class context;
}

namespace daybreak::http {

// Fails with kInvalid when a file cannot be read or key and certificate do not belong together.
Result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const TlsFiles& files);

}  // namespace daybreak::http
