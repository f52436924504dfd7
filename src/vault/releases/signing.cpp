// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/releases/signing.hpp"

#include <algorithm>

namespace daybreak::vault::releases {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

tl::unexpected<Error> wrong(std::string_view field, std::string message, std::string cure) {
  return fail(ErrorKind::kInvalid, std::move(message), "field " + std::string(field),
              std::move(cure));
}

struct Age {
  std::optional<bool> is_minor;      // nothing: the file does not tell
  std::optional<Instant> of_age_at;  // where a date of birth is there
};

Result<Age> age_of(db::Connection& connection, const Work& work, const trust::keys::Key& key,
                   clients::ClientId client) {
  Age age;
  const auto birth = TRY(clients::open_answer(connection, work, key, client, "date_of_birth"));
  if (const auto day = birth ? parse_date(*birth) : Result<Date>(tl::make_unexpected(Error{}))) {
    // Born on 29 February, of age on 1 March.
    const std::chrono::year_month_day eighteenth{day->year() + std::chrono::years(18), day->month(),
                                                 day->day()};
    const sys_days on = eighteenth.ok() ? sys_days(eighteenth)
                                        : sys_days(eighteenth.year() / std::chrono::March / 1);
    age.of_age_at = Instant(on);
    age.is_minor = work.now() < *age.of_age_at;
    return age;
  }
  const auto group = TRY(clients::open_answer(connection, work, key, client, "age_group"));
  if (group && !group->empty()) age.is_minor = *group == "0_8" || *group == "9_17";
  return age;
}

bool signs_as_minor(Signer signer) {
  return signer == Signer::kMinorAndGuardian || signer == Signer::kMinorAlone;
}

}  // namespace

Terms terms_again(const Release& earlier) {
  Terms terms = earlier.terms;
  terms.again_of = earlier.row.id;
  terms.days = kDefaultDays;
  terms.starts_on.reset();
  terms.risks_told = terms.rights_told = terms.guardian_is_not_abuser = false;
  terms.other_ways.clear();
  return terms;
}

Result<void> check_again(db::Connection& connection, const Terms& terms) {
  if (!terms.again_of) return {};
  const auto earlier = TRY(find_release(connection, *terms.again_of));
  if (!earlier || !earlier->signed_at)
    return fail(ErrorKind::kNotFound, "there is no such record, or it is not for you");
  const auto allowed = TRY(items_of(connection, *terms.again_of));
  for (const Item& item : terms.items)
    if (std::find(allowed.begin(), allowed.end(), item) == allowed.end())
      return wrong("items", "a release that is issued again is never wider",
                   "Begin another release for more");
  if (terms.recipient_organization != earlier->recipient_organization ||
      terms.recipient_member != earlier->recipient_member ||
      terms.recipient_role != earlier->recipient_role || terms.method != earlier->method)
    return wrong("recipient", "a release that is issued again has the same recipient",
                 "Begin another release for another");
  return {};
}

Result<void> replace(db::Connection& connection, const Work& work, ReleaseId id) {
  const auto earlier = TRY(find_release(connection, id));
  if (!earlier || !earlier->may_view(work.now())) return {};
  TRY(end_if_restored(work.vault, connection));
  TRY(connection.execute(
      "UPDATE releases_release SET state = 'superseded', ended_at = $2, ended_by = $3,"
      " ended_how = 'replaced' WHERE id = $1",
      {id, work.now(), work.actor.member}));
  TRY(count_endings(work.vault, connection, 1));
  TRY(destroy_ended(work.vault, connection));
  return work.vault.note(connection, work.actor, "release", "revoke", id.to_string(),
                         "how=replaced");
}

Result<Span> span_of(db::Connection& connection, const Work& work, const trust::keys::Key& key,
                     clients::ClientId client, const Terms& terms) {
  const Instant now = work.now();
  Span span{now, now + days(terms.days)};
  if (terms.starts_on && Instant(sys_days(*terms.starts_on)) > now) {
    span.from = Instant(sys_days(*terms.starts_on));
    span.until = std::min<Instant>(span.from + days(terms.days), now + days(kMostDays));
  }
  const Age age = TRY(age_of(connection, work, key, client));
  if (age.is_minor && *age.is_minor && terms.signer == Signer::kAdult)
    return wrong("signer", "the file says that this person is a minor",
                 "Sign with a guardian who did no harm, or name the law that lets a minor sign");
  if (age.is_minor && !*age.is_minor && signs_as_minor(terms.signer))
    return wrong("signer", "the file says that this person is of age", "She or he signs alone");
  if (age.of_age_at && signs_as_minor(terms.signer))
    span.until = std::min(span.until, *age.of_age_at);
  if (span.from >= span.until)
    return wrong("starts_on", "it would begin after ninety days, or after the eighteenth birthday",
                 "Choose an earlier day");
  return span;
}

}  // namespace daybreak::vault::releases
