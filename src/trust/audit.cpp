// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/audit.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <stdexcept>

#include "trust/audit_check.hpp"
#include "trust/merkle.hpp"

namespace daybreak::trust {
namespace {

constexpr std::int64_t kTileHeight = 8;  // audit_node keeps every eighth level
constexpr std::chrono::milliseconds kClockTolerance = std::chrono::minutes(1);

// A field of an entry. Ids and codes have no white space, no '@' and no letters beyond ASCII: a
// name or an address that strays here is a bug that stops at once.
void add_field(std::string& leaf, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  const bool is_code = value.size() <= 300 && std::all_of(value.begin(), value.end(), [](char c) {
                         return std::isalnum(static_cast<unsigned char>(c)) ||
                                std::strchr("_.:,=/+-#*", c) != nullptr;
                       });
  if (!is_code || value.find('\0') != std::string_view::npos)
    throw std::logic_error(fmt::format("audit field \"{}\" is not an id or a code", name));
  fmt::format_to(std::back_inserter(leaf), "{}\"{}\":\"{}\"", leaf.size() > 1 ? "," : "", name,
                 value);
}

std::string actor_of(const Actor& actor) {
  switch (actor.kind) {
    case Actor::Kind::kMember:
      return "member:" + actor.member.to_string();
    case Actor::Kind::kSystem:
      return "system";
    default:
      return "public";
  }
}

std::string leaf_of(const Actor& actor, const AuditEvent& event, Instant at) {
  std::string leaf = "{";
  add_field(leaf, "at", format_instant(at));
  add_field(leaf, "actor", actor_of(actor));
  if (!actor.organization.is_nil()) add_field(leaf, "organization", actor.organization.to_string());
  if (!actor.session.is_nil()) add_field(leaf, "session", actor.session.to_string());
  add_field(leaf, "source", actor.source);
  add_field(leaf, "origin", actor.origin);
  add_field(leaf, "action", event.action);
  add_field(leaf, "type", event.object_type);
  add_field(leaf, "object", event.object);
  if (!event.owner.is_nil()) add_field(leaf, "owner", event.owner.to_string());
  add_field(leaf, "outcome", code_of(event.outcome));
  add_field(leaf, "rule", event.rule);
  add_field(leaf, "purpose", event.purpose);
  add_field(leaf, "detail", event.detail);
  return leaf + "}";
}

struct Tree {
  MerkleFrontier frontier;
  std::int64_t last_at = 0;
  bool exists = false;
};

Result<Tree> read_tree(db::Connection& connection) {
  const auto row =
      TRY(connection.query_one("SELECT size, frontier, last_at FROM audit_tree WHERE id = 1"));
  if (!row) return Tree();
  return Tree{TRY(MerkleFrontier::restore(row->integer(0), row->blob(1))), row->integer(2), true};
}

struct NewRows {
  std::vector<db::Value> entries;  // number, at, leaf, hash of each
  std::vector<db::Value> nodes;    // level, number, hash of each
};

void add_entry(Tree& tree, NewRows& rows, std::string leaf, std::int64_t at) {
  std::string hash = merkle_leaf_hash(leaf);
  rows.entries.insert(rows.entries.end(),
                      {tree.frontier.size(), at, std::move(leaf), db::Blob{hash}});
  tree.last_at = at;
  tree.frontier.append(
      std::move(hash), [&](int height, std::int64_t number, const std::string& node) {
        if (height % kTileHeight == 0)
          rows.nodes.insert(rows.nodes.end(), {height / kTileHeight, number, db::Blob{node}});
      });
}

Result<void> write_tree(db::Connection& connection, const Tree& tree) {
  return connection.execute_later(
      tree.exists
          ? "UPDATE audit_tree SET size = $1, frontier = $2, root = $3, last_at = $4 WHERE id = 1"
          : "INSERT INTO audit_tree (id, size, frontier, root, last_at) VALUES (1, $1, $2, $3, $4)",
      {tree.frontier.size(), db::Blob{tree.frontier.bytes()}, db::Blob{tree.frontier.root()},
       tree.last_at});
}

// The entries of all writes of a group: the tree is read once and written once.
class NewEntries final : public db::GroupWork {
 public:
  explicit NewEntries(Tree tree) : before_(tree), tree_(std::move(tree)) {}
  const Tree& tree() const { return tree_; }
  void add(std::string leaf, std::int64_t at) {
    leaves_.push_back({leaf, at});
    add_entry(tree_, rows_, std::move(leaf), at);
  }

  std::size_t mark() const override { return leaves_.size(); }
  void forget_after(std::size_t mark) override {
    if (mark == leaves_.size()) return;
    leaves_.resize(mark);
    tree_ = before_;
    rows_ = {};
    for (const Leaf& leaf : leaves_) add_entry(tree_, rows_, leaf.text, leaf.at);
  }
  Result<void> finish(db::Connection& connection) override {
    if (leaves_.empty()) return {};
    TRY(db::insert_rows(connection, "audit_entry (number, at, leaf, hash)", 4, rows_.entries));
    TRY(db::insert_rows(connection, "audit_node (level, number, hash)", 3, rows_.nodes));
    return write_tree(connection, tree_);
  }

