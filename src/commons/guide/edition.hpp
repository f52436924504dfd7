// SPDX-License-Identifier: AGPL-3.0-or-later
// One edition of a printed guide: everything that will stand in it, as plain words. The guide sees
// no directory record: whoever makes the entries has projected each record for the edition's
// audience first, so that a confidential address cannot get here. An edition can be kept as a
// snapshot with a hash and read again. Plain values; the functions are safe to call from any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "language/language.hpp"

namespace daybreak::guide {

enum class Level : std::uint8_t { kLocal, kRegional, kStatewide, kNational };

// Where a person goes. Confidential: only the words of `address` that the public may know, often
// none.
enum class PlaceKind : std::uint8_t { kAddress, kConfidential, kNoPlace };

struct Phone {
  std::string number;  // as it is dialled
  std::string label;   // "24 hours", "Text", "Español"; may be empty
};

// A need in the words of the edition's language.
struct NeedLabel {
  std::string group;  // the root of the tree: "A place to live"
  std::string label;  // "Shelter"; may be the group itself
};

struct GuideEntry {
  Uuid id;  // the service at its place: the same in every edition
  std::string name;
  std::string organization;
  std::string description;
  std::string text_language;  // of name and texts when not the edition's ("en" in a Spanish guide)
  Level level = Level::kLocal;
  std::vector<NeedLabel> needs;  // the first decides where the entry stands
  std::vector<Phone> phones;
  std::string email;
  std::string website;
  PlaceKind place = PlaceKind::kNoPlace;
  std::string address;
  std::vector<std::string> counties;   // names; empty: not limited to counties
  std::vector<std::string> languages;  // names in the edition's language
  bool open_24_hours = false;
  std::string hours;
  std::string eligibility;
  std::string not_for;
  std::string how_to_start;
  std::string cost;
  std::optional<Date> verified_on;
  bool overdue = false;      // not confirmed in time
  std::string live_address;  // where the entry stands today, for the QR code
};

struct Hotline {
  std::string name;
  std::string number;
  std::string note;        // hours, text number, languages
  std::string card_label;  // what the pocket card calls it: nothing that gives its bearer away
};

struct GuideEdition {
  std::string title;
  std::string publisher;
  std::string region;  // "Western New York: …"
  language::Language language = language::Language::kEnglish;
  std::string audience = "public";  // as the directory names it
  Date date{std::chrono::year(2000) / 1 / 1};
  // A crisis edition: what happened and what the selection is for. Empty: the regular guide.
  std::string crisis_reason;
  bool demonstration = false;  // says on every page that nothing in it is real
  std::string corrections;     // how to report an error: an address or a telephone number
  std::string site;            // address of the live directory
  std::string notice;          // the publisher's own disclaimer, added to the guide's
  std::vector<Hotline> hotlines;
  std::vector<GuideEntry> entries;
};

// The edition as canonical JSON (entries by id) and back. Reading fails with kInvalid and the
// field.
std::string to_snapshot(const GuideEdition& edition);
Result<GuideEdition> from_snapshot(std::string_view json);
// SHA-256 of to_snapshot, in hexadecimal: the same words, the same hash.
std::string fingerprint_of(const GuideEdition& edition);

// What is different for a reader who has the last edition at hand.
struct ChangedEntry {
  std::string name;
  std::vector<std::string> fields;  // of GuideEntry: "phones", "hours", …
};
struct GuideChanges {
  Date since{};
  std::vector<std::string> added, removed;  // names
  std::vector<ChangedEntry> changed;
  bool empty() const { return added.empty() && removed.empty() && changed.empty(); }
};
GuideChanges changes_between(const GuideEdition& last, const GuideEdition& next);

}  // namespace daybreak::guide
