// SPDX-License-Identifier: AGPL-3.0-or-later
// Checks an audit archive (trust/audit_archive.hpp) from nothing but its files and the log's public
// key. Stands alone on purpose: the standard library and OpenSSL, no line shared with what wrote
// the log, so that a fault there cannot hide here. Formats: C2SP tlog-tiles, tlog-checkpoint,
// tlog-proof, signed-note; hashes as in RFC 6962. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace audit_verifier {

// "origin+0f3a2b1c+AQ…", as `daybreak audit key` prints it.
struct LogKey {
  std::string origin, id, public_key;
};
std::optional<LogKey> parse_log_key(std::string_view text);

struct Archive {
  std::vector<std::string> names;  // of all files below the folder, with '/'
  std::function<std::optional<std::string>(const std::string& name)> read;
};

struct Verdict {
  std::int64_t entries = 0;
  std::string root;                 // 64 hexadecimal digits
  std::vector<std::string> faults;  // "tile/0/003: …", at most twenty; empty when the log is whole
};

// Reads every file: the signature, each entry, each hash, that nothing is missing or too much, that
// time never goes back, and that the log continues each of the `earlier` checkpoints (their texts).
Verdict verify_archive(const Archive& archive, const LogKey& key,
                       const std::vector<std::string>& earlier = {});

// Whether `proof` shows that the entry with this text is in the log. Empty, or what is wrong.
std::string verify_entry(std::string_view entry, std::string_view proof, const LogKey& key);

}  // namespace audit_verifier
