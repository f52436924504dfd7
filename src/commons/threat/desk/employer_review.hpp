// SPDX-License-Identifier: AGPL-3.0-or-later
// Looking at employers' records: pairs that may be one firm, or a record by its exact name; one at a
// time, by those whom the policy lets read employers' names, each look and decision in the audit
// log. Never a list of names beside a
// finding. Safe to use from any thread.
#pragma once

#include "commons/threat/employers.hpp"
#include "language/words.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::threat::desk {

struct ReviewOverview {
  std::optional<LinkRun> run;
  std::int64_t to_review = 0;
  bool synthetic = false;
};

struct OpenedPair {
  EmployerPair pair;
  Spelling a, b;
  std::string as_of_a, as_of_b;  // of the program's files; empty when they do not say
  std::int64_t to_review = 0;
  bool synthetic = false;
};

// One line of an official file.
struct RecordPlace {
  std::string file;  // "whd", "osha", "oflc"
  std::int64_t load = 0, line = 0;
  std::string to_string() const;
};
// A record that carries the name that was asked for.
struct RecordMatch {
  RecordPlace place;
  std::string town;  // "Albion NY"
  std::optional<Date> date;
};
struct RecordSearch {
  std::vector<RecordMatch> matches;  // at most kMostMatches, the newest first
  bool more = false;                 // there are others
};
inline constexpr std::size_t kMostMatches = 25;

struct EmployerRecord {
  RecordPlace place;
  std::string source, file_name;  // the dataset and the file
  std::string as_of;              // empty when the file does not say
  Instant imported{};
  bool synthetic = false;
  // What the file says, in its order: words and value.
  std::vector<std::pair<language::MessageId, std::string>> says;
};

class EmployerReview {
 public:
  EmployerReview(db::Database& database, const Clock& clock)
      : database_(database), gatekeeper_(database, clock), clock_(clock) {}

  Result<ReviewOverview> overview(const trust::Actor& actor);
  // The pair to look at after `skip` others; nothing when none is left.
  Result<std::optional<OpenedPair>> open(const trust::Actor& actor, std::int64_t skip);
  Result<void> decide(const trust::Actor& actor, const std::string& a, const std::string& b,
                      bool same);
  // Records of exactly this name, capitals or not. That it was asked is logged, what was asked is
  // not.
  Result<RecordSearch> find_records(const trust::Actor& actor, std::string_view name);
  // One record with where it is from; each opening is logged.
  Result<EmployerRecord> open_record(const trust::Actor& actor, const RecordPlace& place);

 private:
  db::Database& database_;
  trust::Gatekeeper gatekeeper_;
  const Clock& clock_;
};

trust::Object linkage_object();
trust::Object employer_name_object();
inline constexpr trust::Purpose kAssessmentPurpose{"assessment"};

}  // namespace daybreak::threat::desk
