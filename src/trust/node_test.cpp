// SPDX-License-Identifier: AGPL-3.0-or-later
// A data directory from its beginning, and demonstration accounts.
#include "trust/node.hpp"

#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "db/test_database.hpp"
#include "trust/demonstration.hpp"
#include "trust/migrations.hpp"
#include "trust/session.hpp"

namespace daybreak::trust {
namespace {

using Text = Secret<std::string>;

class NodeTest : public db::StoreTest {
 protected:
  NodeOptions options() {
    NodeOptions options{.data = folder() / "node", .database_url = {}};
    if (GetParam() == db::Engine::kPostgres) options.database_url = url();
    return options;
  }
  Result<std::unique_ptr<Node>> create() {
    return Node::create(options(), commons_migrations(), clock_, random_);
  }
  Result<std::unique_ptr<Node>> open() {
    return Node::open({.data = folder() / "node", .database_url = {}}, commons_migrations(), clock_,
                      random_);
  }

  ManualClock clock_{Instant(std::chrono::milliseconds(1'800'000'000'000))};
  SeededRandom random_{1};
};
DAYBREAK_ON_BOTH_ENGINES(NodeTest);

TEST_P(NodeTest, IsMadeOnceAndOpenedAgainWhereItsStoreIs) {
  EXPECT_EQ(kind_of(open()), ErrorKind::kNotFound);
  {
    const auto node = create();
    ASSERT_TRUE(node) << node.error().describe();
    EXPECT_EQ((*node)->commons().engine(), GetParam());
    ASSERT_TRUE(Members((*node)->keeper())
                    .initialize("Example_", OrganizationKind::kOther, "Ada_", "ada@example.org"));
  }
  EXPECT_EQ(kind_of(create()), ErrorKind::kConflict);
  const auto again = open();
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ((*again)->commons().engine(), GetParam());
  EXPECT_EQ(Members((*again)->keeper()).organizations()->size(), 1u);
  using std::filesystem::perms;
  for (const auto& entry : std::filesystem::directory_iterator(folder() / "node"))
    EXPECT_EQ(entry.status().permissions() & (perms::group_all | perms::others_all), perms::none)
        << entry.path();
}

TEST_P(NodeTest, AKeyThatOthersCanReadIsRefused) {
  ASSERT_TRUE(create());
  std::filesystem::permissions(folder() / "node" / "node.key", std::filesystem::perms(0644));
  EXPECT_EQ(kind_of(open()), ErrorKind::kDenied);
}

TEST_P(NodeTest, DemonstrationAccountsWorkOnThisMachineAlone) {
  const auto node = create();
  ASSERT_TRUE(node);
  ASSERT_TRUE(seed_demonstration((*node)->keeper()));
  EXPECT_TRUE(*is_demonstration((*node)->commons()));
  Sessions sessions((*node)->keeper());
  for (const auto& account : demonstration_accounts()) {
    SignInRequest request{.email = account.email,
                          .password = Text(std::string(kDemonstrationPassword)),
                          .code = std::string(kDemonstrationCode),
                          .from_this_machine = true};
    const auto token = sessions.sign_in(request);
    ASSERT_TRUE(token) << token.error().describe();
    if (account.email != demonstration_accounts().front().email) continue;
    EXPECT_TRUE(sessions.confirm(*token, {request.password, request.code, true}));
    EXPECT_FALSE(sessions.confirm(*token, {request.password, request.code, false}));
    request.from_this_machine = false;
    EXPECT_FALSE(sessions.sign_in(request));
    request.from_this_machine = true;
    request.code = "000001";
    EXPECT_FALSE(sessions.sign_in(request));
  }
}

TEST_P(NodeTest, ARealNodeHasNoDemonstrationAccounts) {
  const auto node = create();
  ASSERT_TRUE(node);
  Members members((*node)->keeper());
  const auto first = members.initialize("Example_", OrganizationKind::kOther, "Ada_",
                                        "ada@demonstration.example.org");
  ASSERT_TRUE(first);
  EXPECT_EQ(kind_of(seed_demonstration((*node)->keeper())), ErrorKind::kConflict);
  EXPECT_FALSE(*is_demonstration((*node)->commons()));
  EXPECT_FALSE(Sessions((*node)->keeper())
                   .sign_in({.email = "ada@demonstration.example.org",
                             .password = Text(std::string(kDemonstrationPassword)),
                             .code = std::string(kDemonstrationCode),
                             .from_this_machine = true}));
}

}  // namespace
}  // namespace daybreak::trust
