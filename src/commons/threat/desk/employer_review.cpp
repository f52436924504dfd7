// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/desk/employer_review.hpp"

#include "commons/threat/desk/assessments.hpp"
#include "trust/audit.hpp"

namespace daybreak::threat::desk {
namespace {

constexpr std::string_view kLinkage = "record_linkage", kName = "threat_employer_name";

Result<std::string> as_of(db::Connection& c, std::string_view program) {
  const auto row = TRY(c.query_one(
      "SELECT max(as_of) FROM threat_load WHERE state = 'current' AND program = $1", {program}));
  return row ? row->maybe_text(0).value_or("") : "";
}

}  // namespace

trust::Object linkage_object() {
  return {.type = kLinkage, .audience = trust::Audience::kTaskForce};
}
trust::Object employer_name_object() {
  return {.type = kName, .audience = trust::Audience::kTaskForce};
}

Result<ReviewOverview> EmployerReview::overview(const trust::Actor& actor) {
  TRY(gatekeeper_.require(actor, {"read"}, linkage_object(), {}));
  return database_.read([](db::Connection& c) -> Result<ReviewOverview> {
    return ReviewOverview{TRY(last_link_run(c)), TRY(count_to_review(c)),
                          TRY(holds_synthetic_files(c))};
  });
}

Result<std::optional<OpenedPair>> EmployerReview::open(const trust::Actor& actor,
                                                       std::int64_t skip) {
  TRY(gatekeeper_.require(actor, {"read"}, linkage_object(), {}));
  TRY(gatekeeper_.require(actor, {"read"}, employer_name_object(), {}, kAssessmentPurpose));
  auto opened = TRY(database_.read([&](db::Connection& c) -> Result<std::optional<OpenedPair>> {
    auto pair = TRY(pair_to_review(c, skip));
    if (!pair) return std::nullopt;
    const auto a = TRY(find_spelling(c, pair->a)), b = TRY(find_spelling(c, pair->b));
    if (!a || !b) return std::nullopt;
    return OpenedPair{std::move(*pair),
                      *a,
                      *b,
                      TRY(as_of(c, a->program)),
                      TRY(as_of(c, b->program)),
                      TRY(count_to_review(c)),
                      TRY(holds_synthetic_files(c))};
  }));
  if (!opened) return opened;
  for (const std::string& key : {opened->pair.a, opened->pair.b})
    TRY(trust::record_audit(database_, actor,
                            {.action = "threat_employer_name.read",
                             .object_type = std::string(kName),
                             .object = key,
                             .purpose = std::string(kAssessmentPurpose.code)},
                            clock_.now()));
  return opened;
}

Result<void> EmployerReview::decide(const trust::Actor& actor, const std::string& a,
                                    const std::string& b, bool same) {
  TRY(gatekeeper_.require(actor, {"decide"}, linkage_object(), {}));
  return database_.write([&](db::Connection& c) -> Result<void> {
    TRY(decide_pair(c, a, b, same, clock_.now()));
    return trust::append_audit(c, actor,
                               {.action = "record_linkage.decide",
                                .object_type = std::string(kLinkage),
                                .object = a,
                                .detail = (same ? "same=" : "different=") + b},
                               clock_.now());
  });
}

}  // namespace daybreak::threat::desk
