// SPDX-License-Identifier: AGPL-3.0-or-later
#include <chrono>
#include <fmt/format.h>
#include <map>

#include "audit_verifier/verify.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/scratch_folder.hpp"
#include "prove/fault.hpp"
#include "prove/files.hpp"
#include "trust/audit_archive.hpp"
#include "trust/migrations.hpp"

namespace daybreak::prove {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kEntries = 1500;        // five full tiles, one part, two levels
constexpr std::uint64_t kRateEntries = 20'000;  // for the rate
constexpr std::size_t kBatch = 64;

using Files = std::map<std::string, std::string>;  // by name below the folder

std::vector<trust::AuditEvent> events(std::size_t count, Random& random) {
  std::vector<trust::AuditEvent> made;
  for (std::size_t i = 0; i < count; ++i)
    made.push_back({.action = random.below(3) == 0 ? "service.edit" : "client.read",
                    .object_type = random.below(2) == 0 ? "service" : "client",
                    .object = fmt::format("{:016x}", random.number()),
                    .rule = "provider-reads-own"});
  return made;
}

void append(db::Database& store, std::size_t count, Instant now, Random& random) {
  const auto batch = events(count, random);
  need(store.write([&](db::Connection& connection) {
    return trust::append_audit(connection, trust::Actor::system("proof"), batch, now);
  }),
       "an entry of the log");
}

audit_verifier::Verdict verdict_on(const Files& files, const audit_verifier::LogKey& key,
                                   const std::vector<std::string>& earlier = {}) {
  audit_verifier::Archive archive;
  for (const auto& [name, bytes] : files) archive.names.push_back(name);
  archive.read = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = files.find(name);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  };
  return audit_verifier::verify_archive(archive, key, earlier);
}

// Changes the files in one random way and says which.
class Mutator {
 public:
  Mutator(const Files& files, Random& random) : random_(random) {
    for (const auto& [name, bytes] : files) names_.push_back(name);
  }

  std::string change(Files& files) {
    const std::string& name = names_[random_.below(names_.size())];
    std::string& bytes = files[name];
    switch (random_.below(8)) {
      case 0:
        files.erase(name);
        return "deletion of " + name;
      case 1:
        bytes.resize(random_.below(bytes.size()));
        return "cutting of " + name;
      case 2:
        bytes += random_.bytes(1 + random_.below(40));
        return "addition to " + name;
      case 3:
        return exchange_files(files, name);
      case 4:
        return exchange_parts(bytes, name);
      case 5:
        bytes.insert(random_.below(bytes.size()), random_.bytes(1));
        return "insertion into " + name;
      case 6:
        files[name + "x"] = bytes;
        return "an added file beside " + name;
      default:
        const std::size_t at = random_.below(bytes.size());
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random_.below(8)));
        return fmt::format("a turned bit of {} at {}", name, at);
    }
  }

 private:
  std::string exchange_files(Files& files, const std::string& name) {
    const std::string& other = names_[random_.below(names_.size())];
    std::swap(files[name], files[other]);
    return "exchange of " + name + " and " + other;
  }
  std::string exchange_parts(std::string& bytes, const std::string& name) {
    const std::size_t length = std::min<std::size_t>(32, bytes.size() / 2);
    const std::size_t a = random_.below(bytes.size() / 2 - length / 2 + 1),
                      b = bytes.size() - length;
    if (a + length > b) return "nothing";
    std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(a),
                     bytes.begin() + static_cast<std::ptrdiff_t>(a + length),
                     bytes.begin() + static_cast<std::ptrdiff_t>(b));
    return "exchange of two parts of " + name;
  }

  Random& random_;
  std::vector<std::string> names_;
};

struct Log {
  Files files;
  std::string earlier_checkpoint;  // when it had half of its entries
  Files earlier_files;
};

