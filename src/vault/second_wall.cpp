// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/second_wall.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "db/postgres_server.hpp"

namespace daybreak::vault::second_wall {
namespace {

constexpr std::string_view kSchema = "vault";
constexpr std::string_view kPolicy = "daybreak_organization";

std::string password_from(Random& random) { return to_hex(random.bytes(24)); }

// As PostgreSQL writes a policy's condition back; the id is of hexadecimal digits and dashes. Asked
// once per statement, because it stands in a SELECT of its own.
std::string condition_for(trust::OrganizationId organization) {
  return "( SELECT (current_setting('" + std::string(kSetting) + "'::text, true) = '" +
         organization.to_string() + "'::text))";
}
// The same as it was written before: asked for each row, by which PostgreSQL also took every table
// for nearly empty. It is found until the store is brought to its newest form, which renews all.
std::string earlier_condition_for(trust::OrganizationId organization) {
  return condition_for(organization).substr(9, condition_for(organization).size() - 10);
}

struct Names {
  std::string database, owner, worker;
};
Names names_for(trust::OrganizationId organization) {
  std::string id = organization.to_string();
  std::erase(id, '-');
  return {"daybreak_vault_" + id, "daybreak_owner_" + id, "daybreak_worker_" + id};
}

// Statements that undo what was made so far, the last first, unless all went well.
class Undo {
 public:
  explicit Undo(db::PostgresServer& server) : server_(server) {}
  ~Undo() {
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) (void)server_.run(*step);
  }
  void add(std::string statement) { steps_.push_back(std::move(statement)); }
  void forget() { steps_.clear(); }

 private:
  db::PostgresServer& server_;
  std::vector<std::string> steps_;
};

// In the new database, as its owner: nobody but the two roles may come in, and the worker may make
// nothing.
Result<void> make_schema(const std::string& owner_address, const Names& names) {
  auto own = TRY(db::PostgresServer::connect(owner_address));
  const std::string schema = db::quoted_identifier(kSchema);
  const std::string worker = db::quoted_identifier(names.worker);
  TRY(own.run("REVOKE ALL ON DATABASE " + db::quoted_identifier(names.database) + " FROM PUBLIC"));
  TRY(own.run("GRANT CONNECT ON DATABASE " + db::quoted_identifier(names.database) + " TO " +
              worker));
  TRY(own.run("CREATE SCHEMA " + schema));
  return own.run("GRANT USAGE ON SCHEMA " + schema + " TO " + worker);
}

Result<std::vector<std::string>> tables_of(db::Connection& connection) {
  std::vector<std::string> tables;
  const auto rows =
      TRY(connection.query("SELECT relname::text FROM pg_catalog.pg_class"
                           " WHERE relnamespace = current_schema()::regnamespace"
                           " AND relkind IN ('r', 'p') ORDER BY 1"));
  for (const auto& row : rows) tables.push_back(row.text(0));
  return tables;
}

Result<void> check_role(db::Connection& connection) {
  const auto row = TRY(connection.query_one(
      "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_roles r WHERE (r.rolsuper OR r.rolbypassrls OR"
      "   r.rolcreaterole) AND pg_has_role(current_user, r.oid, 'MEMBER')),"
      " EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE"
      "   c.relnamespace = current_schema()::regnamespace"
      "   AND pg_has_role(current_user, c.relowner, 'MEMBER'))"
      " OR EXISTS (SELECT 1 FROM pg_catalog.pg_namespace n WHERE n.nspname = current_schema()"
      "   AND pg_has_role(current_user, n.nspowner, 'MEMBER'))"
      " OR EXISTS (SELECT 1 FROM pg_catalog.pg_database d WHERE d.datname = current_database()"
      "   AND pg_has_role(current_user, d.datdba, 'MEMBER'))"));
  const std::string cure =
      "Write the worker role's address into vault.url, or move the vault into a database made with "
      "`daybreak vault create --server`";
  if (row->integer(0) != 0)
    return fail(ErrorKind::kDenied,
                "the vault's PostgreSQL role is a superuser, makes roles or passes row-level "
                "security",
                "vault.url", cure);
  if (row->integer(1) != 0)
    return fail(ErrorKind::kDenied, "the vault's PostgreSQL role owns its tables or database",
                "vault.url", cure);
  return {};
}

struct TableState {
  std::string name, kind, reads, writes;
  bool forced = false;
  std::int64_t policies = 0;
};

Result<void> check_table(const TableState& table, trust::OrganizationId organization) {
  if (table.kind != "r" && table.kind != "p")
    return fail(ErrorKind::kCorrupt, "the vault's schema holds a view, which no policy guards",
                table.name, "Drop it as the owner role");
  const bool ours = table.policies == 1 && table.reads == table.writes;
  for (const std::string& condition :
       {condition_for(organization), earlier_condition_for(organization)}) {
    if (ours && table.forced && table.reads == condition) return {};
    if (ours && table.reads != condition && table.reads.size() == condition.size() &&
        table.reads.starts_with(condition.substr(0, condition.find(" = "))))
      return fail(ErrorKind::kConflict, "this vault belongs to another organization", table.name,
                  "Check the folder's name and vault.url");
  }
  return fail(ErrorKind::kCorrupt,
              "a table of the vault lies open: row-level security is not forced", table.name,
              "Find out who changed it; then run `daybreak vault secure` where vault.owner.url is");
}

}  // namespace

