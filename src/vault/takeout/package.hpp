// SPDX-License-Identifier: AGPL-3.0-or-later
// A package of named files sealed under a passphrase: how a vault's content leaves for the
// organisation's own keeping. The key is under Argon2id; the rest is blocks of XChaCha20-Poly1305,
// each bound to its number, so that none can be changed, moved or cut off. Written and read as a
// stream; nothing plain touches a disk while it is written. One object belongs to one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "trust/actor.hpp"
#include "trust/keys/seal.hpp"

namespace daybreak::vault::takeout {

using Sink = std::function<Result<void>(std::string_view bytes)>;

class PackageWriter {
 public:
  static Result<PackageWriter> begin(Sink sink, const Secret<std::string>& passphrase,
                                     trust::OrganizationId organization, Random& random);
  // The bytes that follow belong to this file: "people.csv", "attachments/C-3/attachment-1.pdf".
  Result<void> file(std::string_view name);
  Result<void> append(std::string_view bytes);
  // Without it the package counts as cut off.
  Result<void> end();

 private:
  PackageWriter(Sink sink, trust::keys::Key key, trust::OrganizationId organization, Random& random)
      : sink_(std::move(sink)), key_(std::move(key)), organization_(organization), random_(random) {}
  Result<void> block(char kind, std::string_view bytes);

  Sink sink_;
  trust::keys::Key key_;
  trust::OrganizationId organization_;
  Random& random_;
  std::int64_t number_ = 0;
};

struct PackageVisitor {
  std::function<Result<void>(const std::string& name)> file;
  std::function<Result<void>(std::string_view bytes)> bytes;
};
// Reads exactly so many bytes, or fewer at the end.
using ReadBytes = std::function<Result<std::string>(std::size_t most)>;
// kDenied for a wrong passphrase; kCorrupt when it was changed or cut off; kInvalid when it is no
// package. A name can leave no folder: letters, digits, "-", "." and "/" only, no "..".
Result<trust::OrganizationId> read_package(const ReadBytes& read,
                                           const Secret<std::string>& passphrase,
                                           const PackageVisitor& visitor);

}  // namespace daybreak::vault::takeout