 private:
  struct Leaf {
    std::string text;
    std::int64_t at;
  };
  Tree before_, tree_;
  std::vector<Leaf> leaves_;
  NewRows rows_;
};

// The hash of a full subtree, from the kept level below it.
Subtree subtrees_of(db::Connection& connection) {
  return [&connection](int height, std::int64_t number) -> Result<std::string> {
    const std::int64_t level = height / kTileHeight;
    const std::int64_t count = std::int64_t{1} << (height % kTileHeight);
    MerkleFrontier part;
    const std::int64_t first = number * count;
    const std::function<Result<void>(const db::Row&)> add =
        [&](const db::Row& row) -> Result<void> {
      part.append(row.blob(0));
      return {};
    };
    if (level == 0)
      TRY(connection.query_each(
          "SELECT hash FROM audit_entry WHERE number >= $1 AND number < $2 ORDER BY number",
          {first, first + count}, add));
    else
      TRY(
          connection.query_each("SELECT hash FROM audit_node WHERE level = $1 AND number >= $2 AND "
                                "number < $3 ORDER BY number",
                                {level, first, first + count}, add));
    if (part.size() != count)
      return fail(ErrorKind::kCorrupt, "a part of the log is missing", std::string(kAuditLogPlace));
    return part.root();
  };
}

}  // namespace

std::string_view code_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone:
      return "done";
    case Outcome::kDenied:
      return "denied";
    default:
      return "failed";
  }
}

Result<void> append_audit(db::Connection& connection, const Actor& actor, const AuditEvent& event,
                          Instant now) {
  return append_audit(connection, actor, std::span(&event, 1), now);
}

Result<void> append_audit(db::Connection& connection, const Actor& actor,
                          std::span<const AuditEvent> events, Instant now) {
  if (events.empty()) return {};
  auto* entries = connection.group_work<NewEntries>();
  if (entries == nullptr)
    entries = &connection.start_group_work(NewEntries(TRY(read_tree(connection))));
  const Tree& tree = entries->tree();
  const Instant last{std::chrono::milliseconds(tree.last_at)};
  const bool is_first = tree.frontier.size() == 0;
  if (!is_first && now + kClockTolerance < last)
    return fail(ErrorKind::kUnavailable,
                "the clock is behind the last entry of the audit log; nothing was saved",
                std::string(kAuditLogPlace), "Set the clock of this machine right");
  const Instant at = is_first ? now : std::max(now, last);
  for (const AuditEvent& event : events)
    entries->add(leaf_of(actor, event, at), at.time_since_epoch().count());
  return {};
}

Result<void> try_audit(db::Connection& connection, const Actor& actor, const AuditEvent& event,
                       Instant now) {
  constexpr std::string_view kTakenBack = "taken back";
  const auto tried = connection.attempt([&](db::Connection& inner) -> Result<void> {
    TRY(append_audit(inner, actor, event, now));
    TRY(inner.group_work<NewEntries>()->finish(inner));
    TRY(read_tree(inner));  // which tells of what was written before it
    return fail(ErrorKind::kConflict, "the entry is taken back", std::string(kTakenBack));
  });
  if (!tried && tried.error().place == kTakenBack) return {};
  return tried;
}

Result<void> record_audit(db::Database& database, const Actor& actor, const AuditEvent& event,
                          Instant now) {
  return database.write(
      [&](db::Connection& connection) { return append_audit(connection, actor, event, now); });
}

Result<TreeHead> audit_head(db::Connection& connection) {
  const auto* entries = connection.group_work<NewEntries>();
  const Tree tree = entries != nullptr ? entries->tree() : TRY(read_tree(connection));
  return TreeHead{tree.frontier.size(), tree.frontier.root()};
}

Result<std::vector<AuditEntry>> audit_entries(db::Connection& connection, std::int64_t first,
                                              std::int64_t most) {
  std::vector<AuditEntry> entries;
  TRY(connection.query_each(
      "SELECT number, at, leaf FROM audit_entry WHERE number >= $1 ORDER BY number LIMIT $2",
      {first, most}, [&](const db::Row& row) -> Result<void> {
        entries.push_back({row.integer(0), row.instant(1), row.text(2)});
        return {};
      }));
  return entries;
}

Result<std::vector<std::string>> inclusion_proof(db::Connection& connection, std::int64_t index,
                                                 std::int64_t size) {
  if (size > TRY(audit_head(connection)).size)
    return fail(ErrorKind::kInvalid, "the log is shorter than that");
  return merkle_inclusion(index, size, subtrees_of(connection));
}

Result<std::vector<std::string>> consistency_proof(db::Connection& connection, std::int64_t earlier,
                                                   std::int64_t size) {
  if (size > TRY(audit_head(connection)).size)
    return fail(ErrorKind::kInvalid, "the log is shorter than that");
  return merkle_consistency(earlier, size, subtrees_of(connection));
}

}  // namespace daybreak::trust