Result<StoreAddress> make_store(const std::string& administrator,
                                trust::OrganizationId organization, Random& random) {
  const Names names = names_for(organization);
  const db::PostgresPlace owner{names.owner, password_from(random), names.database,
                                std::string(kSchema)};
  const db::PostgresPlace worker{names.worker, password_from(random), names.database,
                                 std::string(kSchema)};
  const StoreAddress made{TRY(db::postgres_address(administrator, worker)),
                          TRY(db::postgres_address(administrator, owner))};
  auto server = TRY(db::PostgresServer::connect(administrator));
  Undo undo(server);
  for (const auto* role : {&owner, &worker}) {
    TRY(server.create_role(role->role, role->password));
    undo.add("DROP ROLE " + db::quoted_identifier(role->role));
  }
  const std::string owner_name = db::quoted_identifier(owner.role);
  const std::string database = db::quoted_identifier(names.database);
  TRY(server.run("GRANT " + owner_name + " TO CURRENT_USER"));
  TRY(server.run("CREATE DATABASE " + database + " OWNER " + owner_name +
                 " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"));
  undo.add("DROP DATABASE " + database);
  TRY(server.run("REVOKE " + owner_name + " FROM CURRENT_USER"));
  TRY(make_schema(made.owner, names));
  undo.forget();
  return made;
}

Result<std::unique_ptr<db::Database>> open(const std::string& url,
                                           trust::OrganizationId organization, bool create) {
  db::OpenOptions options{.url = url, .readers = 4, .create_if_missing = create};
  if (url.starts_with("postgres"))
    options.url = TRY(db::postgres_address(
        url, {.setting = std::string(kSetting) + "=" + organization.to_string()}));
  return db::Database::open(options);
}

Result<void> secure(db::Database& owner, trust::OrganizationId organization,
                    const std::string& worker) {
  const std::string condition = condition_for(organization);
  const std::string role = db::quoted_identifier(worker);
  return owner.write([&](db::Connection& connection) -> Result<void> {
    const auto tables = TRY(tables_of(connection));
    for (const std::string& table : tables) {
      const std::string name = db::quoted_identifier(table);
      TRY(connection.execute_script(
          "ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY; ALTER TABLE " + name +
          " FORCE ROW LEVEL SECURITY; DROP POLICY IF EXISTS " + std::string(kPolicy) + " ON " +
          name + "; CREATE POLICY " + std::string(kPolicy) + " ON " + name + " USING (" +
          condition + ") WITH CHECK (" + condition + "); GRANT SELECT, INSERT, UPDATE, DELETE ON " +
          name + " TO " + role));
    }
    return {};
  });
}

Result<void> check(db::Database& worker, trust::OrganizationId organization) {
  return worker.read([&](db::Connection& connection) -> Result<void> {
    TRY(check_role(connection));
    const auto rows = TRY(connection.query(
        "SELECT c.relname::text, c.relkind::text, c.relrowsecurity AND c.relforcerowsecurity,"
        " (SELECT count(*) FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid),"
        " coalesce(pg_get_expr(o.polqual, c.oid), ''),"
        " coalesce(pg_get_expr(o.polwithcheck, c.oid), '')"
        " FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_policy o ON o.polrelid = c.oid"
        "   AND o.polname = $1 AND o.polcmd = '*' AND o.polpermissive AND o.polroles = '{0}'"
        " WHERE c.relnamespace = current_schema()::regnamespace"
        "   AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1",
        {std::string(kPolicy)}));
    for (const auto& row : rows)
      TRY(check_table({.name = row.text(0),
                       .kind = row.text(1),
                       .reads = row.text(4),
                       .writes = row.text(5),
                       .forced = row.integer(2) != 0,
                       .policies = row.integer(3)},
                      organization));
    return {};
  });
}

Result<std::string> role_of(db::Database& store) {
  const auto row = TRY(store.read([](db::Connection& connection) {
    return connection.query_one("SELECT current_user::text");
  }));
  return row->text(0);
}

}  // namespace daybreak::vault::second_wall
