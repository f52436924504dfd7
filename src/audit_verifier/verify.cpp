// SPDX-License-Identifier: AGPL-3.0-or-later
#include "audit_verifier/verify.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <openssl/evp.h>
#include <set>

namespace audit_verifier {
namespace {

constexpr std::size_t kHash = 32, kWidth = 256, kMostFaults = 20;

std::string hash_of(std::string_view head, std::string_view a, std::string_view b = {}) {
  static const EVP_MD* const sha256 = EVP_sha256();
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::string hash(kHash, '\0');
  unsigned length = 0;
  EVP_DigestInit_ex(context.get(), sha256, nullptr);
  for (const std::string_view part : {head, a, b})
    EVP_DigestUpdate(context.get(), part.data(), part.size());
  EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(hash.data()), &length);
  return hash;
}
std::string leaf_hash(std::string_view entry) { return hash_of({"\0", 1}, entry); }
std::string node_hash(std::string_view left, std::string_view right) {
  return hash_of("\1", left, right);
}

std::string hexadecimal(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

// Only the one spelling of each value: full groups, right padding, no stray bits.
std::optional<std::string> from_base64(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.empty() || text.size() % 4 != 0) return {};
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  std::string bytes;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool padded = i >= text.size() - padding;
    const std::size_t value = padded ? 0 : kAlphabet.find(text[i]);
    if (value == std::string_view::npos) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (i % 4 != 3) continue;
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(bits >> shift & 0xFF);
    bits = 0;
  }
  for (std::size_t i = 0; i < padding; ++i) {
    if (bytes.back() != '\0') return {};
    bytes.pop_back();
  }
  return bytes;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return {};
  return std::to_string(number) == text ? std::optional(number) : std::nullopt;  // no "007"
}

// Takes the text up to the next line end off its front.
std::optional<std::string_view> next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {};
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

bool signed_by(const LogKey& key, std::string_view message, std::string_view signature) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> public_key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(key.public_key),
                                  key.public_key.size()),
      EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  return public_key && signature.size() == 64 &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, public_key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

struct Checkpoint {
  std::int64_t size = 0;
  std::string root;
};

// Exactly what the log signs: three lines, an empty one, one signature, nothing after it.
std::optional<Checkpoint> parse_checkpoint(std::string_view text, const LogKey& key,
                                           std::string& wrong) {
  const auto refuse = [&](const char* why) {
    wrong = why;
    return std::nullopt;
  };
  const std::string_view all = text;
  const auto origin = next_line(text), size = next_line(text), root = next_line(text);
  if (!origin || !size || !root) return refuse("it is cut short");
  const std::string_view message = all.substr(0, all.size() - text.size());
  const auto empty = next_line(text), signature = next_line(text);
  if (!empty || !empty->empty() || !signature || !text.empty())
    return refuse("it is not a signed checkpoint");
  if (*origin != key.origin) return refuse("it is of another log");
  const std::string before = "\u2014 " + key.origin + " ";
  if (!signature->starts_with(before)) return refuse("it is not signed by this log");
  const auto bytes = from_base64(signature->substr(before.size()));
  if (!bytes || bytes->substr(0, 4) != key.id || !signed_by(key, message, bytes->substr(4)))
    return refuse("its signature is wrong");
  const auto number = whole_number(*size);
  const auto hash = from_base64(*root);
  if (!number || !hash || hash->size() != kHash) return refuse("its size or root is malformed");
  return Checkpoint{*number, *hash};
}

// The root of what came so far (RFC 6962, 2.1): full subtrees, largest first.
class RunningRoot {
 public:
  void add(std::string hash) {
    std::int64_t height = 0;
    for (; !parts_.empty() && parts_.back().first == height; ++height) {
      hash = node_hash(parts_.back().second, hash);
      parts_.pop_back();
    }
    parts_.emplace_back(height, std::move(hash));
  }
  std::string root() const {
    if (parts_.empty()) return hash_of({}, {});
    std::string hash = parts_.back().second;
    for (auto part = parts_.rbegin() + 1; part != parts_.rend(); ++part)
      hash = node_hash(part->second, hash);
    return hash;
  }

