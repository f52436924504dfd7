// SPDX-License-Identifier: AGPL-3.0-or-later
// Family members served. Who edits one gives it a new version, so that no earlier name can be put
// back.
#include "base/local_time.hpp"
#include "base/text.hpp"
#include "vault/clients/rows.hpp"

namespace daybreak::vault::clients {
namespace {

namespace keys = trust::keys;

constexpr std::size_t kMostName = 200;

Result<void> check_relative(const std::string& relation, const std::string& age_group,
                            const Secret<std::string>& name) {
  TRY(codes::check_code("relation", relation, "relation"));
  if (!age_group.empty()) TRY(codes::check_code("age_group", age_group, "age_group"));
  const std::string& text = name.reveal();
  if (text.size() <= kMostName && is_valid_utf8(text) && text.find('\0') == std::string::npos)
    return {};
  return fail(ErrorKind::kInvalid, "the name is too long or no text", "field name",
              "Write a shorter one, or leave it out");
}

// What is chosen now must count today; what was chosen before stays as it was.
Result<void> check_new_codes(const std::string& relation, const std::string& age_group,
                             const std::string& earlier_relation,
                             const std::string& earlier_age_group, Date today) {
  if (relation != earlier_relation)
    TRY(codes::check_code_on("relation", relation, "relation", today));
  if (!age_group.empty() && age_group != earlier_age_group)
    TRY(codes::check_code_on("age_group", age_group, "age_group", today));
  return {};
}

db::Blob seal_name(const Work& work, const keys::Key& key, RelativeId id, std::int64_t version,
                   const Secret<std::string>& name) {
  return {keys::seal(keys::record_key(key, "clients_relative", id.uuid()), trim(name.reveal()),
                     relative_place(work, id, version), work.vault.random())};
}

db::Value code_or_null(const std::string& code) {
  return code.empty() ? db::Value() : db::Value(code);
}

}  // namespace

Result<std::vector<Relative>> Clients::household(ClientId id) {
  TRY(work_.vault.require(work_.actor, "client", "list", id.to_string()));
  const auto rows = TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query(
        "SELECT id, relation, age_group FROM clients_relative WHERE client = $1"
        " ORDER BY added_at, id",
        {id});
  }));
  std::vector<Relative> found;
  for (const db::Row& row : rows)
    found.push_back({row.id<RelativeId>(0), row.text(1), row.maybe_text(2).value_or(""), {}});
  return found;
}

Result<RelativeId> Clients::add_relative(ClientId id, const std::string& relation,
                                         const std::string& age_group,
                                         const Secret<std::string>& name) {
  TRY(work_.vault.require(work_.actor, "client", "edit", id.to_string()));
  TRY(check_relative(relation, age_group, name));
  TRY(check_new_codes(relation, age_group, {}, {}, local_day(work_.now())));
  const auto relative = RelativeId::generate(work_.vault.clock(), work_.vault.random());
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const keys::Key key = TRY(client_key(connection, work_, id));
    TRY(connection.execute(
        "INSERT INTO clients_relative (id, client, relation, age_group, name, added_at, version)"
        " VALUES ($1, $2, $3, $4, $5, $6, 1)",
        {relative, id, relation, code_or_null(age_group), seal_name(work_, key, relative, 1, name),
         work_.now()}));
    return work_.vault.note(connection, work_.actor, "client", "edit", id.to_string(),
                            "relatives=1");
  }));
  return relative;
}

Result<void> Clients::edit_relative(ClientId id, RelativeId relative, const std::string& relation,
                                    const std::string& age_group, const Secret<std::string>& name) {
  TRY(work_.vault.require(work_.actor, "client", "edit", id.to_string()));
  TRY(check_relative(relation, age_group, name));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const keys::Key key = TRY(client_key(connection, work_, id));
    const auto row = TRY(connection.query_one(
        "SELECT version, relation, age_group FROM clients_relative WHERE id = $1 AND client = $2",
        {relative, id}));
    if (!row) return absent();
    TRY(check_new_codes(relation, age_group, row->text(1), row->maybe_text(2).value_or(""),
                        local_day(work_.now())));
    const std::int64_t version = row->integer(0) + 1;
    TRY(connection.execute(
        "UPDATE clients_relative SET relation = $2, age_group = $3, name = $4, version = $5"
        " WHERE id = $1",
        {relative, relation, code_or_null(age_group),
         seal_name(work_, key, relative, version, name), version}));
    return work_.vault.note(connection, work_.actor, "client", "edit", id.to_string(),
                            "relative=" + relative.to_string());
  });
}

Result<void> Clients::remove_relative(ClientId id, RelativeId relative) {
  TRY(work_.vault.require(work_.actor, "client", "edit", id.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    connection.leave_no_trace();
    const auto removed = TRY(connection.execute(
        "DELETE FROM clients_relative WHERE id = $1 AND client = $2", {relative, id}));
    if (removed != 1) return absent();
    return work_.vault.note(connection, work_.actor, "client", "edit", id.to_string(),
                            "relative_removed=" + relative.to_string());
  });
}

}  // namespace daybreak::vault::clients
