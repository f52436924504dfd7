// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/audit_archive.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <sodium.h>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "trust/merkle.hpp"

namespace daybreak::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kTileWidth = 256;
constexpr std::int64_t kAtOnce = 4096;  // entries read at a time
constexpr char kEd25519 = 1;            // the algorithm's number in signed notes

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string key_id(const std::string& name, const std::string& public_key) {
  return sha256(name + "\n" + kEd25519 + public_key).substr(0, 4);
}

// 1234067 is "x001/x234/067".
std::string number_path(std::int64_t number) {
  std::string path = fmt::format("{:03}", number % 1000);
  while ((number /= 1000) > 0) path.insert(0, fmt::format("x{:03}/", number % 1000));
  return path;
}

Result<void> write_file(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  fs::path part = path;
  part += ".new";
  {
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush())
      return fail(ErrorKind::kUnavailable, "cannot write a file of the archive", path.string(),
                  "Is there room, and may this user write there?");
  }
  fs::rename(part, path, error);
  if (error)
    return fail(ErrorKind::kUnavailable, "cannot write a file of the archive", path.string());
  return {};
}

// One kind of file ("entries", or a level of hashes) as it grows to the right.
struct Column {
  std::string name;
  std::string bytes;
  std::size_t width = 0;    // how many are in `bytes`
  std::int64_t number = 0;  // of the tile that grows
  MerkleFrontier frontier;  // over the hashes of that tile
};

class Writer {
 public:
  Writer(const fs::path& folder, AuditArchive& archive) : folder_(folder), archive_(archive) {
    entries_.name = "entries";
  }

  Result<void> add(std::string_view entry) {
    if (entry.size() > 0xFFFF)
      return fail(ErrorKind::kCorrupt, "an entry of the audit log is longer than 65,535 bytes");
    entries_.bytes += static_cast<char>(entry.size() >> 8);
    entries_.bytes += static_cast<char>(entry.size() & 0xFF);
    entries_.bytes += entry;
    if (++entries_.width == kTileWidth) TRY(close(entries_));
    return add_hash(0, merkle_leaf_hash(entry));
  }

  // The tiles at the right edge, which have fewer than 256.
  Result<void> finish() {
    if (entries_.width > 0) TRY(write_partial(entries_));
    for (const Column& level : levels_)
      if (level.width > 0) TRY(write_partial(level));
    return {};
  }

 private:
  Result<void> add_hash(std::size_t height, std::string hash) {
    if (levels_.size() == height) levels_.push_back({.name = std::to_string(height)});
    Column& level = levels_[height];
    level.bytes += hash;
    level.frontier.append(std::move(hash));
    if (++level.width < kTileWidth) return {};
    std::string root = level.frontier.root();
    level.frontier = {};
    TRY(close(level));
    return add_hash(height + 1, std::move(root));
  }

  // A full tile never changes again.
  Result<void> close(Column& column) {
    const fs::path path = folder_ / "tile" / column.name / number_path(column.number);
    if (!fs::exists(path)) {
      TRY(write_file(path, column.bytes));
      ++archive_.files_written;
    }
    fs::path partial = path;
    partial += ".p";
    std::error_code ignored;
    fs::remove_all(partial, ignored);
    ++column.number;
    column.bytes.clear();
    column.width = 0;
    return {};
  }

  Result<void> write_partial(const Column& column) {
    const fs::path place = folder_ / "tile" / column.name / (number_path(column.number) + ".p");
    const fs::path path = place / std::to_string(column.width);
    if (fs::exists(path)) return {};
    TRY(write_file(path, column.bytes));
    ++archive_.files_written;
    std::error_code ignored;
    for (const auto& other : fs::directory_iterator(place, ignored))
      if (other.path() != path) fs::remove(other.path(), ignored);
    return {};
  }

  const fs::path& folder_;
  AuditArchive& archive_;
  Column entries_;
  std::vector<Column> levels_;
};

