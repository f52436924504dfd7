// SPDX-License-Identifier: AGPL-3.0-or-later
// The invented people of a demonstration: nobody can take them for real ones, and their shares are
// the published ones.
#include "gates/demonstration/demonstration.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/test_result.hpp"
#include "trust/demonstration.hpp"
#include "trust/migrations.hpp"
#include "vault/attachments/attachments.hpp"
#include "vault/clients/clients.hpp"
#include "vault/inbox/inbox.hpp"
#include "vault/notes/notes.hpp"
#include "vault/officers.hpp"
#include "vault/plans/plans.hpp"
#include "vault/referred/referred.hpp"
#include "vault/releases/releases.hpp"
#include "vault/retention/retention.hpp"
#include "vault/services/services.hpp"
#include "vault/tasks/tasks.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::gates {
namespace {

using vault::clients::ClientFile;

class Demonstration : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with(trust::commons_migrations());
    key_.emplace(*trust::NodeKey::load_or_create(folder(), random_));
    ASSERT_TRUE(trust::seed_demonstration(keeper()));
    const auto seeded = seed_vaults(keeper(), vaults_);
    ASSERT_TRUE(seeded) << seeded.error().describe();
  }
  trust::Keeper keeper() { return {database(), *key_, clock_, random_}; }

  ManualClock clock_{vault::kTestStart};
  SystemRandom random_;
  std::optional<trust::NodeKey> key_;
  std::vector<db::ModuleMigrations> rooms_ = {
      vault::clients::migrations(),  vault::tasks::migrations(),
      vault::plans::migrations(),    vault::services::migrations(),
      vault::notes::migrations(),    vault::attachments::migrations(),
      vault::releases::migrations(), vault::inbox::migrations(),
      vault::referred::migrations(), vault::retention::migrations()};
  vault::Vaults vaults_{folder(), rooms_, clock_, random_};
};
DAYBREAK_ON_BOTH_ENGINES(Demonstration);

// Of the provider's vault, as its advocate reads them.
std::vector<ClientFile> all_files(const vault::Work& work) {
  std::vector<ClientFile> files;
  const auto page = vault::clients::Clients(work).list({.most = 1000});
  EXPECT_TRUE(page);
  for (const auto& line : page->lines)
    files.push_back(*vault::clients::Clients(work).read(line.id));
  return files;
}

TEST_P(Demonstration, HasThreeVaultsAndPeopleInThePublishedShares) {
  EXPECT_EQ(vaults_.list().size(), 3u);
  EXPECT_EQ(kind_of(seed_vaults(keeper(), vaults_)), ErrorKind::kConflict);
  const auto advocate =
      *trust::Members(keeper()).find_by_email("advocate@demonstration.example.org");
  ASSERT_TRUE(advocate);
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = advocate->id;
  actor.organization = advocate->organization;
  actor.roles = advocate->roles;
  vault::Vault& vault = **vaults_.find(actor.organization);
  const Secret<std::string> passphrase{std::string(kDemonstrationPassphrase)};
  const vault::Work work{vault, actor,
                         std::make_shared<const trust::keys::Keyring>(
                             *vault::Officers(vault).unlock(actor, passphrase))};
  std::map<std::string, int> counts;
  std::set<std::string> names;
  for (const ClientFile& file : all_files(work)) {
    names.insert(file.find("preferred_name")->answer.text.reveal());
    EXPECT_TRUE(file.find("preferred_name")->answer.text.reveal().ends_with('_'));
    EXPECT_TRUE(file.find("phone")->answer.text.reveal().starts_with("716-555-01"));
    const auto forms = file.find("exploitation")->answer.codes;
    ++counts[forms.size() == 2 ? "both" : forms.empty() ? "unknown" : forms.front()];
    for (const std::string_view question : {"sex", "age_group", "language"})
      ++counts[std::string(question) + "=" + file.find(question)->answer.codes.at(0)];
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kDemonstrationPeople));
  EXPECT_EQ(counts["SexualExploitation"], 46);
  EXPECT_EQ(counts["ForcedLabour"], 43);
  EXPECT_EQ(counts["both"], 9);
  EXPECT_EQ(counts["unknown"], 2);
  EXPECT_EQ(counts["sex=0"], 79);
  EXPECT_EQ(kDemonstrationPeople - counts["age_group=9_17"], 80);
  EXPECT_EQ(counts["language=es"], 65);

  const Date today(std::chrono::floor<std::chrono::days>(clock_.now()));
  int goals = 0;
  const auto page = vault::clients::Clients(work).list({.most = 1000});
  for (const auto& line : page->lines)
    goals += static_cast<int>(vault::plans::Plans(work).outline(line.id)->goals.size());
  EXPECT_EQ(goals, 12);
  // A step and a review of each plan, and three legal deadlines; none is late on the first day.
  EXPECT_EQ(vault::tasks::Tasks(work).list({}, today)->size(), 2u * 12 + 3);
  EXPECT_TRUE(
      vault::tasks::Tasks(work).list({.shown = vault::tasks::Shown::kOverdue}, today)->empty());
  const auto due = vault::retention::Retention(work).due(today);
  ASSERT_TRUE(due && due->size() == 1);
  EXPECT_TRUE(due->front().is_asked) << "a colleague has to do it";
}

}  // namespace
}  // namespace daybreak::gates
