// SPDX-License-Identifier: AGPL-3.0-or-later
// `daybreak vault export-own`: everything of the own vault into one package sealed under a
// passphrase, by two members who give theirs; `open-export`: the package as plain files, on any
// machine. Passphrases are read from standard input, one a line.
#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/node_options.hpp"
#include "cli/vault_export.hpp"
#include "vault/officers.hpp"
#include "vault/takeout/takeout.hpp"
#include "vault/vaults.hpp"
#include "web/site.hpp"

namespace daybreak::cli {
namespace {

namespace fs = std::filesystem;
namespace takeout = vault::takeout;

struct ExportArguments {
  NodeArguments node;
  std::string member, second, file, into;
};

Secret<std::string> ask(std::string_view words) {
  std::string line;
  std::cerr << words << ": ";
  std::getline(std::cin, line);
  return Secret<std::string>(std::move(line));
}

// A file that only its owner reads; there must be none of this name.
class OwnFile {
 public:
  explicit OwnFile(const fs::path& path)
      : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {}
  ~OwnFile() {
    if (file_ >= 0) ::close(file_);
  }
  OwnFile(const OwnFile&) = delete;
  OwnFile& operator=(const OwnFile&) = delete;
  Result<void> write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = file_ < 0 ? -1 : ::write(file_, bytes.data(), bytes.size());
      if (written < 0)
        return fail(ErrorKind::kUnavailable, "cannot write the file, or it is there already",
                    path_.string(), "Choose another name");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }
  Result<void> flush() {
    if (file_ >= 0 && ::fsync(file_) == 0) return {};
    return fail(ErrorKind::kUnavailable, "cannot write the file", path_.string());
  }

 private:
  fs::path path_;
  int file_;
};

// A member at work with the own passphrase, confirmed by it.
struct Opened {
  trust::Actor actor;
  std::shared_ptr<const trust::keys::Keyring> ring;
};
Opened open_as(const CommandNode& node, trust::Members& members, vault::Vaults& vaults,
               const std::string& email) {
  const auto member = value_or_exit(members.find_by_email(email));
  if (!member)
    exit_with({ErrorKind::kNotFound, "there is no account with this address", email, {}});
  Opened opened;
  opened.actor.kind = trust::Actor::Kind::kMember;
  opened.actor.member = member->id;
  opened.actor.organization = member->organization;
  opened.actor.roles = member->roles;
  opened.actor.source = "cli";
  vault::Vault* found = value_or_exit(vaults.find(member->organization));
  auto ring = value_or_exit(
      vault::Officers(*found).unlock(opened.actor, ask("Passphrase of " + email)));
  opened.ring = std::make_shared<const trust::keys::Keyring>(std::move(ring));
  opened.actor.confirmed_at = node.clock.now();  // the passphrase was given just now
  return opened;
}

void export_own(const ExportArguments& arguments) {
  const auto node = open_node(arguments.node);
  vault::Vaults vaults(node->node->data(), web::vault_modules(), node->clock, node->random);
  trust::Members members(node->node->keeper());
  const Opened first = open_as(*node, members, vaults, arguments.member);
  const Opened second = open_as(*node, members, vaults, arguments.second);
  vault::Vault* own = value_or_exit(vaults.find(first.actor.organization));
  const vault::Work work{*own, first.actor, first.ring};
  OwnFile file(arguments.file);
  auto package = value_or_exit(takeout::PackageWriter::begin(
      [&](std::string_view bytes) { return file.write(bytes); },
      ask("A new passphrase for the package"), own->organization(), node->random));
  const auto done = takeout::take_out(work, second.actor, package);
  if (!done) {
    fs::remove(arguments.file);
    exit_with(done.error());
  }
  value_or_exit(file.flush());
  fmt::print(
      "{}: {} people, {} services, {} notes, {} releases, {} disclosures, {} attachments.\n"
      "`daybreak vault open-export` opens it with its passphrase, on any machine.\n",
      arguments.file, done->people, done->services, done->notes, done->releases, done->disclosures,
      done->attachments);
}

void open_export(const ExportArguments& arguments) {
  std::ifstream in(arguments.file, std::ios::binary);
  if (!in) exit_with({ErrorKind::kNotFound, "cannot read the package", arguments.file, {}});
  const fs::path into = arguments.into;
  if (fs::exists(into))
    exit_with({ErrorKind::kConflict, "this folder is there already", arguments.into,
               "Choose another name"});
  std::unique_ptr<OwnFile> file;
  std::int64_t count = 0;
  const auto read = takeout::read_package(
      [&](std::size_t most) -> Result<std::string> {
        std::string bytes(most, '\0');
        in.read(bytes.data(), static_cast<std::streamsize>(most));
        bytes.resize(static_cast<std::size_t>(in.gcount()));
        return bytes;
      },
      ask("Passphrase of the package"),
      {[&](const std::string& name) -> Result<void> {
         const fs::path path = into / name;
         fs::create_directories(path.parent_path());
         ::chmod(into.c_str(), 0700);
         file = std::make_unique<OwnFile>(path);
         ++count;
         return file->write({});
       },
       [&](std::string_view bytes) -> Result<void> {
         if (file) return file->write(bytes);
         return fail(ErrorKind::kCorrupt, "this package is damaged");
       }});
  if (!read) {
    std::error_code error;
    fs::remove_all(into, error);  // what came before the damage counts for nothing
    exit_with(read.error());
  }
  fmt::print("{} files in {}, of the vault of {}. They are not sealed any more.\n", count,
             arguments.into, read->to_string());
}

}  // namespace

void add_vault_export_commands(CLI::App& vault) {
  const auto arguments = std::make_shared<ExportArguments>();
  CLI::App* own = vault.add_subcommand(
      "export-own", "Everything of the own vault into a package sealed under a passphrase");
  add_node_arguments(*own, arguments->node);
  own->add_option("--member", arguments->member,
                  "E-mail of the account steward and advocate who exports; passphrases are asked")
      ->required();
  own->add_option("--second", arguments->second, "E-mail of the second member who agrees")
      ->required();
  own->add_option("--to", arguments->file, "The package to write; it must not be there yet")
      ->required();
  own->callback([arguments] { export_own(*arguments); });
  CLI::App* open =
      vault.add_subcommand("open-export", "Open a package of export-own as plain files");
  open->add_option("file", arguments->file, "The package")->required();
  open->add_option("--into", arguments->into, "The folder to make")->required();
  open->callback([arguments] { open_export(*arguments); });
}

}  // namespace daybreak::cli
