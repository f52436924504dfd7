// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/sealing.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sodium.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"

namespace daybreak::trust {
namespace {

constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char kVersion = 1;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// A key of its own for each use, so that none can serve for another.
std::string derive(const std::string& key, std::string_view use) {
  std::string derived(kKeyBytes, '\0');
  crypto_generichash(bytes_of(derived), derived.size(), bytes_of(use), use.size(), bytes_of(key),
                     key.size());
  return derived;
}

Result<void> write_key(const std::filesystem::path& path, const std::string& key) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
    return fail(ErrorKind::kUnavailable,
                std::string("cannot make the node's key: ") + std::strerror(errno), path.string());
  const bool good = ::write(file, key.data(), key.size()) == static_cast<ssize_t>(key.size()) &&
                    ::fsync(file) == 0;
  ::close(file);
  if (!good) {
    ::unlink(path.c_str());
    return fail(ErrorKind::kUnavailable, "cannot write the node's key", path.string());
  }
  return {};
}

}  // namespace

Result<NodeKey> NodeKey::load(const std::filesystem::path& folder) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  const auto path = folder / "node.key";
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0)
    return fail(ErrorKind::kNotFound, "the data directory has no node.key", path.string(),
                "Start with `daybreak init`");
  if ((status.st_mode & 077) != 0)
    return fail(ErrorKind::kDenied, "the node's key can be read by others", path.string(),
                "Run: chmod 600 " + path.string());
  std::ifstream file(path, std::ios::binary);
  std::string key(kKeyBytes, '\0');
  if (!file.read(key.data(), static_cast<std::streamsize>(key.size())) ||
      status.st_size != kKeyBytes)
    return fail(ErrorKind::kCorrupt, "the node's key is damaged", path.string(),
                "Restore it from a backup");
  return NodeKey(std::move(key));
}

Result<NodeKey> NodeKey::load_or_create(const std::filesystem::path& folder, Random& random) {
  if (!std::filesystem::exists(folder / "node.key"))
    TRY(write_key(folder / "node.key", random.bytes(kKeyBytes)));
  return load(folder);
}

NodeKey NodeKey::for_tests() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
  return NodeKey(std::string(kKeyBytes, 'k'));
}

std::string NodeKey::seal(std::string_view plain, std::string_view context, Random& random) const {
  std::string sealed = kVersion + random.bytes(kNonceBytes);
  const std::string nonce = sealed.substr(1);
  sealed.resize(1 + kNonceBytes + plain.size() + kTagBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed) + 1 + kNonceBytes, nullptr,
                                             bytes_of(plain), plain.size(), bytes_of(context),
                                             context.size(), nullptr, bytes_of(nonce),
                                             bytes_of(derive(key_.reveal(), "daybreak sealing")));
  return sealed;
}

Result<Secret<std::string>> NodeKey::open(std::string_view sealed, std::string_view context) const {
  const auto damaged = fail(ErrorKind::kCorrupt, "a sealed value cannot be opened", {},
                            "Is this the node.key that belongs to the store?");
  if (sealed.size() < 1 + kNonceBytes + kTagBytes || sealed[0] != kVersion) return damaged;
  const std::string_view nonce = sealed.substr(1, kNonceBytes),
                         body = sealed.substr(1 + kNonceBytes);
  std::string plain(body.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes_of(plain), nullptr, nullptr, bytes_of(body), body.size(), bytes_of(context),
          context.size(), bytes_of(nonce),
          bytes_of(derive(key_.reveal(), "daybreak sealing"))) != 0)
    return damaged;
  return Secret<std::string>(std::move(plain));
}

Secret<std::string> NodeKey::derived(std::string_view use) const {
  return Secret<std::string>(derive(key_.reveal(), use));
}

std::string NodeKey::pseudonym(std::string_view address) const {
  if (address.empty()) return {};
  const std::string key = derive(key_.reveal(), "daybreak address pseudonym");
  std::string hash(crypto_generichash_BYTES_MIN, '\0');
  crypto_generichash(bytes_of(hash), hash.size(), bytes_of(address), address.size(), bytes_of(key),
                     key.size());
  return to_hex(hash.substr(0, 8));
}

}  // namespace daybreak::trust