 private:
  std::vector<std::pair<std::int64_t, std::string>> parts_;
};

std::string number_path(std::int64_t number) {
  const auto three = [](std::int64_t part) {
    const std::string digits = std::to_string(part);
    return std::string(3 - digits.size(), '0') + digits;
  };
  std::string path = three(number % 1000);
  while ((number /= 1000) > 0) path = "x" + three(number % 1000) + "/" + path;
  return path;
}

class Walk {
 public:
  Walk(const Archive& archive, const LogKey& key) : archive_(archive), key_(key) {}

  Verdict run(const std::vector<std::string>& earlier) {
    std::string wrong;
    const auto checkpoint = parse_checkpoint(read("checkpoint"), key_, wrong);
    if (!checkpoint) {
      if (verdict_.faults.empty()) fault("checkpoint", wrong);
      return std::move(verdict_);
    }
    for (std::size_t i = 0; i < earlier.size(); ++i) {
      const auto one = parse_checkpoint(earlier[i], key_, wrong);
      const std::string name = "earlier checkpoint " + std::to_string(i + 1);
      if (!one)
        fault(name, wrong);
      else if (one->size > checkpoint->size)
        fault(name, "the log was longer then: entries were cut off");
      else
        earlier_.push_back({*one, name});
    }
    walk(checkpoint->size);
    if (verdict_.faults.empty() && root_.root() != checkpoint->root)
      fault("checkpoint", "its root is not that of the entries");
    for (const std::string& name : archive_.names)
      if (!expected_.contains(name)) fault(name, "this file does not belong to the log");
    verdict_.root = hexadecimal(root_.root());
    return std::move(verdict_);
  }

 private:
  void fault(const std::string& where, std::string_view what) {
    if (verdict_.faults.size() < kMostFaults)
      verdict_.faults.push_back(where + ": " + std::string(what));
  }

  std::string read(const std::string& name) {
    expected_.insert(name);
    auto bytes = archive_.read(name);
    if (!bytes) fault(name, "is missing");
    return std::move(bytes).value_or(std::string());
  }

  // Reads the tile of this number, which has `width` hashes, and compares.
  void compare_tile(const std::string& column, std::int64_t number, const std::string& hashes) {
    const std::string name = tile_name(column, number, hashes.size() / kHash);
    if (read(name) != hashes) fault(name, "its hashes are not those of the entries");
  }
  static std::string tile_name(const std::string& column, std::int64_t number, std::size_t width) {
    std::string name = "tile/" + column + "/" + number_path(number);
    return width == kWidth ? name : name + ".p/" + std::to_string(width);
  }

  void add_hash(std::size_t level, const std::string& hash) {
    if (levels_.size() == level) levels_.emplace_back();
    levels_[level].hashes += hash;
    if (levels_[level].hashes.size() < kWidth * kHash) return;
    RunningRoot root;
    for (std::size_t i = 0; i < kWidth; ++i)
      root.add(levels_[level].hashes.substr(i * kHash, kHash));
    compare_tile(std::to_string(level), levels_[level].number++, levels_[level].hashes);
    levels_[level].hashes.clear();
    add_hash(level + 1, root.root());
  }

  void add_entry(std::string_view entry) {
    std::string hash = leaf_hash(entry);
    add_hash(0, hash);
    root_.add(std::move(hash));
    ++verdict_.entries;
    check_earlier();
    constexpr std::string_view kBefore = "{\"at\":\"";
    const std::string at(entry.substr(0, kBefore.size()) == kBefore
                             ? entry.substr(kBefore.size(), 24)
                             : std::string_view());
    if (at.size() != 24 || at < last_at_)
      fault("entry " + std::to_string(verdict_.entries - 1), "its time is missing or goes back");
    last_at_ = at;
  }

  void check_earlier() {
    for (const auto& [checkpoint, name] : earlier_)
      if (checkpoint.size == verdict_.entries && checkpoint.root != root_.root())
        fault(name, "the log does not continue it");
  }

