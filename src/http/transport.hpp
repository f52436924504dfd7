// SPDX-License-Identifier: AGPL-3.0-or-later
// Internal to http/ (includes Boost): the five things a connection does with its socket, plain or
// through TLS. One read and one write may be under way at a time, all on the shard's thread.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace daybreak::http {

class Connection;

// Calls a step of the connection when an operation ends, and keeps the connection alive until then.
struct Then {
  using Step = void (Connection::*)(const boost::system::error_code&, std::size_t);
  std::shared_ptr<Connection> connection;
  Step step;
  void operator()(const boost::system::error_code& error, std::size_t bytes = 0) const {
    ((*connection).*step)(error, bytes);
  }
};

using OutgoingBuffers = std::array<boost::asio::const_buffer, 2>;

class Transport {
 public:
  virtual ~Transport() = default;
  virtual void handshake(Then then) = 0;
  virtual void read_some(boost::asio::mutable_buffer into, Then then) = 0;
  // Writes all of it.
  virtual void write(const OutgoingBuffers& buffers, Then then) = 0;
  // Tells the client that nothing more comes.
  virtual void finish(Then then) = 0;
  virtual boost::asio::ip::tcp::socket& socket() = 0;
};

std::unique_ptr<Transport> make_plain_transport(boost::asio::ip::tcp::socket socket);
std::unique_ptr<Transport> make_tls_transport(boost::asio::ip::tcp::socket socket,
                                              boost::asio::ssl::context& context);

}  // namespace daybreak::http
