// SPDX-License-Identifier: AGPL-3.0-or-later
// From the fixed paper to the last signature, and what ends a document.
#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "commons/library/drafts/kept.hpp"
#include "commons/network/agreement.hpp"
#include "commons/network/model.hpp"
#include "doc/html_edition.hpp"
#include "doc/pdf.hpp"

namespace daybreak::library::drafts {
namespace {

using documents::answer_to;
using documents::lines_of;

std::optional<Date> date_in(const Template& made, const std::string& field, const Draft& draft) {
  if (field.empty()) return std::nullopt;
  const auto day = parse_date(answer_to(made, field, draft.answers));
  return day ? std::optional(*day) : std::nullopt;
}

bool is_own(const trust::Actor& actor, const Party& party) {
  return actor.is_member() && party.account && *party.account == actor.organization.uuid();
}

std::string at_or_empty(const std::vector<std::string>& all, std::size_t index) {
  return index < all.size() ? all[index] : std::string();
}

}  // namespace

bool Drafts::may_sign(const trust::Actor& actor, const Party& party) const {
  return is_own(actor, party) || may(actor, "witness");
}

Result<void> Drafts::write_parties(db::Connection& c, const Draft& draft, const Template& made,
                                   const Offer& offer) {
  const auto parties = lines_of(answer_to(made, made.effect.parties, draft.answers));
  const auto contacts = lines_of(answer_to(made, made.effect.contacts, draft.answers));
  if (parties.empty() || parties.size() > kMostParties)
    return fail(ErrorKind::kInvalid, "nobody is to sign, or too many", made.effect.parties,
                "Name the parties, one a line, at most 60");
  for (std::size_t i = 0; i < parties.size(); ++i) {
    TRY(check_text(made.effect.parties, parties[i], kLongestName));
    const std::string kind = at_or_empty(offer.kinds, i);
    if (network::find_code(network::organization_kinds(), kind) == nullptr)
      return fail(ErrorKind::kInvalid, "the kind of a party is missing", "kinds",
                  "Choose one of the list for each party");
    TRY(
        c.execute("INSERT INTO library_drafts_party (draft, number, name, kind, contact, account, "
                  "state) VALUES ($1, $2, $3, $4, $5, $6, 'waiting')",
                  {draft.id, static_cast<int>(i + 1), parties[i], kind, at_or_empty(contacts, i),
                   i < offer.accounts.size() ? offer.accounts[i] : std::nullopt}));
  }
  return {};
}

Result<void> Drafts::offer(const trust::Actor& actor, const Uuid& id, const Offer& offer) {
  TRY(permit(actor, "offer", id));
  const Draft seen = TRY(find(actor, id));
  TRY(must_be(seen, State::kDraft));
  const Template made = TRY(editions_.find(seen.edition));
  for (const documents::AnswerError& error : documents::check_answers(made, seen.answers))
    return fail(ErrorKind::kInvalid, error.message.en, error.field, "Answer it and save");
  const doc::Document words = TRY(document(seen));
  const std::string paper = TRY(doc::to_pdf(words)), page = TRY(doc::to_html_fragment(words, 2));
  return change(actor, "offer", id, [&](db::Connection& c, const Draft& draft) -> Result<void> {
    TRY(must_be(draft, State::kDraft));
    if (draft.revision != seen.revision)
      return fail(ErrorKind::kConflict, "somebody else changed it meanwhile", "answers",
                  "Open it again");
    TRY(write_parties(c, draft, made, offer));
    TRY(c.execute(
        "UPDATE library_drafts_draft SET state = 'signing', paper = $2, paper_digest = "
        "$3, begins = $4, ends = $5, task_force = $6, words = $7, fixed_at = $8 WHERE id = $1",
        {id, db::Blob{paper}, sha256_hex(paper), date_in(made, made.effect.from, draft),
         date_in(made, made.effect.until, draft), offer.task_force, page, clock_.now()}));
    return {};
  });
}

// When all have signed: in force, the parties are members, and what it follows ends.
Result<void> Drafts::settle(db::Connection& c, const Uuid& id) {
  const Draft draft = TRY(load_one(c, id));
  if (draft.next() != nullptr) return {};
  TRY(c.execute("UPDATE library_drafts_draft SET state = 'in_force' WHERE id = $1", {id}));
  if (draft.follows)
    TRY(
        c.execute("UPDATE library_drafts_draft SET state = 'ended' WHERE id = $1 AND state = "
                  "'in_force'",
                  {*draft.follows}));
  if (!draft.task_force) return {};
  const Template made = TRY(editions_.find(c, draft.edition));
  network::Agreement agreement{
      .document = id,
      .purposes = join(lines_of(answer_to(made, made.effect.purposes, draft.answers)), "; "),
      .from = draft.begins,
      .until = draft.ends,
      .parties = {}};
  for (const Party& party : draft.parties)
    agreement.parties.push_back({party.name, party.kind, party.contact, party.account});
  return network::apply_agreement(c, *draft.task_force, agreement, clock_, random_);
}

Result<void> Drafts::sign(const trust::Actor& actor, const Uuid& id, const Signature& signature) {
  TRY(check_text("signer", signature.signer, kLongestName));
  TRY(check_text("title", signature.title, kLongestName));
  TRY(check_text("statement", signature.statement, 1000));
  const bool on_paper = !signature.copy.empty();
  if (on_paper && (signature.copy.size() > kLargestCopy || !signature.copy.starts_with("%PDF-")))
    return fail(ErrorKind::kInvalid, "is no PDF, or larger than 10 MB", "copy",
                "Scan the signed paper as a PDF");
  const Draft seen = TRY(find(actor, id));
  const bool own = std::ranges::any_of(seen.parties, [&](const Party& party) {
    return party.number == signature.party && is_own(actor, party);
  });
  if (!own || on_paper) TRY(permit(actor, "witness", id));
  return change(actor, "sign", id, [&](db::Connection& c, const Draft& draft) -> Result<void> {
    TRY(must_be(draft, State::kSigning));
    const Party* next = draft.next();
    if (next == nullptr || next->number != signature.party)
      return fail(ErrorKind::kInvalid, "it is another party's turn", "party",
                  "The parties sign in the order of the list");
    const How how = on_paper ? How::kPaperCopy : own ? How::kOnScreen : How::kInPerson;
    const std::optional<std::string> digest =
        on_paper ? std::optional(sha256_hex(signature.copy)) : std::nullopt;
    TRY(
        c.execute("UPDATE library_drafts_party SET state = 'signed', signer = $3, title = $4, how "
                  "= $5, statement = $6, at = $7, copy_digest = $8 WHERE draft = $1 AND number = "
                  "$2 AND state = 'waiting'",
                  {id, signature.party, trim(signature.signer), trim(signature.title), code_of(how),
                   signature.statement, clock_.now(), digest}));
    if (on_paper)
      TRY(c.execute("UPDATE library_drafts_party SET copy = $3 WHERE draft = $1 AND number = $2",
                    {id, signature.party, db::Blob{signature.copy}}));
    return settle(c, id);
  });
}

Result<void> Drafts::decline(const trust::Actor& actor, const Uuid& id, int party,
                             std::string reason) {
  TRY(check_text("reason", reason, 500));
  const Draft seen = TRY(find(actor, id));
  const bool own = std::ranges::any_of(
      seen.parties, [&](const Party& one) { return one.number == party && is_own(actor, one); });
  if (!own) TRY(permit(actor, "witness", id));
  return change(actor, "decline", id, [&](db::Connection& c, const Draft& draft) -> Result<void> {
    TRY(must_be(draft, State::kSigning));
    const auto found = std::ranges::find(draft.parties, party, &Party::number);
    if (found == draft.parties.end() || found->state != PartyState::kWaiting)
      return fail(ErrorKind::kInvalid, "this party has answered already", "party");
    TRY(
        c.execute("UPDATE library_drafts_party SET state = 'declined', statement = $3, at = $4 "
                  "WHERE draft = $1 AND number = $2",
                  {id, party, reason, clock_.now()}));
    TRY(c.execute("UPDATE library_drafts_draft SET state = 'declined', reason = $2 WHERE id = $1",
                  {id, reason}));
    return {};
  });
}

Result<void> Drafts::withdraw(const trust::Actor& actor, const Uuid& id, std::string reason) {
  TRY(permit(actor, "withdraw", id));
  TRY(check_text("reason", reason, 500));
  return change(actor, "withdraw", id, [&](db::Connection& c, const Draft& draft) -> Result<void> {
    const bool in_force = draft.state == State::kInForce;
    if (!in_force && draft.state != State::kSigning && draft.state != State::kDraft)
      return fail(ErrorKind::kInvalid, "it has ended already", "state");
    TRY(c.execute("UPDATE library_drafts_draft SET state = $2, reason = $3 WHERE id = $1",
                  {id, in_force ? "ended" : "withdrawn", reason}));
    if (in_force) {
      TRY(c.execute("UPDATE library_drafts_draft SET ends = $2 WHERE id = $1", {id, today()}));
      TRY(network::end_agreement(c, id, today()));
    }
    return {};
  });
}

Result<std::string> Drafts::paper(const trust::Actor& actor, const Uuid& id) {
  TRY(find(actor, id));
  return database_.read([&](db::Connection& c) -> Result<std::string> {
    const auto row = TRY(c.query_one(
        "SELECT paper, paper_digest FROM library_drafts_draft WHERE id = $1 AND paper IS NOT NULL",
        {id}));
    if (!row) return fail(ErrorKind::kNotFound, "there is no fixed paper");
    if (sha256_hex(row->blob(0)) != row->text(1))
      return fail(ErrorKind::kCorrupt, "the paper is not the one that was signed", "document");
    return row->blob(0);
  });
}

Result<std::string> Drafts::copy(const trust::Actor& actor, const Uuid& id, int party) {
  TRY(find(actor, id));
  return database_.read([&](db::Connection& c) -> Result<std::string> {
    const auto row =
        TRY(c.query_one("SELECT copy, copy_digest FROM library_drafts_party WHERE "
                        "draft = $1 AND number = $2 AND copy IS NOT NULL",
                        {id, party}));
    if (!row) return fail(ErrorKind::kNotFound, "there is no signed copy");
    if (sha256_hex(row->blob(0)) != row->text(1))
      return fail(ErrorKind::kCorrupt, "the copy is not the one that was put in", "document");
    return row->blob(0);
  });
}

}  // namespace daybreak::library::drafts
