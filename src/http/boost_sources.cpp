// SPDX-License-Identifier: AGPL-3.0-or-later
// Compiles Asio once, so that the other files only read its declarations.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
