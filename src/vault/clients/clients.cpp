// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/clients/clients.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>
#include <map>

#include "base/local_time.hpp"
#include "base/text.hpp"
#include "embedded/vault_clients_migrations.hpp"
#include "vault/clients/rows.hpp"

namespace daybreak::vault::clients {
namespace {

namespace keys = trust::keys;

constexpr std::array<std::string_view, 3> kStates = {"open", "closed", "shredded"};

}  // namespace

std::string_view code_of(ClientState state) { return kStates.at(static_cast<std::size_t>(state)); }

db::ModuleMigrations migrations() { return {"clients", &embedded::vault_clients_migrations()}; }

const Answered* ClientFile::find(std::string_view question) const {
  const auto found = std::find_if(answers.begin(), answers.end(), [&](const Answered& one) {
    return one.answer.question == question;
  });
  return found == answers.end() ? nullptr : &*found;
}

namespace {

// The numbers of the files that one group of writes opens: the last one is asked for once.
class NewNumbers final : public db::GroupWork {
 public:
  explicit NewNumbers(std::int64_t last) : last_(last) {}
  std::int64_t next() { return last_ + ++given_; }
  std::size_t mark() const override { return static_cast<std::size_t>(given_); }
  void forget_after(std::size_t mark) override { given_ = static_cast<std::int64_t>(mark); }
  Result<void> finish(db::Connection&) override { return {}; }

 private:
  std::int64_t last_ = 0, given_ = 0;
};

Result<std::int64_t> next_number(db::Connection& connection) {
  auto* numbers = connection.group_work<NewNumbers>();
  if (numbers == nullptr) {
    // Not max(): under row-level security PostgreSQL would read the whole table for it.
    const auto last =
        TRY(connection.query_one("SELECT number FROM clients_client ORDER BY number DESC LIMIT 1"));
    numbers = &connection.start_group_work(NewNumbers(last ? last->integer(0) : 0));
  }
  return numbers->next();
}

}  // namespace

Result<ClientId> Clients::open(std::span<const Answer> answers, Date today) {
  TRY(work_.vault.require(work_.actor, "client", "create"));
  TRY(check_answers(answers, today));
  // A random id: nothing about a person can be read out of it, not even when the file was opened.
  std::array<std::uint8_t, 16> bytes{};
  work_.vault.random().fill(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  const ClientId id{Uuid(bytes)};
  const keys::Key key = keys::Key::generate(work_.vault.random());
  const db::Value wrapped = db::Blob{wrap_client(work_, id, key)};
  std::vector<SealedAnswer> sealed;
  for (const Answer& answer : answers) sealed.push_back(seal_answer(work_, key, id, answer, 1));
  TRY(work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const FileOf file{id, TRY(next_number(connection))};
    TRY(connection.insert_with_group(
        "clients_client (id, number, state, opened_on, wrapped_key, created_at, created_by)",
        {id, file.number, code_of(ClientState::kOpen), today, wrapped, work_.now(),
         work_.actor.member}));
    TRY(put_first_answers(connection, work_, file, sealed));
    return work_.vault.note(connection, work_.actor, "client", "create", id.to_string());
  }));
  return id;
}

Result<void> Clients::answer(ClientId id, std::span<const Answer> answers) {
  TRY(work_.vault.require(work_.actor, "client", "edit", id.to_string()));
  return work_.vault.database().write([&](db::Connection& connection) -> Result<void> {
    const keys::Key key = TRY(client_key(connection, work_, id));
    const auto row =
        TRY(connection.query_one("SELECT number FROM clients_client WHERE id = $1", {id}));
    const ToldBefore told = TRY(told_before(connection, id));
    TRY(check_answers(answers, local_day(work_.now()), told));
    std::vector<SealedAnswer> sealed;
    for (const Answer& answer : answers) {
      const auto known = told.find(answer.question);
      sealed.push_back(
          seal_answer(work_, key, id, answer, known == told.end() ? 1 : known->second.version + 1));
    }
    TRY(put_answers(connection, work_, {id, row->integer(0)}, sealed));
    return work_.vault.note(connection, work_.actor, "client", "edit", id.to_string(),
                            "answers=" + std::to_string(answers.size()));
  });
}

