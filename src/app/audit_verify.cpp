// SPDX-License-Identifier: AGPL-3.0-or-later
// daybreak-audit-verify: checks an audit archive without Daybreak. Exit codes: 0 whole, 1 not
// whole, 2 wrong use.
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "audit_verifier/verify.hpp"

namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "daybreak-audit-verify: check a node's audit log from its files alone\n\n"
    "  daybreak-audit-verify --key KEY FOLDER [--earlier CHECKPOINT]...\n"
    "  daybreak-audit-verify --key KEY --proof FILE --entry FILE\n\n"
    "KEY         what `daybreak audit key` printed when you first met this node\n"
    "FOLDER      what `daybreak audit export` wrote\n"
    "CHECKPOINT  a file `checkpoint` that you kept from before: the log must continue it\n\n"
    "Exit codes: 0 the log is whole, 1 it is not, 2 wrong use.\n";

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || !fs::is_regular_file(path)) return {};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

int wrong_use(const std::string& what) {
  std::fprintf(stderr, "daybreak-audit-verify: %s\n\n%s", what.c_str(), kUsage);
  return 2;
}

struct Arguments {
  std::string key, folder, proof, entry;
  std::vector<std::string> earlier;
};

// Empty, or what is wrong.
std::string read_arguments(int count, char** words, Arguments& arguments) {
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (!word.starts_with("--")) {
      if (!arguments.folder.empty()) return "more than one folder is given";
      arguments.folder = word;
      continue;
    }
    if (i + 1 == count) return word + " needs a value";
    const std::string value = words[++i];
    if (word == "--key")
      arguments.key = value;
    else if (word == "--proof")
      arguments.proof = value;
    else if (word == "--entry")
      arguments.entry = value;
    else if (word == "--earlier")
      arguments.earlier.push_back(value);
    else
      return "there is no option " + word;
  }
  return {};
}

int check_entry(const Arguments& arguments, const audit_verifier::LogKey& key) {
  const auto proof = read_file(arguments.proof), entry = read_file(arguments.entry);
  if (!proof || !entry) return wrong_use("cannot read the proof or the entry");
  const std::string wrong = audit_verifier::verify_entry(*entry, *proof, key);
  if (wrong.empty()) {
    std::printf("The entry is in the log: %s\n", entry->c_str());
    return 0;
  }
  std::printf("NOT proven: %s\n", wrong.c_str());
  return 1;
}

int check_folder(const Arguments& arguments, const audit_verifier::LogKey& key) {
  const fs::path folder = arguments.folder;
  if (!fs::is_directory(folder)) return wrong_use(arguments.folder + " is not a folder");
  audit_verifier::Archive archive;
  for (const auto& file : fs::recursive_directory_iterator(folder))
    if (!file.is_directory())
      archive.names.push_back(fs::relative(file.path(), folder).generic_string());
  archive.read = [&](const std::string& name) { return read_file(folder / name); };
  std::vector<std::string> earlier;
  for (const std::string& path : arguments.earlier) {
    const auto text = read_file(path);
    if (!text) return wrong_use("cannot read " + path);
    earlier.push_back(*text);
  }
  const auto verdict = audit_verifier::verify_archive(archive, key, earlier);
  for (const std::string& fault : verdict.faults) std::printf("%s\n", fault.c_str());
  if (!verdict.faults.empty()) {
    std::printf("The audit log is NOT whole. Keep these files as they are.\n");
    return 1;
  }
  std::printf("The audit log is whole: %lld entries, root %s\n",
              static_cast<long long>(verdict.entries), verdict.root.c_str());
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count == 2 && (std::strcmp(words[1], "--help") == 0 || std::strcmp(words[1], "-h") == 0)) {
    std::printf("%s", kUsage);
    return 0;
  }
  Arguments arguments;
  if (const std::string wrong = read_arguments(count, words, arguments); !wrong.empty())
    return wrong_use(wrong);
  const auto key = audit_verifier::parse_log_key(arguments.key);
  if (!key) return wrong_use("--key is missing or is not a log's key");
  if (!arguments.proof.empty() && !arguments.entry.empty()) return check_entry(arguments, *key);
  if (arguments.folder.empty()) return wrong_use("no folder is given");
  return check_folder(arguments, *key);
}
