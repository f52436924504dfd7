// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/demonstration/demonstration.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <tuple>

#include "gates/release/release_gate.hpp"
#include "trust/demonstration.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/notes/notes.hpp"
#include "vault/officers.hpp"
#include "vault/plans/safety.hpp"
#include "vault/retention/retention.hpp"
#include "vault/services/services.hpp"
#include "vault/tasks/tasks.hpp"

namespace daybreak::gates {
namespace {

using trust::Actor;
using vault::Work;
using vault::clients::Answer;
using vault::clients::ClientId;

constexpr std::array<std::string_view, 10> kFirstNames = {"Ana", "Bo",   "Citlali", "Duc",  "Ester",
                                                          "Fay", "Gael", "Hana",    "Iris", "Joel"};
constexpr std::array<std::string_view, 10> kLastNames = {
    "Ejemplo_", "Muster_", "Sample_", "Vidu_",  "Exemplo_",
    "Contoh_",  "Mfano_",  "Primer_", "Ornek_", "Halimbawa_"};
constexpr std::array<std::string_view, 7> kServices = {
    "case_management", "housing", "legal",         "basic_necessities",
    "mental_health",   "health",  "transportation"};

// Of 1,462 people served in 2012: 46 % sex, 43 % labor, 9 % both; 79 % women, 80 % adults; 65 %
// foreign nationals (OJP, TIMS snapshot 2012), here as those who do not speak English at home.
struct Share {
  int of_hundred,
      step;  // the step has no factor with 100, so that the shares cut across each other
  bool has(int i) const { return i * step % 100 < of_hundred; }
};
constexpr Share kSex{46, 1}, kSexOrLabor{46 + 43, 1}, kKnown{46 + 43 + 9, 1};
constexpr Share kWomen{79, 37}, kAdults{80, 71}, kOtherLanguage{65, 13}, kConfirmed{30, 53};

std::vector<std::string> exploitation_of(int i) {
  if (kSex.has(i)) return {"SexualExploitation"};
  if (kSexOrLabor.has(i)) return {"ForcedLabour"};
  if (kKnown.has(i)) return {"SexualExploitation", "ForcedLabour"};
  return {};
}

Answer said(std::string question, std::string text) {
  return {.question = std::move(question), .text = Secret<std::string>(std::move(text))};
}
Answer chose(std::string question, std::vector<std::string> codes) {
  if (codes.empty())
    return {.question = std::move(question), .skip = vault::codes::Skip::kDoesNotKnow};
  return {.question = std::move(question), .codes = std::move(codes)};
}

std::vector<Answer> answers_of(int i) {
  const auto number = static_cast<std::size_t>(i);
  return {said("preferred_name", fmt::format("{} {}", kFirstNames[number % kFirstNames.size()],
                                             kLastNames[number / 10 % kLastNames.size()])),
          said("phone", fmt::format("716-555-{:04}", 100 + i)),
          said("safe_contact", i % 3 == 0 ? "Text only, mornings. Say it is the library."
                                          : "Call after 6 pm. No voicemail."),
          said("goals", i % 2 == 0 ? "A place of my own by spring." : "Get my papers back."),
          chose("age_group", {!kAdults.has(i) ? "9_17"
                              : i % 2 == 0    ? "24_26"
                                              : "30_38"}),
          chose("sex", {kWomen.has(i) ? "0" : "1"}),
          chose("language", {kOtherLanguage.has(i) ? "es" : "en"}),
          chose("referral_source", {i % 3 == 0   ? "28"
                                    : i % 3 == 1 ? "35"
                                                 : "2"}),
          chose("trafficking_status",
                {kConfirmed.has(i) ? "ActualVictimOfTrafficking" : "PossibleVictimOfTrafficking"}),
          chose("exploitation", exploitation_of(i))};
}

Date day_before(const vault::Vault& vault, int days) {
  return Date(std::chrono::floor<std::chrono::days>(vault.now()) - std::chrono::days(days));
}

Result<std::vector<ClientId>> seed_people(const Work& work) {
  std::vector<ClientId> people;
  for (int i = 0; i < kDemonstrationPeople; ++i) {
    const auto answers = answers_of(i);
    people.push_back(
        TRY(vault::clients::Clients(work).open(answers, day_before(work.vault, i * 4))));
    for (int event = 0; event <= i % 4; ++event)
      TRY(vault::services::Services(work).add(
          {.client = people.back(),
           // Over the last half year, after the file was opened.
           .day = day_before(work.vault, std::min(i * 4, (i * 7 + event * 11) % 180)),
           .category =
               std::string(kServices[static_cast<std::size_t>(i + event) % kServices.size()]),
           .minutes = 15 + 15 * ((i + event) % 5)}));
  }
  const auto note = TRY(vault::notes::Notes(work).write(
      people.front(), vault::notes::NoteClass::kFactual,
      Secret<std::string>(
          "Went with her to the clerk's office. Form filed; receipt in the binder.")));
  TRY(vault::notes::Notes(work).sign(note));
  return people;
}

Secret<std::string> words(std::string text) { return Secret<std::string>(std::move(text)); }

constexpr int kPlans = 12;

// What some of them want to reach, in words they might say, and the steps to it.
Result<void> seed_plans(const Work& work, const std::vector<ClientId>& people) {
  namespace plans = vault::plans;
  plans::Plans all(work);
  const Date today = day_before(work.vault, 0);
  const auto later = [&](int days) { return day_before(work.vault, -days); };
  for (int i = 0; i < kPlans; ++i) {
    const ClientId who = people[static_cast<std::size_t>(i)];
    const bool home = i % 2 == 0;
    const auto goal = TRY(all.add_goal(
        who, {.area = home ? "housing" : "papers",
              .state = i % 3 == 0 ? plans::State::kUnderWay : plans::State::kOpen,
              .since = today,
              .words = words(home ? "A place of my own, with a door that I can lock."
                                  : "I want my papers back, and a copy that nobody takes.")}));
    TRY(all.add_step(who, goal,
                     {.since = today,
                      .words = words(home ? "Look at two rooms" : "Write down where they are")}));
    TRY(all.add_step(who, goal,
                     {.doer = plans::Doer::kStaff,
                      .owner = work.actor.member,
                      .due_on = later(5 + i * 3),
                      .since = today,
                      .words = words(home ? "Ask the landlord of the Example House"
                                          : "Write to the consulate")}));
    TRY(all.review(who, today, later(30 + i), words("Talk the plan over")));
  }
  const plans::SafetyPart parts[] = {
      {.section = "warning_signs", .words = words("A gray car that waits, calls without a voice.")},
      {.section = "safe_places", .words = words("By day the library; by night call us first.")},
      {.section = "safe_ways", .words = words("Say it is the library. \"Overdue book\": not now.")},
      {.section = "phone_seen", .skip = vault::codes::Skip::kNotToday, .words = {}},
      {.section = "children", .skip = vault::codes::Skip::kPrefersNot, .words = {}}};
  for (const std::size_t which : {std::size_t{0}, std::size_t{4}, std::size_t{8}})
    TRY(plans::SafetyPlans(work).save(people[which], 0, parts));
  return {};
}

// Legal deadlines that are near, a paper, and one file more that is long closed: a colleague has to
// do the purge that one person asked for.
Result<void> seed_upkeep(const Work& work, const std::vector<ClientId>& people) {
  int days = 9;
  for (const auto& [which, deadline, text] :
       {std::tuple(std::size_t{1}, "cp_expiry", "Ask for the renewal of continued presence"),
        std::tuple(std::size_t{2}, "uscis_inquiry", "Look up the receipt and write it down"),
        std::tuple(std::size_t{5}, "hhs_letter", "Send the letter to the benefits office")})
    TRY(vault::tasks::Tasks(work).add({.client = people[which],
                                       .deadline = deadline,
                                       .due_on = day_before(work.vault, -(days += 11)),
                                       .owner = work.actor.member,
                                       .text = words(text)}));
  TRY(vault::attachments::Attachments(work).add(people.front(), vault::notes::NoteClass::kFactual,
                                                words("Receipt of the clerk's office_"),
                                                "Received: one form. Example County_\n"));
  const Answer name[] = {said("preferred_name", "Kim Beispiel_")};
  vault::clients::Clients clients(work);
  const ClientId closed = TRY(clients.open(name, day_before(work.vault, 520)));
  TRY(clients.close(closed, "goals_met", day_before(work.vault, 400)));
  TRY(vault::retention::Retention(work).ask(closed, vault::retention::PurgeKind::kPartial));
  return {};
}

// One living release to the sheriff, told; one that was stopped.
Result<void> seed_releases(const Work& work, vault::Vaults& vaults, trust::OrganizationId sheriff,
                           const std::vector<ClientId>& people) {
  ReleaseGate gate(vaults);
  vault::releases::Releases releases(work);
  for (const std::size_t which : {std::size_t{0}, std::size_t{3}}) {
    vault::releases::Terms terms;
    terms.recipient_organization = sheriff;
    terms.recipient_role = trust::Role::kInvestigator;
    terms.items = {{vault::releases::ItemKind::kAnswer, "preferred_name"},
                   {vault::releases::ItemKind::kAnswer, "safe_contact"}};
    terms.purpose = "So that the detective can tell me when the hearing is.";
    terms.other_ways = "She would rather that we pass it on.";
    terms.risks_told = terms.rights_told = true;
    const ReleaseId id = TRY(releases.draft(people[which]));
    TRY(releases.save(id, terms));
    TRY(releases.sign(id, {.name = "Signed in the demonstration_"}));
    TRY(gate.disclose(work, id, terms.items));
    if (which == 3) TRY(releases.revoke(id, "spoken"));
  }
  return {};
}

struct Found {
  Actor actor;
  std::shared_ptr<const trust::keys::Keyring> keyring;
};

// The demonstration's member of this mailbox, as officer of a new vault.
Result<Found> found_vault(trust::Keeper keeper, vault::Vaults& vaults, std::string_view mailbox) {
  trust::Members members(keeper);
  std::optional<trust::Member> member;
  for (const auto& account : trust::demonstration_accounts())
    if (account.email.starts_with(mailbox)) member = TRY(members.find_by_email(account.email));
  if (!member) return fail(ErrorKind::kNotFound, "a demonstration account is missing");
  Actor actor;
  actor.kind = Actor::Kind::kMember;
  actor.member = member->id;
  actor.organization = member->organization;
  actor.roles = member->roles;
  actor.roles.add(trust::Role::kAccountSteward);
  actor.confirmed_at = keeper.clock.now();
  actor.source = "demonstration";
  TRY(vaults.create(actor.organization, {}));
  vault::Vault* made = TRY(vaults.find(actor.organization));
  const Secret<std::string> passphrase{std::string(kDemonstrationPassphrase)};
  vault::Officers officers(*made);
  TRY(officers.found(actor, passphrase));
  auto ring = std::make_shared<const trust::keys::Keyring>(TRY(officers.unlock(actor, passphrase)));
  return Found{actor, std::move(ring)};
}

}  // namespace

Result<void> seed_vaults(trust::Keeper keeper, vault::Vaults& vaults) {
  if (!TRY(trust::is_demonstration(keeper.database)) || !vaults.list().empty())
    return fail(ErrorKind::kConflict, "only a new demonstration gets invented people", {},
                "Use a new data directory");
  const Found sheriff = TRY(found_vault(keeper, vaults, "detective@"));
  TRY(found_vault(keeper, vaults, "prosecutor@"));
  const Found provider = TRY(found_vault(keeper, vaults, "advocate@"));
  vault::Vault* own = TRY(vaults.find(provider.actor.organization));
  const Work work{*own, provider.actor, provider.keyring};
  const auto people = TRY(seed_people(work));
  TRY(seed_plans(work, people));
  TRY(seed_upkeep(work, people));
  return seed_releases(work, vaults, sheriff.actor.organization, people);
}

}  // namespace daybreak::gates
