// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/library/drafts/kept.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace daybreak::library::drafts {
namespace {

Result<documents::Answers> answers_of(std::string_view text) {
  const Json json = TRY(parse_json(text, {}, "answers"));
  documents::Answers answers;
  if (const JsonObject* members = json.if_object())
    for (const JsonMember& member : *members)
      if (const std::string* value = member.value.if_string()) answers[member.key] = *value;
  return answers;
}

How how_from(std::string_view code) {
  for (const How how : {How::kOnScreen, How::kInPerson, How::kPaperCopy})
    if (code_of(how) == code) return how;
  return How::kNotYet;
}

PartyState party_state_from(std::string_view code) {
  for (const PartyState state : {PartyState::kSigned, PartyState::kDeclined})
    if (code_of(state) == code) return state;
  return PartyState::kWaiting;
}

}  // namespace

std::string text_of(const documents::Answers& answers) {
  Json json = Json::object();
  for (const auto& [id, answer] : answers) json.set(id, answer);
  return to_text(json);
}

Result<Draft> draft_of(const db::Row& row) {
  const auto state = state_from(row.text(7));
  if (!state) return fail(ErrorKind::kCorrupt, "has an unknown state", "document");
  Draft draft{
      .id = row.uuid(0),
      .name = row.text(1),
      .template_id = row.text(2),
      .version = row.text(3),
      .edition = row.text(4),
      .language = row.text(5) == "es" ? language::Language::kSpanish : language::Language::kEnglish,
      .answers = TRY(answers_of(row.text(6))),
      .state = *state,
      .revision = row.integer(10),
      .created_at = row.instant(11),
      .changed_at = row.instant(12),
      .begins = row.maybe_date(13),
      .ends = row.maybe_date(14),
      .reason = row.text(15),
      .paper_digest = row.maybe_text(16).value_or(""),
      .words = row.text(17),
      .fixed_at = row.maybe_instant(18)};
  if (!row.is_null(8)) draft.task_force = row.uuid(8);
  if (!row.is_null(9)) draft.follows = row.uuid(9);
  return draft;
}

Party party_of(const db::Row& row) {
  Party party{.number = static_cast<int>(row.integer(1)),
              .name = row.text(2),
              .kind = row.text(3),
              .contact = row.text(4),
              .state = party_state_from(row.text(6)),
              .signer = row.text(7),
              .title = row.text(8),
              .how = how_from(row.text(9)),
              .statement = row.text(10),
              .at = row.maybe_instant(11),
              .copy_digest = row.maybe_text(12).value_or("")};
  if (!row.is_null(5)) party.account = row.uuid(5);
  return party;
}

Result<void> insert_draft(db::Connection& c, const Draft& draft) {
  TRY(c.execute(
      "INSERT INTO library_drafts_draft (id, name, template, version, edition, language, answers, "
      "state, task_force, follows, revision, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, "
      "$6, $7, 'draft', $8, $9, 1, $10, $10)",
      {draft.id, draft.name, draft.template_id, draft.version, draft.edition,
       language::code_of(draft.language), text_of(draft.answers), draft.task_force, draft.follows,
       draft.created_at}));
  return {};
}

Result<void> check_text(std::string_view field, std::string_view text, std::size_t most) {
  const bool control = std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
  if (trim(text).empty() || text.size() > most || control || !is_valid_utf8(text))
    return fail(ErrorKind::kInvalid, "is empty, too long or cannot be read", std::string(field),
                fmt::format("Write 1 to {} characters", most));
  return {};
}

Result<void> check_storable(const Template& made, const documents::Answers& answers) {
  std::size_t bytes = 0;
  for (const auto& [id, answer] : answers) {
    if (made.field(id) == nullptr)
      return fail(ErrorKind::kInvalid, "is no question of this document", id);
    if (answer.size() > documents::kLongestAnswer || !is_valid_utf8(answer))
      return fail(ErrorKind::kInvalid, "is too long or cannot be read", id,
                  fmt::format("Write at most {} characters", documents::kLongestAnswer));
    bytes += answer.size();
  }
  if (bytes > kMostAnswerBytes)
    return fail(ErrorKind::kInvalid, "the answers are too long together", "answers",
                "Shorten the longest");
  return {};
}

Result<void> must_be(const Draft& draft, State state) {
  if (draft.state == state) return {};
  return fail(ErrorKind::kInvalid, "the document is in another state", "state",
              "Open it again to see where it stands");
}

}  // namespace daybreak::library::drafts
