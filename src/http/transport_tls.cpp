// SPDX-License-Identifier: AGPL-3.0-or-later
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include "http/connection.hpp"
#include "http/tls.hpp"
#include "http/transport.hpp"

namespace daybreak::http {
namespace {

class TlsTransport final : public Transport {
 public:
  TlsTransport(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context)
      : stream_(std::move(socket), context) {}
  void handshake(Then then) override {
    stream_.async_handshake(boost::asio::ssl::stream_base::server, std::move(then));
  }
  void read_some(boost::asio::mutable_buffer into, Then then) override {
    stream_.async_read_some(into, std::move(then));
  }
  void write(const OutgoingBuffers& buffers, Then then) override {
    boost::asio::async_write(stream_, buffers, std::move(then));
  }
  void finish(Then then) override { stream_.async_shutdown(std::move(then)); }
  boost::asio::ip::tcp::socket& socket() override { return stream_.next_layer(); }

 private:
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
};

int choose_http_1_1(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kServed[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(&found, chosen_size, kServed, 9, offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

std::unique_ptr<Transport> make_tls_transport(boost::asio::ip::tcp::socket socket,
                                              boost::asio::ssl::context& context) {
  return std::make_unique<TlsTransport>(std::move(socket), context);
}

Result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const TlsFiles& files) {
  auto context = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(
      native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_alpn_select_cb(native, choose_http_1_1, nullptr);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  boost::system::error_code error;
  context->use_certificate_chain_file(files.certificate, error);
  if (error)
    return fail(ErrorKind::kInvalid, "the certificate cannot be read: " + error.message(),
                files.certificate,
                "Give a PEM file with the certificate first and its chain after it");
  context->use_private_key_file(files.key, boost::asio::ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(native) != 1)
    return fail(ErrorKind::kInvalid, "the private key cannot be used with this certificate",
                files.key,
                "Give the PEM key that belongs to the certificate, without a passphrase");
  return context;
}

}  // namespace daybreak::http