// Entries are never changed, so they are read in parts, and no reader is held while files are
// written.
Result<void> write_entries(
    db::Database& database, AuditArchive& archive, const fs::path& folder,
    const std::function<void(std::int64_t done, std::int64_t all)>& progress) {
  Writer writer(folder, archive);
  const std::int64_t all = archive.head.size;
  for (std::int64_t done = 0; done < all;) {
    const std::int64_t most = std::min(kAtOnce, all - done);
    const auto part = TRY(database.read(
        [&](db::Connection& connection) { return audit_entries(connection, done, most); }));
    for (const AuditEntry& entry : part) {
      if (entry.index != done++)
        return fail(ErrorKind::kCorrupt, "an entry of the audit log is missing",
                    fmt::format("entry {}", done - 1));
      TRY(writer.add(entry.leaf));
    }
    if (static_cast<std::int64_t>(part.size()) < most)
      return fail(ErrorKind::kCorrupt, "an entry of the audit log is missing",
                  fmt::format("entry {}", done));
    if (progress) progress(done, all);
  }
  return writer.finish();
}

// The first line of a checkpoint that is there already.
std::string origin_in(const fs::path& folder) {
  std::ifstream file(folder / "checkpoint");
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

AuditSigner::AuditSigner(const NodeKey& key)
    : public_key_(crypto_sign_PUBLICKEYBYTES, '\0'), secret_key_(std::string()) {
  const Secret<std::string> seed = key.derived("daybreak audit signing");
  std::string secret(crypto_sign_SECRETKEYBYTES, '\0');
  crypto_sign_seed_keypair(bytes_of(public_key_), bytes_of(secret), bytes_of(seed.reveal()));
  secret_key_ = Secret<std::string>(std::move(secret));
  origin_ = "daybreak-node/" + to_hex(sha256(public_key_).substr(0, 6));
}

std::string AuditSigner::verifier_key() const {
  return origin_ + "+" + to_hex(key_id(origin_, public_key_)) + "+" +
         to_base64(kEd25519 + public_key_);
}

std::string AuditSigner::checkpoint(const TreeHead& head) const {
  const std::string body = fmt::format("{}\n{}\n{}\n", origin_, head.size, to_base64(head.root));
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(body), body.size(),
                       bytes_of(secret_key_.reveal()));
  return fmt::format("{}\n\u2014 {} {}\n", body, origin_,
                     to_base64(key_id(origin_, public_key_) + signature));
}

Result<AuditArchive> write_audit_archive(
    db::Database& database, const AuditSigner& signer, const fs::path& folder,
    const std::function<void(std::int64_t, std::int64_t)>& progress) {
  if (const std::string origin = origin_in(folder); !origin.empty() && origin != signer.origin())
    return fail(ErrorKind::kConflict, "this folder holds the audit log of another node",
                folder.string(), "Choose a folder of its own for each node");
  AuditArchive archive;
  archive.head =
      TRY(database.read([](db::Connection& connection) { return audit_head(connection); }));
  TRY(write_entries(database, archive, folder, progress));
  // Last, so that a reader never sees a checkpoint over tiles that are not there yet.
  TRY(write_file(folder / "checkpoint", signer.checkpoint(archive.head)));
  return archive;
}

Result<std::string> audit_entry_proof(db::Database& database, const AuditSigner& signer,
                                      std::int64_t number) {
  return database.read([&](db::Connection& connection) -> Result<std::string> {
    const TreeHead head = TRY(audit_head(connection));
    if (number < 0 || number >= head.size)
      return fail(ErrorKind::kNotFound,
                  fmt::format("the audit log has entries 0 to {}", head.size - 1),
                  fmt::format("entry {}", number));
    std::string text = fmt::format("c2sp.org/tlog-proof@v1\nindex {}\n", number);
    for (const std::string& hash : TRY(inclusion_proof(connection, number, head.size)))
      text += to_base64(hash) + "\n";
    return text + "\n" + signer.checkpoint(head);
  });
}

}  // namespace daybreak::trust
