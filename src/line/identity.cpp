// SPDX-License-Identifier: AGPL-3.0-or-later
#include "line/identity.hpp"

#include <cctype>
#include <fcntl.h>
#include <fstream>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "line/tls.hpp"

namespace daybreak::line {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot_make() {
  return fail(ErrorKind::kInternal, "cannot make the key of the line");
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

// Nobody looks at its name or dates: the pin is all that counts.
bool write_certificate(X509* certificate, EVP_PKEY* key) {
  X509_NAME* name = X509_get_subject_name(certificate);
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
         ASN1_TIME_set_string(X509_getm_notBefore(certificate), "20200101000000Z") == 1 &&
         ASN1_TIME_set_string(X509_getm_notAfter(certificate), "99991231235959Z") == 1 &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>("daybreak line"), -1, -1,
                                    0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

Result<Identity> read(const std::string& pem, const std::string& place) {
  const auto damaged = [&] {
    return fail(ErrorKind::kCorrupt, "the key of the line is damaged", place,
                "Take it from a backup; or remove it, start again, and tell the other side the new "
                "pin");
  };
  const Owned<BIO, BIO_free_all> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Owned<EVP_PKEY, EVP_PKEY_free> key(
      PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  const Owned<BIO, BIO_free_all> again(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Owned<X509, X509_free> certificate(
      PEM_read_bio_X509(again.get(), nullptr, nullptr, nullptr));
  if (!key || !certificate || X509_check_private_key(certificate.get(), key.get()) != 1)
    return damaged();
  const auto end = pem.find("-----BEGIN CERTIFICATE");
  if (end == std::string::npos || end == 0) return damaged();
  return Identity{Secret<std::string>(pem.substr(0, end)), pem.substr(end),
                  pin_of(certificate.get())};
}

Result<void> write(const fs::path& path, const Identity& identity) {
  const std::string pem = identity.key.reveal() + identity.certificate;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool good = file >= 0 &&
                    ::write(file, pem.data(), pem.size()) == static_cast<ssize_t>(pem.size()) &&
                    ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!good)
    return fail(ErrorKind::kUnavailable, "cannot write the key of the line", path.string());
  return {};
}

}  // namespace

std::string pin_of(X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &bytes);
  if (size <= 0) return {};
  std::string pin = sha256_hex(
      std::string_view(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)));
  OPENSSL_free(bytes);
  return pin;
}

Result<Identity> Identity::generate() {
  const Owned<EVP_PKEY, EVP_PKEY_free> key(EVP_EC_gen("P-256"));
  const Owned<X509, X509_free> certificate(X509_new());
  if (!key || !certificate || !write_certificate(certificate.get(), key.get()))
    return cannot_make();
  const Owned<BIO, BIO_free_all> key_text(BIO_new(BIO_s_secmem()));
  const Owned<BIO, BIO_free_all> certificate_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1)
    return cannot_make();
  return Identity{Secret<std::string>(text_of(key_text.get())), text_of(certificate_text.get()),
                  pin_of(certificate.get())};
}

Result<Identity> Identity::load_or_create(const fs::path& folder) {
  const fs::path path = folder / "line.pem";
  std::ifstream file(path);
  if (file) {
    std::ostringstream pem;
    pem << file.rdbuf();
    return read(pem.str(), path.string());
  }
  Identity made = TRY(generate());
  TRY(write(path, made));
  return made;
}

Result<std::string> pin_from(std::string_view text) {
  std::string pin;
  for (const char c : text) {
    if (c == ' ' || c == ':' || c == '-') continue;
    if (!std::isxdigit(static_cast<unsigned char>(c))) {
      pin.clear();
      break;
    }
    pin += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  if (pin.size() == 64) return pin;
  return fail(ErrorKind::kInvalid, "this is not the pin of a node", {},
              "A pin is 64 hexadecimal digits: `daybreak vault node-pin` prints it on the other "
              "side");
}

}  // namespace daybreak::line
