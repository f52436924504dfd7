// SPDX-License-Identifier: AGPL-3.0-or-later
#include "db/postgres_server.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <map>

#include "db/postgres_error.hpp"

namespace daybreak::db {
namespace {

PGconn* connection(void* handle) { return static_cast<PGconn*>(handle); }

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '_' || c == '.' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// The server's words may be shown here: no row of a store is in these statements.
tl::unexpected<Error> refused(PGconn* handle, const PGresult* answer) {
  Error error = postgres_error(handle, answer);
  const char* text = answer ? PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  if (text && error.place.empty()) error.place = text;
  return tl::make_unexpected(std::move(error));
}

}  // namespace

void PostgresServer::Close::operator()(void* handle) const { PQfinish(connection(handle)); }

std::string quoted_identifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

Result<std::string> postgres_address(std::string_view address, const PostgresPlace& place) {
  PQconninfoOption* options = PQconninfoParse(std::string(address).c_str(), nullptr);
  if (!options)
    return fail(ErrorKind::kInvalid, "this is not the address of a PostgreSQL server", {},
                "Write postgres://user@host/database");
  std::map<std::string, std::string> parts;
  for (const PQconninfoOption* option = options; option->keyword; ++option)
    if (option->val && *option->val) parts[option->keyword] = option->val;
  PQconninfoFree(options);
  if (!place.role.empty()) parts["user"] = place.role;
  if (!place.password.empty()) parts["password"] = place.password;
  if (!place.database.empty()) parts["dbname"] = place.database;
  if (!place.schema.empty()) parts["options"] = "-csearch_path=" + place.schema;
  if (!place.setting.empty())
    parts["options"] += (parts["options"].empty() ? "-c" : " -c") + place.setting;
  std::string out = "postgres://" + percent_encoded(parts["user"]);
  if (!parts["password"].empty()) out += ":" + percent_encoded(parts["password"]);
  out += "@/" + percent_encoded(parts["dbname"]);
  char between = '?';
  for (const auto& [name, value] : parts) {
    if (value.empty() || name == "user" || name == "password" || name == "dbname") continue;
    out += between + name + "=" + percent_encoded(value);
    between = '&';
  }
  return out;
}

Result<PostgresServer> PostgresServer::connect(const std::string& address) {
  const char* const names[] = {"dbname", "client_encoding", "connect_timeout",
                               "fallback_application_name", nullptr};
  const char* const values[] = {address.c_str(), "UTF8", "10", "daybreak", nullptr};
  PostgresServer server(PQconnectdbParams(names, values, /*expand_dbname=*/1));
  if (PQstatus(connection(server.handle_.get())) != CONNECTION_OK)
    return fail(ErrorKind::kUnavailable, "the PostgreSQL server cannot be reached", {},
                "Check that it runs, and the user, password and database of the address");
  PQsetNoticeProcessor(connection(server.handle_.get()), [](void*, const char*) {}, nullptr);
  return server;
}

Result<void> PostgresServer::run(const std::string& statement) {
  PGconn* handle = connection(handle_.get());
  const std::unique_ptr<PGresult, void (*)(PGresult*)> answer(PQexec(handle, statement.c_str()),
                                                              PQclear);
  const auto status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
  return refused(handle, answer.get());
}

Result<void> PostgresServer::create_role(const std::string& name, const std::string& password) {
  PGconn* handle = connection(handle_.get());
  const std::unique_ptr<char, void (*)(void*)> verifier(
      PQencryptPasswordConn(handle, password.c_str(), name.c_str(), "scram-sha-256"), PQfreemem);
  if (!verifier) return refused(handle, nullptr);
  return run(fmt::format(
      "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
      " NOINHERIT PASSWORD '{}'",
      quoted_identifier(name), verifier.get()));
}

}  // namespace daybreak::db
