// SPDX-License-Identifier: AGPL-3.0-or-later
#include "trust/demonstration.hpp"

#include "trust/audit.hpp"
#include "trust/credentials.hpp"
#include "trust/member_rows.hpp"

namespace daybreak::trust {
namespace {

constexpr std::string_view kDomain = "@demonstration.example.org";

struct Plan {
  const char* organization;
  OrganizationKind kind;
  Standing standing;
  const char* person;  // fictional, as the name says
  const char* mailbox;
  const char* words;
  Roles roles;
};

const std::vector<Plan>& plans() {
  static const std::vector<Plan> all = {
      {"Five Lakes Demonstration Task Force",
       OrganizationKind::kOther,
       Standing::kTaskForce,
       "Cora Coordinator_",
       "coordinator",
       "Coordinator of the task force",
       {Role::kCoordinator, Role::kDirectoryEditor}},
      {"Harbor Light Demonstration Services",
       OrganizationKind::kVictimServiceProvider,
       Standing::kTaskForce,
       "Avery Advocate_",
       "advocate",
       "Advocate at a service provider",
       {Role::kAdvocate, Role::kAccountSteward, Role::kConfidentialReader}},
      {"Demonstration County Sheriff",
       OrganizationKind::kLawEnforcement,
       Standing::kTaskForce,
       "Dana Detective_",
       "detective",
       "Detective",
       {Role::kInvestigator}},
      {"Demonstration District Attorney",
       OrganizationKind::kProsecution,
       Standing::kTaskForce,
       "Pat Prosecutor_",
       "prosecutor",
       "Prosecutor",
       {Role::kProsecutor}},
      {"Demonstration Labor Standards Office",
       OrganizationKind::kLaborInspection,
       Standing::kTaskForce,
       "Lee Inspector_",
       "inspector",
       "Labor inspector and analyst",
       {Role::kLaborInspector, Role::kAnalyst}},
      {"Demonstration Training Center",
       OrganizationKind::kTechnicalAssistance,
       Standing::kPartner,
       "Toni Trainer_",
       "trainer",
       "Trainer at a partner",
       {Role::kTrainer}},
      {"Five Lakes Demonstration Task Force",
       OrganizationKind::kOther,
       Standing::kTaskForce,
       "Robin Auditor_",
       "auditor",
       "Auditor",
       {Role::kAuditor}},
      {"Five Lakes Demonstration Task Force",
       OrganizationKind::kOther,
       Standing::kTaskForce,
       "Sam Administrator_",
       "administrator",
       "Administrator of the node",
       {Role::kAdministrator}},
  };
  return all;
}

Result<void> insert_account(db::Connection& connection, const Keeper& keeper, const Plan& plan,
                            OrganizationId home, const std::string& password_hash) {
  const MemberId id = MemberId::generate(keeper.clock, keeper.random);
  TRY(
      connection.execute("INSERT INTO trust_member (id, organization, name, email, roles, state, "
                         "language, created_at, password_hash)"
                         " VALUES ($1, $2, $3, $4, $5, 'active', 'en', $6, $7)",
                         {id, home, plan.person, std::string(plan.mailbox) + std::string(kDomain),
                          roles_text(plan.roles), keeper.clock.now(), password_hash}));
  return append_audit(
      connection, Actor::system("demonstration"),
      {.action = "member.create", .object_type = "member", .object = id.to_string(), .owner = home},
      keeper.clock.now());
}

Result<OrganizationId> insert_organization(db::Connection& connection, const Keeper& keeper,
                                           const Plan& plan) {
  const auto known = TRY(connection.query_one("SELECT id FROM trust_organization WHERE name = $1",
                                              {plan.organization}));
  if (known) return known->id<OrganizationId>(0);
  const auto id = OrganizationId::generate(keeper.clock, keeper.random);
  TRY(connection.execute(
      "INSERT INTO trust_organization (id, name, kind, standing, active, created_at)"
      " VALUES ($1, $2, $3, $4, 1, $5)",
      {id, plan.organization, code_of(plan.kind), code_of(plan.standing), keeper.clock.now()}));
  return id;
}

}  // namespace

const std::vector<DemonstrationAccount>& demonstration_accounts() {
  static const std::vector<DemonstrationAccount> accounts = [] {
    std::vector<DemonstrationAccount> made;
    for (const Plan& plan : plans())
      made.push_back({std::string(plan.mailbox) + std::string(kDomain), plan.words});
    return made;
  }();
  return accounts;
}

bool is_demonstration_email(std::string_view email) { return email.ends_with(kDomain); }

Result<bool> is_demonstration(db::Database& database) {
  return TRY(store_mark(database, "demonstration")).has_value();
}

Result<void> seed_demonstration(Keeper keeper) {
  const std::string hash = hash_password(Secret<std::string>(std::string(kDemonstrationPassword)));
  return keeper.database.write([&](db::Connection& connection) -> Result<void> {
    const auto members = TRY(connection.query_one("SELECT count(*) FROM trust_member"));
    if (members->integer(0) != 0)
      return fail(ErrorKind::kConflict, "this store has members and cannot become a demonstration",
                  {}, "Use a new data directory");
    TRY(mark_store(connection, "demonstration", "1"));
    for (const Plan& plan : plans()) {
      const OrganizationId home = TRY(insert_organization(connection, keeper, plan));
      TRY(insert_account(connection, keeper, plan, home, hash));
    }
    return {};
  });
}

}  // namespace daybreak::trust
