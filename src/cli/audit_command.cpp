// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak audit verify | head | list | key | export | proof`: reads the audit log of a data
// directory; changes nothing in it but the entry that says so.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "base/progress.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "trust/audit_archive.hpp"

namespace daybreak::cli {
namespace {

struct AuditArguments {
  NodeArguments node;
  std::vector<std::string> heads;
  std::int64_t from = 0, most = 100, number = 0;
  std::string folder;
  bool json = false;
};

std::string text_of(const trust::TreeHead& head) {
  return fmt::format("{}:{}", head.size, to_hex(head.root));
}

// "701:<64 hexadecimal digits>", as `audit head` prints it.
trust::TreeHead parse_head(const std::string& text) {
  const auto colon = text.find(':');
  const auto size = to_integer(std::string_view(text).substr(0, colon));
  const auto root = colon == std::string::npos ? std::nullopt
                                               : from_hex(std::string_view(text).substr(colon + 1));
  if (!size || *size < 0 || !root || root->size() != 32)
    exit_with({ErrorKind::kInvalid, "this is not a tree head", "--head " + text,
               "Write it as `daybreak audit head` prints it"});
  return {*size, *root};
}

void verify(const AuditArguments& arguments) {
  const auto opened = open_node(arguments.node);
  std::vector<trust::TreeHead> heads;
  for (const std::string& head : arguments.heads) heads.push_back(parse_head(head));
  Progress progress(stderr, opened->clock, {.label = "Verifying", .unit = "entries"});
  const auto report = value_or_exit(trust::verify_audit(
      opened->node->commons(), heads,
      [&](std::int64_t done, std::int64_t) { progress.set(static_cast<std::uint64_t>(done)); }));
  progress.set(static_cast<std::uint64_t>(report.entries));
  progress.finish();
  if (arguments.json) {
    boost::json::array faults(report.faults.begin(), report.faults.end());
    fmt::print("{}\n", boost::json::serialize(boost::json::object{{"whole", report.faults.empty()},
                                                                  {"entries", report.entries},
                                                                  {"head", text_of(report.head)},
                                                                  {"faults", faults}}));
  } else if (report.faults.empty()) {
    fmt::print("The audit log is whole: {} entries, head {}\n", report.entries,
               text_of(report.head));
  } else {
    for (const std::string& fault : report.faults) fmt::print("{}\n", fault);
    fmt::print(
        "The audit log is NOT whole. Keep this machine as it is and tell the person who answers "
        "for it.\n");
  }
  if (!report.faults.empty()) throw Exit{kExitFailure};
}

void print_head(const AuditArguments& arguments) {
  const auto opened = open_node(arguments.node);
  const auto head = value_or_exit(opened->node->commons().read(
      [](db::Connection& connection) { return trust::audit_head(connection); }));
  fmt::print("{}\n", text_of(head));
}

void note(CommandNode& node, const char* action) {
  value_or_exit(trust::record_audit(node.node->commons(), trust::Actor::system("cli"),
                                    {.action = action, .object_type = "audit_log"},
                                    node.clock.now()));
}

void print_key(const AuditArguments& arguments) {
  const auto opened = open_node(arguments.node);
  fmt::print("{}\n", trust::AuditSigner(opened->node->key()).verifier_key());
}

void export_archive(const AuditArguments& arguments) {
  const auto opened = open_node(arguments.node);
  note(*opened, "audit_log.export");
  Progress progress(stderr, opened->clock, {.label = "Exporting", .unit = "entries"});
  const auto archive = value_or_exit(trust::write_audit_archive(
      opened->node->commons(), trust::AuditSigner(opened->node->key()), arguments.folder,
      [&](std::int64_t done, std::int64_t) { progress.set(static_cast<std::uint64_t>(done)); }));
  progress.set(static_cast<std::uint64_t>(archive.head.size));
  progress.finish();
  fmt::print("{}: {} entries, {} files written, head {}\n", arguments.folder, archive.head.size,
             archive.files_written, text_of(archive.head));
}

void write_text(const std::filesystem::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) exit_with({ErrorKind::kUnavailable, "cannot write the file", path.string()});
}

// The entry byte by byte as it was hashed, and its proof.
void write_proof(const AuditArguments& arguments) {
  const auto opened = open_node(arguments.node);
  const std::string proof = value_or_exit(trust::audit_entry_proof(
      opened->node->commons(), trust::AuditSigner(opened->node->key()), arguments.number));
  const auto entries = value_or_exit(opened->node->commons().read([&](db::Connection& connection) {
    return trust::audit_entries(connection, arguments.number, 1);
  }));
  note(*opened, "audit_log.export");
  const std::filesystem::path folder = arguments.folder;
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  write_text(folder / "entry.json", entries.at(0).leaf);
  write_text(folder / "entry.proof", proof);
  fmt::print("Written: {0}/entry.json and {0}/entry.proof\n", arguments.folder);
}

// Each entry is one JSON object already.
void list(const AuditArguments& arguments) {
  const auto opened = open_node(arguments.node);
  note(*opened, "audit_log.list");
  const auto entries = value_or_exit(opened->node->commons().read([&](db::Connection& connection) {
    return trust::audit_entries(connection, arguments.from, arguments.most);
  }));
  for (const auto& entry : entries)
    fmt::print("{{\"number\":{},{}\n", entry.index, entry.leaf.substr(1));
}

}  // namespace

void add_audit_command(CLI::App& program) {
  CLI::App* command = program.add_subcommand("audit", "Verify and read the audit log");
  command->require_subcommand(1);
  const auto arguments = std::make_shared<AuditArguments>();
  CLI::App* verifying =
      command->add_subcommand("verify", "Read the whole log again and find any change");
  add_node_arguments(*verifying, arguments->node);
  verifying->add_option("--head", arguments->heads,
                        "A head noted before (SIZE:ROOT); the log must continue it. Repeatable");
  verifying->add_flag("--json", arguments->json, "Print JSON");
  verifying->callback([arguments] { verify(*arguments); });
  CLI::App* head = command->add_subcommand(
      "head",
      "Print the log's head, to be noted elsewhere: it shows later whether entries were cut off");
  add_node_arguments(*head, arguments->node);
  head->callback([arguments] { print_head(*arguments); });
  CLI::App* listing = command->add_subcommand("list", "Print entries, one JSON object a line");
  add_node_arguments(*listing, arguments->node);
  listing->add_option("--from", arguments->from, "The first entry")->capture_default_str();
  listing->add_option("--most", arguments->most, "How many at most")->capture_default_str();
  listing->callback([arguments] { list(*arguments); });
  CLI::App* key = command->add_subcommand(
      "key", "Print the key under which checkpoints are signed, for daybreak-audit-verify");
  add_node_arguments(*key, arguments->node);
  key->callback([arguments] { print_key(*arguments); });
  CLI::App* exporting = command->add_subcommand(
      "export", "Write the log as files that daybreak-audit-verify checks without Daybreak");
  add_node_arguments(*exporting, arguments->node);
  exporting->add_option("folder", arguments->folder, "Made, or brought up to date")->required();
  exporting->callback([arguments] { export_archive(*arguments); });
  CLI::App* proof =
      command->add_subcommand("proof", "Write one entry and the proof that it is in the log");
  add_node_arguments(*proof, arguments->node);
  proof->add_option("entry", arguments->number, "Its number")->required();
  proof->add_option("folder", arguments->folder, "Where to write both files")->required();
  proof->callback([arguments] { write_proof(*arguments); });
}

}  // namespace daybreak::cli