namespace {

// Clients that have every word. The few that have them are found first, and only they are read.
struct Condition {
  std::string from = "clients_client";
  std::string sql = "1 = 1";
  std::vector<db::Value> values;
};

Condition condition_of(const Work& work, const ClientFilter& filter) {
  Condition condition;
  const auto next = [&](db::Value value) {
    condition.values.push_back(std::move(value));
    return condition.values.size();
  };
  std::string found;
  for (std::string& term : keys::BlindIndex(*work.keyring).search_terms("client", filter.words))
    found += fmt::format("{}SELECT number FROM clients_word WHERE term = ${}",
                         found.empty() ? "" : " INTERSECT ", next(db::Blob{std::move(term)}));
  if (!found.empty())
    condition.from = fmt::format(
        "(SELECT DISTINCT number AS hit FROM ({}) AS each_hit) AS hits CROSS JOIN clients_client",
        found);
  if (!found.empty()) condition.sql = "number = hit";
  if (filter.state) condition.sql += fmt::format(" AND state = ${}", next(code_of(*filter.state)));
  return condition;
}

}  // namespace

Result<ClientPage> Clients::list(const ClientFilter& filter) {
  const bool searches = !trim(filter.words).empty();
  TRY(work_.vault.require(work_.actor, "client", searches ? "search" : "list"));
  Condition condition = condition_of(work_, filter);
  auto page =
      TRY(work_.vault.database().read([&](db::Connection& connection) -> Result<ClientPage> {
        ClientPage found;
        found.all = TRY(connection.query_one(fmt::format("SELECT count(*) FROM {} WHERE {}",
                                                         condition.from, condition.sql),
                                             condition.values))
                        ->integer(0);
        std::vector<db::Value> values = condition.values;
        values.emplace_back(std::clamp<std::int64_t>(filter.most, 1, 200));
        values.emplace_back(std::max<std::int64_t>(filter.skip, 0));
        const auto rows = TRY(connection.query(
            // First which ones: a server would read the answers of all that are passed over.
            fmt::format(
                "SELECT {0} FROM (SELECT number AS chosen FROM {1} WHERE {2} ORDER BY number"
                " {5} LIMIT ${3} OFFSET ${4}) AS page CROSS JOIN clients_client"
                " WHERE number = chosen ORDER BY number {5}",
                kLineColumns, condition.from, condition.sql, values.size() - 1, values.size(),
                filter.oldest_first ? "ASC" : "DESC"),
            values));
        for (const db::Row& row : rows) found.lines.push_back(TRY(line_of(work_, row)));
        return found;
      }));
  // How often somebody searched, never for what.
  if (searches)
    TRY(work_.vault.note_look(work_.actor, "client", "search", "",
                              "found=" + std::to_string(page.all)));
  return page;
}

namespace {

constexpr std::size_t kIdsAtOnce = 500;

// So many ids at once as "$1, $2, …" and their values.
Result<void> in_pieces(std::span<const ClientId> ids,
                       const std::function<Result<void>(const std::string& places,
                                                        std::vector<db::Value> values)>& ask) {
  for (std::size_t from = 0; from < ids.size(); from += kIdsAtOnce) {
    std::string places;
    std::vector<db::Value> values;
    for (const ClientId id : ids.subspan(from, std::min(kIdsAtOnce, ids.size() - from))) {
      values.emplace_back(id);
      places += fmt::format("{}${}", values.size() == 1 ? "" : ", ", values.size());
    }
    TRY(ask(places, std::move(values)));
  }
  return {};
}

}  // namespace

Result<std::map<ClientId, ClientLine>> Clients::lines_of(std::span<const ClientId> ids) {
  TRY(work_.vault.require(work_.actor, "client", "list"));
  std::map<ClientId, ClientLine> found;
  TRY(work_.vault.database().read([&](db::Connection& connection) {
    return in_pieces(
        ids, [&](const std::string& places, std::vector<db::Value> values) -> Result<void> {
          for (const db::Row& row :
               TRY(connection.query(fmt::format("SELECT {} FROM clients_client WHERE id IN ({})"
                                                " AND state <> 'shredded'",
                                                kLineColumns, places),
                                    values)))
            found.emplace(row.id<ClientId>(0), TRY(line_of(work_, row)));
          return {};
        });
  }));
  return found;
}

Result<std::vector<ClientLine>> Clients::open_lines(std::span<const ClientId> ids) {
  const auto found = TRY(lines_of(ids));
  std::vector<ClientLine> lines;
  for (const ClientId id : ids)
    if (const auto line = found.find(id);
        line != found.end() && line->second.state == ClientState::kOpen)
      lines.push_back(line->second);
  return lines;
}

