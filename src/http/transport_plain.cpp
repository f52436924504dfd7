// SPDX-License-Identifier: AGPL-3.0-or-later
#include <boost/asio/write.hpp>

#include "http/connection.hpp"
#include "http/transport.hpp"

namespace daybreak::http {
namespace {

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}
  void handshake(Then then) override { then({}); }
  void read_some(boost::asio::mutable_buffer into, Then then) override {
    socket_.async_read_some(into, std::move(then));
  }
  void write(const OutgoingBuffers& buffers, Then then) override {
    boost::asio::async_write(socket_, buffers, std::move(then));
  }
  void finish(Then then) override {
    boost::system::error_code error;
    socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, error);
    then(error);
  }
  boost::asio::ip::tcp::socket& socket() override { return socket_; }

 private:
  boost::asio::ip::tcp::socket socket_;
};

}  // namespace

std::unique_ptr<Transport> make_plain_transport(boost::asio::ip::tcp::socket socket) {
  return std::make_unique<PlainTransport>(std::move(socket));
}

}  // namespace daybreak::http
