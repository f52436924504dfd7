// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the whole log again and compares everything with everything: what trust/audit.cpp wrote
// must follow from the entries alone.
#include <fmt/format.h>
#include <map>

#include "trust/audit.hpp"
#include "trust/merkle.hpp"

namespace daybreak::trust {
namespace {

constexpr std::size_t kMostFaults = 100;

class Verifier {
 public:
  Verifier(std::span<const TreeHead> earlier,
           const std::function<void(std::int64_t, std::int64_t)>& progress)
      : earlier_(earlier), progress_(progress) {}

  Result<AuditReport> run(db::Connection& connection) {
    const auto count = TRY(connection.query_one("SELECT count(*) FROM audit_entry"));
    all_ = count->integer(0);
    check_earlier();
    TRY(connection.query_each("SELECT number, at, leaf, hash FROM audit_entry ORDER BY number", {},
                              [this](const db::Row& row) -> Result<void> {
                                check_entry(row);
                                return {};
                              }));
    TRY(check_nodes(connection));
    TRY(check_tree(connection));
    for (const TreeHead& head : earlier_)
      if (head.size > frontier_.size())
        fault(fmt::format("the log was longer before: it had {} entries, now {}", head.size,
                          frontier_.size()));
    report_.entries = all_;
    report_.head = {frontier_.size(), frontier_.root()};
    return std::move(report_);
  }

 private:
  void fault(std::string words) {
    if (report_.faults.size() < kMostFaults) report_.faults.push_back(std::move(words));
  }

  void check_entry(const db::Row& row) {
    const std::int64_t number = row.integer(0);
    if (number != frontier_.size())
      fault(
          fmt::format("entry {} is missing or out of order (found {})", frontier_.size(), number));
    const std::string hash = merkle_leaf_hash(row.text(2));
    if (hash != row.blob(3)) fault(fmt::format("entry {} was changed: its hash differs", number));
    const std::string time = fmt::format("{{\"at\":\"{}\",", format_instant(row.instant(1)));
    if (!row.text(2).starts_with(time))
      fault(fmt::format("entry {} was changed: its time differs", number));
    if (row.integer(1) < last_at_)
      fault(fmt::format("entry {} is older than the one before it", number));
    last_at_ = row.integer(1);
    frontier_.append(hash, [this](int height, std::int64_t at, const std::string& node) {
      if (height % 8 == 0) expected_nodes_[{height / 8, at}] = node;
    });
    check_earlier();
    if (progress_ && frontier_.size() % 4096 == 0) progress_(frontier_.size(), all_);
  }

  // Each head that was noted before must be a root that the log really had.
  void check_earlier() {
    for (const TreeHead& head : earlier_)
      if (head.size == frontier_.size() && head.root != frontier_.root())
        fault(
            fmt::format("the first {} entries are not those whose tree head was noted", head.size));
  }

  Result<void> check_nodes(db::Connection& connection) {
    TRY(connection.query_each(
        "SELECT level, number, hash FROM audit_node", {},
        [this](const db::Row& row) -> Result<void> {
          const auto key = std::pair(row.integer(0), row.integer(1));
          const auto found = expected_nodes_.find(key);
          if (found == expected_nodes_.end())
            fault(fmt::format("node {}/{} does not belong to the tree", key.first, key.second));
          else if (found->second != row.blob(2))
            fault(fmt::format("node {}/{} was changed", key.first, key.second));
          if (found != expected_nodes_.end()) expected_nodes_.erase(found);
          return {};
        }));
    for (const auto& [key, hash] : expected_nodes_)
      fault(fmt::format("node {}/{} is missing", key.first, key.second));
    return {};
  }

  Result<void> check_tree(db::Connection& connection) {
    const auto row =
        TRY(connection.query_one("SELECT size, frontier, root, last_at FROM audit_tree"));
    if (!row) {
      if (frontier_.size() != 0) fault("the tree head is missing");
      return {};
    }
    if (row->integer(0) != frontier_.size())
      fault(fmt::format("the tree head counts {} entries, the log has {}", row->integer(0),
                        frontier_.size()));
    if (row->blob(1) != frontier_.bytes()) fault("the tree's edge was changed");
    if (row->blob(2) != frontier_.root())
      fault("the root of the tree head differs from that of the entries");
    if (row->integer(3) != last_at_)
      fault("the time of the tree head differs from that of the last entry");
    return {};
  }

  std::span<const TreeHead> earlier_;
  const std::function<void(std::int64_t, std::int64_t)>& progress_;
  AuditReport report_;
  MerkleFrontier frontier_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::string> expected_nodes_;
  std::int64_t last_at_ = 0, all_ = 0;
};

}  // namespace

Result<AuditReport> verify_audit(db::Database& database, std::span<const TreeHead> earlier,
                                 const std::function<void(std::int64_t, std::int64_t)>& progress) {
  return database.read(
      [&](db::Connection& connection) { return verify_audit(connection, earlier, progress); });
}

Result<AuditReport> verify_audit(db::Connection& connection, std::span<const TreeHead> earlier,
                                 const std::function<void(std::int64_t, std::int64_t)>& progress) {
  return Verifier(earlier, progress).run(connection);
}

}  // namespace daybreak::trust
