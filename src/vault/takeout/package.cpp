// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/takeout/package.hpp"

#include <algorithm>

#include "trust/keys/passphrase.hpp"

namespace daybreak::vault::takeout {
namespace {

namespace keys = trust::keys;

constexpr std::string_view kMagic = "daybreak takeout 1\n";
constexpr std::size_t kPiece = std::size_t{64} << 10;
constexpr std::size_t kMostBlock = kPiece + 1024;
constexpr std::size_t kIdSize = 36;

std::string number_text(std::uint32_t number) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(number >> shift & 0xff);
  return text;
}
std::string sized(std::string_view bytes) {
  return number_text(static_cast<std::uint32_t>(bytes.size())) + std::string(bytes);
}

keys::Place place_of(trust::OrganizationId organization, std::int64_t number) {
  return {organization.uuid(), "takeout", "package", organization.uuid(), "block", number};
}

tl::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "this package was changed or is not whole", {},
              "Take another copy of it");
}

Result<std::string> read_sized(const ReadBytes& read, std::size_t most) {
  const std::string head = TRY(read(4));
  if (head.size() != 4) return damaged();
  std::size_t size = 0;
  for (const char c : head) size = size << 8 | static_cast<unsigned char>(c);
  if (size > most) return damaged();
  std::string bytes = TRY(read(size));
  if (bytes.size() != size) return damaged();
  return bytes;
}

bool is_safe_name(std::string_view name) {
  return !name.empty() && name.size() < 200 && name.front() != '/' && name.front() != '.' &&
         name.find("..") == std::string_view::npos && name.find("//") == std::string_view::npos &&
         std::all_of(
             name.begin(), name.end(),
             [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '/';
             });
}

}  // namespace

Result<PackageWriter> PackageWriter::begin(Sink sink, const Secret<std::string>& passphrase,
                                           trust::OrganizationId organization, Random& random) {
  TRY(keys::check_new_passphrase(passphrase.reveal()));
  keys::Key key = keys::Key::generate(random);
  const std::string id = organization.to_string();
  TRY(sink(std::string(kMagic) + id +
           sized(keys::wrap_under_passphrase(passphrase, key.view(), "takeout " + id, random))));
  return PackageWriter(std::move(sink), std::move(key), organization, random);
}

Result<void> PackageWriter::block(char kind, std::string_view bytes) {
  return sink_(sized(
      keys::seal(key_, kind + std::string(bytes), place_of(organization_, ++number_), random_)));
}

Result<void> PackageWriter::file(std::string_view name) { return block('F', name); }

Result<void> PackageWriter::append(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kPiece)))
    TRY(block('D', bytes.substr(0, kPiece)));
  return {};
}

Result<void> PackageWriter::end() { return block('E', {}); }

Result<trust::OrganizationId> read_package(const ReadBytes& read,
                                           const Secret<std::string>& passphrase,
                                           const PackageVisitor& visitor) {
  const std::string head = TRY(read(kMagic.size() + kIdSize));
  const auto organization = trust::OrganizationId::parse(
      head.size() == kMagic.size() + kIdSize ? head.substr(kMagic.size()) : std::string());
  if (!head.starts_with(kMagic) || !organization)
    return fail(ErrorKind::kInvalid, "this is no package of a vault", {},
                "Give the file that `daybreak vault export-own` wrote");
  const auto secret = TRY(keys::unwrap_under_passphrase(
      passphrase, TRY(read_sized(read, kMostBlock)), "takeout " + organization->to_string()));
  const keys::Key key = keys::Key::copy_of(secret.view());
  for (std::int64_t number = 1;; ++number) {
    const auto opened =
        keys::open(key, TRY(read_sized(read, kMostBlock)), place_of(*organization, number));
    if (!opened || opened->reveal().empty()) return damaged();
    const std::string_view plain = opened->reveal();
    const std::string_view rest = plain.substr(1);
    if (plain.front() == 'E') return *organization;
    if (plain.front() == 'D') {
      TRY(visitor.bytes(rest));
    } else if (plain.front() == 'F' && is_safe_name(rest)) {
      TRY(visitor.file(std::string(rest)));
    } else {
      return damaged();
    }
  }
}

}  // namespace daybreak::vault::takeout