  void walk(std::int64_t size) {
    check_earlier();
    for (std::int64_t number = 0; number * std::int64_t{kWidth} < size; ++number) {
      const auto width = static_cast<std::size_t>(
          std::min<std::int64_t>(kWidth, size - number * std::int64_t{kWidth}));
      const std::string name = tile_name("entries", number, width);
      const std::string bundle = read(name);
      if (!verdict_.faults.empty()) return;
      std::string_view rest = bundle;
      for (std::size_t i = 0; i < width; ++i) {
        const std::size_t length = rest.size() < 2 ? 0
                                                   : static_cast<unsigned char>(rest[0]) * 256u +
                                                         static_cast<unsigned char>(rest[1]);
        if (rest.size() < 2 + length) return fault(name, "it is cut short");
        add_entry(rest.substr(2, length));
        rest.remove_prefix(2 + length);
      }
      if (!rest.empty()) return fault(name, "it holds more than its entries");
      if (!verdict_.faults.empty()) return;
    }
    for (std::size_t level = 0; level < levels_.size(); ++level)
      if (!levels_[level].hashes.empty())
        compare_tile(std::to_string(level), levels_[level].number, levels_[level].hashes);
  }

  struct Level {
    std::string hashes;
    std::int64_t number = 0;
  };

  const Archive& archive_;
  const LogKey& key_;
  Verdict verdict_;
  std::set<std::string> expected_;
  std::vector<std::pair<Checkpoint, std::string>> earlier_;
  std::vector<Level> levels_;
  RunningRoot root_;
  std::string last_at_;
};

// RFC 9162, 2.1.3.2.
bool path_leads_to(std::string hash, std::int64_t index, std::int64_t size,
                   const std::vector<std::string>& path, const std::string& root) {
  std::int64_t last = size - 1;
  for (const std::string& other : path) {
    if (last == 0) return false;
    if ((index & 1) != 0 || index == last) {
      hash = node_hash(other, hash);
      while ((index & 1) == 0 && index != 0) {
        index >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, other);
    }
    index >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

}  // namespace

std::optional<LogKey> parse_log_key(std::string_view text) {
  const std::size_t first = text.find('+');
  if (first == std::string_view::npos || text.size() < first + 10 || text[first + 9] != '+')
    return {};
  LogKey key;
  key.origin = text.substr(0, first);
  const auto bytes = from_base64(text.substr(first + 10));
  if (!bytes || bytes->size() != 33 || bytes->front() != 1) return {};
  key.public_key = bytes->substr(1);
  key.id = hash_of(key.origin + "\n", *bytes).substr(0, 4);
  if (hexadecimal(key.id) != text.substr(first + 1, 8)) return {};
  return key;
}

Verdict verify_archive(const Archive& archive, const LogKey& key,
                       const std::vector<std::string>& earlier) {
  return Walk(archive, key).run(earlier);
}

std::string verify_entry(std::string_view entry, std::string_view proof, const LogKey& key) {
  const auto head = next_line(proof), index_line = next_line(proof);
  if (!head || *head != "c2sp.org/tlog-proof@v1" || !index_line ||
      !index_line->starts_with("index "))
    return "this is not a proof of an entry";
  const auto index = whole_number(index_line->substr(6));
  std::vector<std::string> path;
  for (;;) {
    const auto line = next_line(proof);
    if (!line) return "the proof is cut short";
    if (line->empty()) break;
    const auto hash = from_base64(*line);
    if (!hash || hash->size() != kHash) return "a hash of the proof is malformed";
    path.push_back(*hash);
  }
  std::string wrong;
  const auto checkpoint = parse_checkpoint(proof, key, wrong);
  if (!checkpoint) return "the checkpoint: " + wrong;
  if (!index || *index >= checkpoint->size) return "the log has no such entry";
  if (!path_leads_to(leaf_hash(entry), *index, checkpoint->size, path, checkpoint->root))
    return "the entry is not the one in the log";
  return {};
}

}  // namespace audit_verifier
