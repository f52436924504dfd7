// SPDX-License-Identifier: AGPL-3.0-or-later
#include "tests/wall/finder.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "prove/files.hpp"

namespace daybreak::wall {

void Finder::add(std::string_view name, std::string_view bytes) {
  if (bytes.size() < kLeast) throw std::logic_error("too short to be looked for");
  const std::uint64_t start = start_of(bytes.data());
  patterns_.emplace(start, Pattern{std::string(name), std::string(bytes)});
  starts_.set(slot(start));
  longest_ = std::max(longest_, bytes.size());
  ++count_;
}

void Finder::add_word(const std::string& word) {
  add(word, word);
  add(word + " in hexadecimal", to_hex(word));
  for (std::size_t shift = 0; shift < 3; ++shift) {
    // Without the letters that depend on what stands before and after.
    const std::string text = to_base64(std::string(shift, 'x') + word);
    const std::size_t from = shift == 0 ? 0 : 4;
    add(word + " in Base64", text.substr(from, text.size() / 4 * 4 - 4 - from));
  }
  std::string wide;
  for (const char c : word) wide += {c, '\0'};
  add(word + " in UTF-16", wide);
  add("SHA-256 of " + word, sha256(word));
  add("SHA-256 of " + word, sha256_hex(word));
}

template <typename Each>
void Finder::each_match(std::string_view bytes, const Each& each) const {
  if (bytes.size() < kLeast) return;
  for (std::size_t at = 0; at + kLeast <= bytes.size(); ++at) {
    const std::uint64_t start = start_of(bytes.data() + at);
    if (!starts_.test(slot(start))) continue;
    const auto [from, to] = patterns_.equal_range(start);
    for (auto one = from; one != to; ++one)
      if (bytes.substr(at).starts_with(one->second.bytes)) each(one->second, at);
  }
}

std::set<std::string> Finder::find(std::string_view bytes) const {
  std::set<std::string> found;
  each_match(bytes, [&](const Pattern& pattern, std::size_t) { found.insert(pattern.name); });
  return found;
}

std::set<std::string> Finder::find_below(const std::filesystem::path& folder,
                                         const std::filesystem::path& except) const {
  std::set<std::string> found;
  for (const auto& [name, bytes] : prove::files_below(folder)) {
    if (!except.empty() && (folder / name).string().starts_with(except.string() + "/")) continue;
    for (const std::string& one : find(bytes)) found.insert(fmt::format("{} in {}", one, name));
    for (const std::string& one : find(name)) found.insert(fmt::format("{} in a name", one));
  }
  return found;
}

Finder::Dump Finder::find_in_memory(pid_t process) const {
  const int memory = ::open(fmt::format("/proc/{}/mem", process).c_str(), O_RDONLY | O_CLOEXEC);
  if (memory < 0) throw std::runtime_error("cannot read the memory of the process");
  Dump dump;
  std::ifstream maps(fmt::format("/proc/{}/maps", process));
  for (std::string line; std::getline(maps, line);) {
    std::uint64_t from = 0, to = 0;
    char readable = '-';
    if (std::sscanf(line.c_str(), "%lx-%lx %c", &from, &to, &readable) != 3 || readable != 'r')
      continue;
    std::string bytes(to - from, '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
      const ssize_t count = ::pread(memory, bytes.data() + have, bytes.size() - have,
                                    static_cast<off_t>(from + have));
      if (count <= 0) break;
      have += static_cast<std::size_t>(count);
    }
    bytes.resize(have);
    dump.bytes += have;
    each_match(bytes, [&](const Pattern& pattern, std::size_t) { ++dump.found[pattern.name]; });
  }
  ::close(memory);
  return dump;
}

}  // namespace daybreak::wall
