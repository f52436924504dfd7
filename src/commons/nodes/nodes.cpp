// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/nodes/nodes.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "embedded/commons_nodes_migrations.hpp"
#include "line/identity.hpp"

namespace daybreak::nodes {
namespace {

constexpr std::string_view kSelect = "SELECT id, name, pin, added_at, last_seen_at FROM nodes_node";

Result<Node> node_in(db::Connection& connection, const db::Row& row) {
  Node node{.id = row.id<NodeId>(0),
            .name = row.text(1),
            .pin = row.text(2),
            .organizations = {},
            .added_at = row.instant(3),
            .last_seen_at = row.maybe_instant(4)};
  for (const db::Row& one : TRY(connection.query(
           "SELECT organization FROM nodes_organization WHERE node = $1 ORDER BY organization",
           {node.id})))
    node.organizations.push_back(one.id<trust::OrganizationId>(0));
  node.waiting = TRY(line::waiting(connection, node.id));
  return node;
}

Result<void> check_free(db::Connection& connection, const std::string& name,
                        const std::string& pin) {
  const auto row =
      TRY(connection.query_one("SELECT (SELECT count(*) FROM nodes_node WHERE name = $1),"
                               " (SELECT count(*) FROM nodes_node WHERE pin = $2)",
                               {name, pin}));
  if (row->integer(0) > 0)
    return fail(ErrorKind::kConflict, "there is a node of this name", name,
                "Choose another name, or take that node off with `daybreak vault node-remove`");
  if (row->integer(1) > 0)
    return fail(ErrorKind::kConflict, "another node of the register has this pin", "--pin",
                "Each node has a key of its own: ask for its pin again");
  return {};
}

Result<void> add_organization(db::Connection& connection, NodeId node,
                              trust::OrganizationId organization) {
  const auto row = TRY(connection.query_one(
      "SELECT (SELECT count(*) FROM trust_organization WHERE id = $1 AND active = 1),"
      " (SELECT count(*) FROM nodes_organization WHERE organization = $1)",
      {organization}));
  if (row->integer(0) == 0)
    return fail(ErrorKind::kInvalid, "there is no such organization", organization.to_string(),
                "Add it to the commons first");
  if (row->integer(1) > 0)
    return fail(ErrorKind::kConflict, "another node speaks for this organization",
                organization.to_string(), "Take that node off first");
  TRY(connection.execute("INSERT INTO nodes_organization (organization, node) VALUES ($1, $2)",
                         {organization, node}));
  return {};
}

}  // namespace

db::ModuleMigrations migrations() { return {"nodes", &embedded::commons_nodes_migrations()}; }

bool Node::speaks_for(trust::OrganizationId organization) const {
  return std::ranges::find(organizations, organization) != organizations.end();
}

Result<void> Register::write(const trust::Actor& actor, std::string_view action, NodeId node,
                             std::string detail,
                             const std::function<Result<void>(db::Connection&)>& change) {
  TRY(trust::Gatekeeper(commons_, clock_)
          .require(actor, {action}, {.type = "node"}, node.to_string()));
  return commons_.write([&](db::Connection& connection) -> Result<void> {
    TRY(change(connection));
    return trust::append_audit(connection, actor,
                               {.action = "node." + std::string(action),
                                .object_type = "node",
                                .object = node.to_string(),
                                .detail = std::move(detail)},
                               clock_.now());
  });
}

Result<NodeId> Register::add(const trust::Actor& actor, const std::string& given,
                             std::string_view pin_text,
                             const std::vector<trust::OrganizationId>& organizations) {
  const std::string name(trim(given));
  const std::string pin = TRY(line::pin_from(pin_text));
  if (name.empty() || name.size() > 200)
    return fail(ErrorKind::kInvalid, "a node's name has 1 to 200 characters", "name");
  if (organizations.empty())
    return fail(ErrorKind::kInvalid, "a node speaks for at least one organization",
                "--organization", "Name it");
  const NodeId id = NodeId::generate(clock_, random_);
  TRY(write(actor, "add", id,
            "organizations=" + std::to_string(organizations.size()) + ",pin=" + pin.substr(0, 16),
            [&](db::Connection& connection) -> Result<void> {
              TRY(check_free(connection, name, pin));
              TRY(connection.execute(
                  "INSERT INTO nodes_node (id, name, pin, added_at) VALUES ($1, $2, $3, $4)",
                  {id, name, pin, clock_.now()}));
              for (const auto organization : organizations)
                TRY(add_organization(connection, id, organization));
              return {};
            }));
  return id;
}

Result<std::vector<Node>> Register::list(const trust::Actor& actor) {
  TRY(trust::Gatekeeper(commons_, clock_).require(actor, {"list"}, {.type = "node"}, {}));
  return commons_.read([&](db::Connection& connection) -> Result<std::vector<Node>> {
    std::vector<Node> all;
    for (const db::Row& row : TRY(connection.query(std::string(kSelect) + " ORDER BY name")))
      all.push_back(TRY(node_in(connection, row)));
    return all;
  });
}

Result<void> Register::remove(const trust::Actor& actor, const std::string& name) {
  const auto row = TRY(commons_.read([&](db::Connection& connection) {
    return connection.query_one("SELECT id FROM nodes_node WHERE name = $1", {name});
  }));
  if (!row)
    return fail(ErrorKind::kNotFound, "there is no node of this name", name,
                "`daybreak vault node-list` shows them");
  const NodeId id = row->id<NodeId>(0);
  return write(actor, "remove", id, {}, [&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("DELETE FROM line_outbox WHERE node = $1", {id}));
    TRY(
        connection.execute("DELETE FROM elsewhere_key WHERE organization IN"
                           " (SELECT organization FROM nodes_organization WHERE node = $1)",
                           {id}));
    TRY(connection.execute("DELETE FROM nodes_organization WHERE node = $1", {id}));
    TRY(connection.execute("DELETE FROM nodes_node WHERE id = $1", {id}));
    return {};
  });
}

Result<std::optional<Node>> Register::find_by_pin(const std::string& pin) {
  return commons_.read([&](db::Connection& connection) -> Result<std::optional<Node>> {
    const auto row = TRY(connection.query_one(std::string(kSelect) + " WHERE pin = $1", {pin}));
    if (!row) return std::optional<Node>();
    return std::optional<Node>(TRY(node_in(connection, *row)));
  });
}

Result<std::optional<NodeId>> node_of(db::Connection& connection,
                                      trust::OrganizationId organization) {
  const auto row = TRY(connection.query_one(
      "SELECT node FROM nodes_organization WHERE organization = $1", {organization}));
  return row ? std::optional(row->id<NodeId>(0)) : std::nullopt;
}

Result<std::optional<NodeId>> Register::node_of(trust::OrganizationId organization) {
  return commons_.read(
      [&](db::Connection& connection) { return nodes::node_of(connection, organization); });
}

Result<void> Register::was_seen(NodeId node) {
  return commons_.write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute("UPDATE nodes_node SET last_seen_at = $2 WHERE id = $1",
                           {node, clock_.now()}));
    return {};
  });
}

}  // namespace daybreak::nodes
