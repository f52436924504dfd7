// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/node.hpp"

#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.hpp"

namespace daybreak::trust {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUrlFile = "database.url";

// What the directory says, when the caller does not.
std::string url_of(const NodeOptions& options) {
  if (!options.database_url.empty()) return options.database_url;
  std::ifstream file(options.data / kUrlFile);
  std::string line;
  if (file && std::getline(file, line) && !trim(line).empty()) return std::string(trim(line));
  return "sqlite:" + (options.data / "commons.db").string();
}

// The address may hold a password: readable by its owner alone.
Result<void> keep_url(const NodeOptions& options) {
  if (options.database_url.empty()) return {};
  const fs::path path = options.data / kUrlFile;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const std::string line = options.database_url + "\n";
  const bool good = file >= 0 &&
                    ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                    ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!good)
    return fail(ErrorKind::kUnavailable, "cannot write the database's address", path.string());
  return {};
}

Result<std::unique_ptr<db::Database>> open_commons(const std::string& url,
                                                   std::span<const db::ModuleMigrations> modules,
                                                   const Clock& clock, bool create) {
  auto commons = TRY(db::Database::open(db::OpenOptions{.url = url, .create_if_missing = create}));
  TRY(db::migrate(*commons, modules, clock));
  return commons;
}

}  // namespace

Result<std::unique_ptr<Node>> Node::create(const NodeOptions& options,
                                           std::span<const db::ModuleMigrations> modules,
                                           const Clock& clock, Random& random) {
  if (fs::exists(options.data / "node.key"))
    return fail(ErrorKind::kConflict, "there is a node in this directory already",
                options.data.string(),
                "Choose another with --data, or use `daybreak member` to add accounts");
  std::error_code error;
  fs::create_directories(options.data, error);
  if (error || ::chmod(options.data.c_str(), 0700) != 0)
    return fail(ErrorKind::kUnavailable, "cannot make the data directory", options.data.string());
  // The key comes last: a start that was interrupted can simply be tried again.
  auto commons = TRY(open_commons(
      options.database_url.empty() ? url_of(options) : options.database_url, modules, clock, true));
  if (!fs::exists(options.data / kUrlFile)) TRY(keep_url(options));
  NodeKey key = TRY(NodeKey::load_or_create(options.data, random));
  return std::unique_ptr<Node>(
      new Node(options.data, std::move(key), std::move(commons), clock, random));
}

Result<std::unique_ptr<Node>> Node::open(const NodeOptions& options,
                                         std::span<const db::ModuleMigrations> modules,
                                         const Clock& clock, Random& random) {
  NodeKey key = TRY(NodeKey::load(options.data));
  auto commons = TRY(open_commons(url_of(options), modules, clock, false));
  return std::unique_ptr<Node>(
      new Node(options.data, std::move(key), std::move(commons), clock, random));
}

}  // namespace daybreak::trust
