// SPDX-License-Identifier: AGPL-3.0-or-later
// Looks for many byte strings at once in files, pages and the memory of a process.
#pragma once

#include <bitset>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace daybreak::wall {

class Finder {
 public:
  static constexpr std::size_t kLeast = 8;

  // What `name` is called when these bytes (eight at least) are found.
  void add(std::string_view name, std::string_view bytes);
  // A word as itself and as what it could be turned into: hexadecimal, Base64 at each of the three
  // alignments, UTF-16, its SHA-256 and that in hexadecimal.
  void add_word(const std::string& word);
  std::size_t patterns() const { return count_; }

  // The names of what is in these bytes.
  std::set<std::string> find(std::string_view bytes) const;
  std::set<std::string> find_below(const std::filesystem::path& folder,
                                   const std::filesystem::path& except = {}) const;

  struct Dump {
    std::uint64_t bytes = 0;
    std::map<std::string, std::uint64_t> found;  // how often
  };
  // All memory of a running process that can be read.
  Dump find_in_memory(pid_t process) const;

 private:
  struct Pattern {
    std::string name, bytes;
  };
  static std::uint64_t start_of(const char* at) {
    std::uint64_t start = 0;
    std::memcpy(&start, at, sizeof start);
    return start;
  }
  static std::size_t slot(std::uint64_t start) { return start * 0x9E3779B97F4A7C15u >> 44; }
  template <typename Each>
  void each_match(std::string_view bytes, const Each& each) const;

  std::multimap<std::uint64_t, Pattern> patterns_;
  std::bitset<std::size_t{1} << 20> starts_;
  std::size_t count_ = 0, longest_ = kLeast;
};

}  // namespace daybreak::wall