Log make_log(db::Database& store, const trust::AuditSigner& signer, const fs::path& folder,
             Random& random) {
  const SystemClock clock;
  Log log;
  for (std::uint64_t made = 0; made < kEntries; made += kBatch) {
    append(store, std::min<std::uint64_t>(kBatch, kEntries - made), clock.now(), random);
    if (made >= kEntries / 2 && log.earlier_files.empty()) {
      need(trust::write_audit_archive(store, signer, folder), "the archive");
      log.earlier_files = files_below(folder);
      log.earlier_checkpoint = log.earlier_files.at("checkpoint");
    }
  }
  need(trust::write_audit_archive(store, signer, folder), "the archive");
  log.files = files_below(folder);
  return log;
}

void check_proofs_of_entries(db::Database& store, const trust::AuditSigner& signer,
                             const audit_verifier::LogKey& key, Random& random) {
  const auto entries = need(store.read([](db::Connection& connection) {
    return trust::audit_entries(connection, 0, static_cast<std::int64_t>(kEntries));
  }),
                            "the entries");
  for (int i = 0; i < 50; ++i) {
    const auto& entry = entries[random.below(entries.size())];
    const std::string proof =
        need(trust::audit_entry_proof(store, signer, entry.index), "the proof of an entry");
    expect(audit_verifier::verify_entry(entry.leaf, proof, key).empty(),
           "the proof of an entry is refused");
    expect(!audit_verifier::verify_entry(entry.leaf + " ", proof, key).empty(),
           "a changed entry passes with its old proof");
    std::string changed = proof;
    const std::size_t at = random.below(changed.size());
    changed[at] = static_cast<char>(changed[at] ^ 1);
    expect(!audit_verifier::verify_entry(entry.leaf, changed, key).empty(),
           fmt::format("a proof of an entry changed at {} passes", at));
  }
}

double leaves_per_second(db::Database& store, Random& random) {
  const SystemClock clock;
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t made = 0; made < kRateEntries; made += kBatch * 4)
    append(store, kBatch * 4, clock.now(), random);
  return static_cast<double>(kRateEntries) /
         std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

Proof prove_audit(std::uint64_t mutations, std::uint64_t seed, const ProofProgress& progress) {
  return run_proof("audit", [&](Proof& proof) {
    const ScratchFolder folder;
    SeededRandom random(seed);
    const SystemClock clock;
    const auto store =
        need(db::Database::open("sqlite:" + (folder.path() / "store.db").string()), "the store");
    const std::vector modules = {trust::audit_migrations()};
    need(db::migrate(*store, modules, clock), "its tables");
    const trust::AuditSigner signer(
        need(trust::NodeKey::load_or_create(folder.path(), random), "the key"));
    const auto key = audit_verifier::parse_log_key(signer.verifier_key());
    expect(key.has_value(), "the log's key cannot be read");
    const Log log = make_log(*store, signer, folder.path() / "archive", random);
    const auto whole = verdict_on(log.files, *key, {log.earlier_checkpoint});
    expect(whole.faults.empty() && whole.entries == static_cast<std::int64_t>(kEntries),
           "the whole log is not taken for whole: " +
               (whole.faults.empty() ? std::string("entries") : whole.faults.front()));
    expect(!verdict_on(log.earlier_files, *key, {log.files.at("checkpoint")}).faults.empty(),
           "a log that was rolled back is taken for whole");
    check_proofs_of_entries(*store, signer, *key, random);
    Mutator mutator(log.files, random);
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i < mutations;) {
      Files files = log.files;
      const std::string change = mutator.change(files);
      if (files == log.files) continue;  // for instance a tile exchanged with itself
      expect(!verdict_on(files, *key).faults.empty(), "not found: " + change);
      ++found;
      ++i;
      if (progress) progress(i, mutations);
    }
    proof.figures = {figure("entries", kEntries), figure("changes", mutations),
                     figure("found", found),
                     figure("leaves added a second",
                            static_cast<std::uint64_t>(leaves_per_second(*store, random)))};
  });
}

}  // namespace daybreak::prove
