// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/clients/rows.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

#include "base/text.hpp"
#include "base/unicode.hpp"

namespace daybreak::vault::clients {
namespace {

namespace keys = trust::keys;

constexpr std::size_t kMostText = 20000;

keys::Place answer_place(const Work& work, ClientId id, std::string_view question,
                         std::int64_t version) {
  return work.vault.place("clients_answer", id.uuid(), question, version);
}

tl::unexpected<Error> wrong(const Answer& answer, std::string message, std::string cure) {
  return fail(ErrorKind::kInvalid, std::move(message), "field " + answer.question, std::move(cure));
}

std::string first_letter(std::string_view word) {
  std::size_t end = 1;
  while (end < word.size() && (word[end] & 0xc0) == 0x80) ++end;
  return std::string(word.substr(0, end));
}

std::string initials_of(const std::string& name) {
  std::string initials;
  for (const std::string& word : search_words(name))
    if (initials.size() < 12) initials += to_title(first_letter(word)) + ".";
  return initials;
}

}  // namespace

keys::Key wrapping_key(const Work& work) {
  return keys::derive(work.keyring->pair().secret(), "client keys");
}

Result<keys::Key> unwrap_client(const Work& work, ClientId id, std::string_view wrapped) {
  return keys::unwrap(wrapping_key(work), wrapped,
                      work.vault.place("clients_client", id.uuid(), "wrapped_key", 1));
}

std::string wrap_client(const Work& work, ClientId id, const keys::Key& key) {
  return keys::wrap(wrapping_key(work), key,
                    work.vault.place("clients_client", id.uuid(), "wrapped_key", 1),
                    work.vault.random());
}

db::Question key_question(ClientId id) {
  return {"SELECT wrapped_key FROM clients_client WHERE id = $1", {id}};
}

Result<keys::Key> key_from(const Work& work, ClientId id, const db::Rows& answer) {
  if (answer.empty())
    return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
  if (answer.front().is_null(0))
    return fail(ErrorKind::kConflict, "this file was shredded: nothing of it opens again");
  return unwrap_client(work, id, answer.front().blob(0));
}

Result<keys::Key> client_key(db::Connection& connection, const Work& work, ClientId id) {
  const db::Question question = key_question(id);
  return key_from(work, id, TRY(connection.query(question.sql, question.values)));
}

namespace {

Result<void> check_answer(const Answer& answer, Date on, std::string_view told) {
  const codes::Question* question = codes::Codes::built_in().question(answer.question);
  if (question == nullptr) return wrong(answer, "there is no such question", "Reload the page");
  if (answer.skip) return {};
  if (question->list != nullptr) {
    if (answer.codes.empty() ||
        (question->kind == codes::QuestionKind::kChoice && answer.codes.size() > 1))
      return wrong(answer, "one choice is needed", "Choose, or say why the question is skipped");
    const auto before = split(told, ',');
    for (const std::string& code : answer.codes) {
      TRY(codes::check_code(question->list->id, code, answer.question));
      if (std::find(before.begin(), before.end(), code) == before.end())
        TRY(codes::check_code_on(question->list->id, code, answer.question, on));
    }
    return {};
  }
  const std::string& text = answer.text.reveal();
  if (trim(text).empty())
    return wrong(answer, "the answer is empty", "Write it, or say why the question is skipped");
  if (text.size() > kMostText || !is_valid_utf8(text) || text.find('\0') != std::string::npos)
    return wrong(answer, "the answer is too long or no text", "Shorten it");
  if (question->kind == codes::QuestionKind::kDate && !parse_date(text))
    return wrong(answer, "this day does not exist", "Write it as 1990-01-31");
  return {};
}

}  // namespace

Result<void> check_answers(std::span<const Answer> answers, Date on, const ToldBefore& told) {
  std::set<std::string_view> seen;
  for (const Answer& answer : answers) {
    const auto before = told.find(answer.question);
    TRY(check_answer(answer, on, before == told.end() ? std::string_view() : before->second.codes));
    if (!seen.insert(answer.question).second)
      return wrong(answer, "this question is answered twice", "Reload the page");
  }
  return {};
}

SealedAnswer seal_answer(const Work& work, const keys::Key& key, ClientId id, const Answer& answer,
                         std::int64_t version) {
  const codes::Question& question = *codes::Codes::built_in().question(answer.question);
  SealedAnswer made{
      .question = answer.question, .version = version, .searchable = question.searchable};
  if (answer.skip)
    made.skip = codes::code_of(*answer.skip);
  else if (question.list != nullptr)
    made.codes = join(answer.codes, ",");
  else
    made.sealed = db::Blob{
        keys::seal(keys::record_key(key, "clients_answer", id.uuid()), trim(answer.text.reveal()),
                   answer_place(work, id, answer.question, version), work.vault.random())};
  // One space of words for all that is searched: names and numbers alike.
  if (question.searchable && !answer.skip)
    made.terms = keys::BlindIndex(*work.keyring).terms_of("client", answer.text.reveal());
  return made;
}

namespace {

constexpr std::string_view kIntoAnswers =
    "clients_answer (client, question, skip, codes, sealed, version, answered_at, answered_by)";
constexpr std::string_view kIntoWords = "clients_word (term, number, question)";

std::array<db::Value, 8> row_of(const Work& work, const FileOf& file, const SealedAnswer& answer) {
  return {file.id,       answer.question, answer.skip, answer.codes,
          answer.sealed, answer.version,  work.now(),  work.actor.member};
}

}  // namespace

Result<void> put_first_answers(db::Connection& connection, const Work& work, const FileOf& file,
                               std::span<const SealedAnswer> answers) {
  for (const SealedAnswer& answer : answers) {
    TRY(connection.insert_with_group(kIntoAnswers, db::Parameters(row_of(work, file, answer))));
    for (const std::string& term : answer.terms)
      TRY(connection.insert_with_group(kIntoWords, {db::Blob{term}, file.number, answer.question}));
  }
  return {};
}

Result<void> put_answers(db::Connection& connection, const Work& work, const FileOf& file,
                         std::span<const SealedAnswer> answers) {
  std::vector<db::Value> rows, words;
  for (const SealedAnswer& answer : answers) {
    if (answer.version > 1 && answer.searchable)
      TRY(connection.execute_later("DELETE FROM clients_word WHERE number = $1 AND question = $2",
                                   {file.number, answer.question}));
    for (db::Value& value : row_of(work, file, answer)) rows.push_back(std::move(value));
    for (const std::string& term : answer.terms)
      words.insert(words.end(), {db::Blob{term}, file.number, answer.question});
  }
  TRY(db::insert_rows(connection, kIntoAnswers, 8, rows,
                      " ON CONFLICT (client, question) DO UPDATE SET skip = excluded.skip, codes ="
                      " excluded.codes, sealed = excluded.sealed, version = excluded.version,"
                      " answered_at = excluded.answered_at, answered_by = excluded.answered_by"));
  return db::insert_rows(connection, kIntoWords, 3, words);
}

Result<ToldBefore> told_before(db::Connection& connection, ClientId id) {
  ToldBefore told;
  for (const db::Row& row : TRY(connection.query(
           "SELECT question, version, codes FROM clients_answer WHERE client = $1", {id})))
    told.emplace(row.text(0), Told{row.integer(1), row.maybe_text(2).value_or("")});
  return told;
}

Result<Answered> answered_of(const Work& work, const keys::Key& key, ClientId id,
                             const db::Row& row) {
  Answered found{{.question = row.text(0)}, row.integer(4), row.instant(5)};
  if (const auto skip = row.maybe_text(1)) found.answer.skip = codes::skip_from(*skip);
  if (const auto codes = row.maybe_text(2))
    for (const std::string_view code : split(*codes, ',')) found.answer.codes.emplace_back(code);
  if (!row.is_null(3))
    found.answer.text =
        TRY(keys::open(keys::record_key(key, "clients_answer", id.uuid()), row.blob(3),
                       answer_place(work, id, found.answer.question, found.version)));
  return found;
}

Result<std::optional<std::string>> open_answer(db::Connection& connection, const Work& work,
                                               const keys::Key& key, ClientId id,
                                               std::string_view question) {
  const auto row = TRY(connection.query_one(
      fmt::format("SELECT {} FROM clients_answer WHERE client = $1 AND question = $2",
                  kAnswerColumns),
      {id, question}));
  if (!row) return std::nullopt;
  const Answered found = TRY(answered_of(work, key, id, *row));
  if (found.answer.skip) return std::nullopt;
  if (!row->is_null(3)) return found.answer.text.reveal();
  return join(found.answer.codes, ",");
}

Result<ClientLine> line_of(const Work& work, const db::Row& row) {
  ClientLine line;
  line.id = row.id<ClientId>(0);
  line.number = row.integer(1);
  line.state = row.text(2) == "open"     ? ClientState::kOpen
               : row.text(2) == "closed" ? ClientState::kClosed
                                         : ClientState::kShredded;
  line.opened_on = row.date(3);
  if (row.is_null(4)) return line;
  line.language = row.maybe_text(7).value_or("");
  if (row.is_null(5)) return line;
  const keys::Key key = TRY(unwrap_client(work, line.id, row.blob(4)));
  const auto name =
      TRY(keys::open(keys::record_key(key, "clients_answer", line.id.uuid()), row.blob(5),
                     answer_place(work, line.id, "preferred_name", row.integer(6))));
  line.initials = initials_of(name.reveal());
  return line;
}

}  // namespace daybreak::vault::clients