Result<std::map<ClientId, std::vector<Relative>>> Clients::households(
    std::span<const ClientId> ids) {
  TRY(work_.vault.require(work_.actor, "client", "list"));
  std::map<ClientId, std::vector<Relative>> found;
  TRY(work_.vault.database().read([&](db::Connection& connection) {
    return in_pieces(
        ids, [&](const std::string& places, std::vector<db::Value> values) -> Result<void> {
          for (const db::Row& row : TRY(connection.query(
                   fmt::format("SELECT client, id, relation, age_group FROM clients_relative"
                               " WHERE client IN ({}) ORDER BY added_at, id",
                               places),
                   values)))
            found[row.id<ClientId>(0)].push_back(
                {row.id<RelativeId>(1), row.text(2), row.maybe_text(3).value_or(""), {}});
          return {};
        });
  }));
  return found;
}

Result<std::optional<ClientId>> Clients::by_number(std::string_view number) {
  TRY(work_.vault.require(work_.actor, "client", "list"));
  number = trim(number);
  if (number.starts_with("C-") || number.starts_with("c-")) number.remove_prefix(2);
  const auto value = to_integer(number);
  if (!value) return std::nullopt;
  const auto row = TRY(work_.vault.database().read([&](db::Connection& connection) {
    return connection.query_one(
        "SELECT id FROM clients_client WHERE number = $1 AND state = 'open'", {*value});
  }));
  if (!row) return std::nullopt;
  return row->id<ClientId>(0);
}

Result<ClientLine> Clients::line(ClientId id) {
  TRY(work_.vault.require(work_.actor, "client", "list", id.to_string()));
  return work_.vault.database().read([&](db::Connection& connection) -> Result<ClientLine> {
    const auto row = TRY(connection.query_one(
        fmt::format("SELECT {} FROM clients_client WHERE id = $1", kLineColumns), {id}));
    if (!row) return absent();
    return line_of(work_, *row);
  });
}

namespace {

Result<void> read_turns(db::Connection& connection, ClientId id, ClientFile& file) {
  for (const db::Row& row :
       TRY(connection.query("SELECT turn, day, reason, made_by FROM clients_turn WHERE client = $1"
                            " ORDER BY made_at DESC, id DESC",
                            {id})))
    file.turns.push_back(
        {row.text(0) == "close", row.date(1), row.text(2), row.id<trust::MemberId>(3)});
  return {};
}

Result<void> read_parts(db::Connection& connection, const Work& work, const keys::Key& key,
                        ClientId id, ClientFile& file) {
  for (const db::Row& row : TRY(connection.query(
           fmt::format("SELECT {} FROM clients_answer WHERE client = $1 ORDER BY question",
                       kAnswerColumns),
           {id})))
    file.answers.push_back(TRY(answered_of(work, key, id, row)));
  for (const db::Row& row : TRY(connection.query(
           "SELECT id, relation, age_group, name, version FROM clients_relative WHERE client = $1"
           " ORDER BY added_at, id",
           {id}))) {
    const auto relative = row.id<RelativeId>(0);
    file.relatives.push_back(
        {relative, row.text(1), row.maybe_text(2).value_or(""),
         TRY(keys::open(keys::record_key(key, "clients_relative", relative.uuid()), row.blob(3),
                        relative_place(work, relative, row.integer(4))))});
  }
  return read_turns(connection, id, file);
}

}  // namespace

Result<ClientFile> Clients::read(ClientId id) {
  TRY(work_.vault.require(work_.actor, "client", "read", id.to_string()));
  auto file =
      TRY(work_.vault.database().read([&](db::Connection& connection) -> Result<ClientFile> {
        const auto row = TRY(connection.query_one(
            fmt::format("SELECT {}, closed_on, closure_reason, shred_asked_by FROM clients_client"
                        " WHERE id = $1",
                        kLineColumns),
            {id}));
        if (!row) return absent();
        ClientFile found{.line = TRY(line_of(work_, *row)),
                         .closed_on = row->maybe_date(kLineColumnCount),
                         .closure_reason = row->maybe_text(kLineColumnCount + 1).value_or(""),
                         .shred_asked_by = row->maybe_id<trust::MemberId>(kLineColumnCount + 2)};
        if (found.line.state == ClientState::kShredded) return found;
        const keys::Key key = TRY(client_key(connection, work_, id));
        TRY(read_parts(connection, work_, key, id, found));
        return found;
      }));
  TRY(work_.vault.note_look(work_.actor, "client", "read", id.to_string()));
  return file;
}

}  // namespace daybreak::vault::clients
