// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/keys/keyring.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace daybreak::trust::keys {
namespace {

constexpr std::size_t kName = 32;  // a name, filled up with zeros
constexpr std::size_t kHead = 1 + 16 + Key::kBytes;
constexpr char kVersion = 1;

tl::unexpected<Error> damaged() { return fail(ErrorKind::kCorrupt, "a keyring is damaged"); }

}  // namespace

Keyring Keyring::found(const Uuid& organization, Random& random) {
  return {organization, KeyPair::generate(random)};
}

const Key* Keyring::find(std::string_view name) const {
  const auto found = keys_.find(name);
  return found == keys_.end() ? nullptr : &found->second;
}

void Keyring::add(std::string_view name, Key key) {
  if (name.empty() || name.size() > kName) throw std::logic_error("a key's name is too long");
  keys_.insert_or_assign(std::string(name), std::move(key));
}

std::vector<std::string> Keyring::names() const {
  std::vector<std::string> all;
  for (const auto& [name, key] : keys_) all.push_back(name);
  return all;
}

Keyring Keyring::limited_to(const std::vector<std::string>& names) const {
  Keyring less(organization_, KeyPair::of(pair_.secret().copy()));
  for (const auto& [name, key] : keys_)
    if (std::find(names.begin(), names.end(), name) != names.end()) less.add(name, key.copy());
  return less;
}

LockedBytes Keyring::write() const {
  LockedBytes out(kHead + keys_.size() * (kName + Key::kBytes));
  unsigned char* at = out.data();
  *at++ = kVersion;
  std::memcpy(at, organization_.bytes().data(), 16);
  std::memcpy(at + 16, pair_.secret().data(), Key::kBytes);
  at += 16 + Key::kBytes;
  for (const auto& [name, key] : keys_) {
    std::memcpy(at, name.data(), name.size());
    std::memcpy(at + kName, key.data(), Key::kBytes);
    at += kName + Key::kBytes;
  }
  return out;
}

Result<Keyring> Keyring::read(std::string_view bytes) {
  if (bytes.size() < kHead || bytes[0] != kVersion ||
      (bytes.size() - kHead) % (kName + Key::kBytes) != 0)
    return damaged();
  std::array<std::uint8_t, 16> id{};
  std::memcpy(id.data(), bytes.data() + 1, id.size());
  Keyring ring(Uuid(id), KeyPair::of(Key::copy_of(bytes.substr(17, Key::kBytes))));
  for (std::size_t at = kHead; at < bytes.size(); at += kName + Key::kBytes) {
    const std::string_view name = bytes.substr(at, kName);
    const auto end = std::min(name.find('\0'), name.size());
    if (end == 0) return damaged();
    ring.add(name.substr(0, end), Key::copy_of(bytes.substr(at + kName, Key::kBytes)));
  }
  return ring;
}

}  // namespace daybreak::trust::keys
