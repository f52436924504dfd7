// SPDX-License-Identifier: AGPL-3.0-or-later
// A document between organisations in the field's terms: its draft with answers as data, the
// parties that sign in turn, what is in force and until when. Plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "commons/library/documents/assemble.hpp"

namespace daybreak::library::drafts {

enum class State : std::uint8_t {
  kDraft,      // answers may change
  kSigning,    // the paper is fixed; parties sign in turn
  kInForce,    // all have signed
  kDeclined,   // a party said no
  kWithdrawn,  // taken back before all had signed
  kEnded,      // ended early, or followed by a later one
};
std::string_view code_of(State state);  // "in_force"
std::optional<State> state_from(std::string_view code);

enum class PartyState : std::uint8_t { kWaiting, kSigned, kDeclined };
enum class How : std::uint8_t {
  kNotYet,
  kOnScreen,   // a member of the party's own organisation typed name and title
  kInPerson,   // in front of a coordinator, on the coordinator's screen
  kPaperCopy,  // a signed copy was put in
};
std::string_view code_of(PartyState state);
std::string_view code_of(How how);

struct Party {
  int number = 0;  // they sign in this order, from 1
  std::string name, kind;
  std::string contact;          // a role
  std::optional<Uuid> account;  // the organisation of this node that it is
  PartyState state = PartyState::kWaiting;
  std::string signer, title;
  How how = How::kNotYet;
  std::string statement;  // what was agreed to, in the words that stood there; or why declined
  std::optional<Instant> at;
  std::string copy_digest;  // of the signed copy; empty: none
};

struct Draft {
  Uuid id;
  std::string name;
  std::string template_id, version, edition;  // pinned; `edition` is the digest
  language::Language language = language::Language::kEnglish;
  documents::Answers answers;
  State state = State::kDraft;
  std::optional<Uuid> task_force, follows;
  std::int64_t revision = 1;
  Instant created_at, changed_at;
  std::optional<Date> begins, ends;
  std::string reason;        // why withdrawn, declined or ended
  std::string paper_digest;  // of the PDF that is signed; empty while a draft
  std::string words;         // the same for the screen (html_edition.hpp); empty while a draft
  std::optional<Instant> fixed_at;
  std::vector<Party> parties;

  // Whose turn it is, or nullptr.
  const Party* next() const;
  // In force on a day: signed, begun, and not past its last day.
  bool holds_on(Date day) const;
  bool is_past(Date day) const { return state == State::kInForce && ends && *ends < day; }
};

}  // namespace daybreak::library::drafts
