// SPDX-License-Identifier: AGPL-3.0-or-later
// Looking at links between employer records: one pair at a time, by those whom the policy lets read
// employers' names, each look and each decision in the audit log. Never a list of names beside a
// finding. Safe to use from any thread.
#pragma once

#include "commons/threat/employers.hpp"
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

class EmployerReview {
 public:
  EmployerReview(db::Database& database, const Clock& clock)
      : database_(database), gatekeeper_(database, clock), clock_(clock) {}

  Result<ReviewOverview> overview(const trust::Actor& actor);
  // The pair to look at after `skip` others; nothing when none is left.
  Result<std::optional<OpenedPair>> open(const trust::Actor& actor, std::int64_t skip);
  Result<void> decide(const trust::Actor& actor, const std::string& a, const std::string& b,
                      bool same);

 private:
  db::Database& database_;
  trust::Gatekeeper gatekeeper_;
  const Clock& clock_;
};

trust::Object linkage_object();
trust::Object employer_name_object();
inline constexpr trust::Purpose kAssessmentPurpose{"assessment"};

}  // namespace daybreak::threat::desk
