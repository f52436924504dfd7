// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/referral/listing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vault/test_vault.hpp"

namespace daybreak::gates {
namespace {

using testing::HasSubstr;
using testing::Not;
using vault::id_number;

const Instant kStart{std::chrono::milliseconds(1'800'000'000'000)};

// `name` tells them apart; it stands in the service, behind what is compared.
SentReferral sent(int number, std::string service, std::string state, int sent_by, int hours,
                  std::optional<int> due_in_hours) {
  SentReferral one;
  one.referred = {.token = id_number<referrals::TokenId>(number).uuid(),
                  .client = id_number<vault::clients::ClientId>(number % 2),
                  .receiver = id_number<trust::OrganizationId>(number % 2),
                  .service = std::move(service),
                  .sent_by = id_number<trust::MemberId>(sent_by),
                  .sent_at = kStart + std::chrono::hours(hours),
                  .state = std::move(state)};
  if (due_in_hours) {
    one.token.emplace();
    one.token->due_at = kStart + std::chrono::hours(*due_in_hours);
  }
  return one;
}

// The second and the fourth are the same in every column.
const std::vector<SentReferral> kAll = {
    sent(1, "housing.night", "sent", 1, 3, 24), sent(2, "legal.advice", "accepted", 2, 1, 72),
    sent(3, "food", "declined", 1, 2, 20), sent(4, "legal.advice", "accepted", 2, 1, 72),
    sent(5, "food", "connected", 3, 9, std::nullopt)};

const SentColumns kColumns{
    .person =
        [](const SentReferral& one) {
          return one.referred.client == id_number<vault::clients::ClientId>(1) ? 10 : 9;
        },
    .receiver =
        [](const SentReferral& one) {
          return std::string(one.referred.receiver == id_number<trust::OrganizationId>(1)
                                 ? "Éxito Legal_"
                                 : "zebra House_");
        },
    .service = [](const SentReferral& one) { return one.referred.service; },
    .state = [](const SentReferral& one) { return one.referred.state; },
    .sender =
        [](const SentReferral& one) {
          const auto by = one.referred.sent_by;
          return std::string(by == id_number<trust::MemberId>(1)   ? "Óscar_"
                             : by == id_number<trust::MemberId>(2) ? "pia_"
                                                                   : "Ana_");
        }};

std::string numbers(const SentList& list) {
  std::string all;
  for (const SentReferral* one : list) all += std::to_string(one - kAll.data() + 1);
  return all;
}
std::string sorted(std::string_view key) {
  SentList list = filtered(kAll, {.state = "all"});
  sort_by(list, key, kColumns);
  return numbers(list);
}

TEST(SentReferrals, AreSortedByEveryColumnAndTiesStayAsTheyCame) {
  EXPECT_EQ(sorted("person"), "24135");
  EXPECT_EQ(sorted("-person"), "13524");
  EXPECT_EQ(sorted("when"), "24315");
  EXPECT_EQ(sorted("-when"), "51324");
  EXPECT_EQ(sorted("due"), "12435");  // nobody waits for the third and the fifth
  EXPECT_EQ(sorted("-due"), "35241");
  EXPECT_EQ(sorted("to"), "13524");  // accents and capitals do not count
  EXPECT_EQ(sorted("-to"), "24135");
  EXPECT_EQ(sorted("service"), "35124");
  EXPECT_EQ(sorted("-service"), "24135");
  EXPECT_EQ(sorted("state"), "24531");
  EXPECT_EQ(sorted("-state"), "13524");
  EXPECT_EQ(sorted("by"), "51324");
  EXPECT_EQ(sorted("-by"), "24135");
  EXPECT_EQ(sorted(""), "12345");
  EXPECT_EQ(sorted("-client"), "12345");
}

TEST(SentReferrals, AreFilteredByStateByWorkerAndByTheNextDay) {
  const auto shown = [](const SentFilter& filter) { return numbers(filtered(kAll, filter)); };
  EXPECT_EQ(shown({}), "124");
  EXPECT_EQ(shown({.state = "all"}), "12345");
  EXPECT_EQ(shown({.state = "declined"}), "3");
  EXPECT_EQ(shown({.state = "no_such"}), "");
  EXPECT_EQ(shown({.sent_by = id_number<trust::MemberId>(2)}), "24");
  EXPECT_EQ(shown({.state = "all", .sent_by = id_number<trust::MemberId>(1)}), "13");
  const Date in_a_day(std::chrono::floor<std::chrono::days>(kStart + std::chrono::hours(24)));
  EXPECT_EQ(shown({.due_by = in_a_day}), "1");
  EXPECT_EQ(shown({.state = "all", .due_by = in_a_day}), "1");  // the declined one is nobody's turn
}

TEST(SentReferrals, AsATableNameNoPersonAndRunNoFormula) {
  SentColumns columns = kColumns;
  columns.receiver = [](const SentReferral&) {
    return std::string("=HYPERLINK(\"x\"), Example_\nHouse");
  };
  const SentList two = {&kAll[0], &kAll[4]};
  const std::string table = as_table(two, columns);
  EXPECT_EQ(table, "sent_at,to,service,state,next_by\r\n" +
                       format_instant(kStart + std::chrono::hours(3)) +
                       ",\"'=HYPERLINK(\"\"x\"\"), Example_\nHouse\",housing.night,sent," +
                       format_instant(kStart + std::chrono::hours(24)) + "\r\n" +
                       format_instant(kStart + std::chrono::hours(9)) +
                       ",\"'=HYPERLINK(\"\"x\"\"), Example_\nHouse\",food,connected,\r\n");
  for (const SentReferral* one : two) {
    EXPECT_THAT(table, Not(HasSubstr(one->referred.client.to_string())));
    EXPECT_THAT(table, Not(HasSubstr(one->referred.token.to_string())));
    EXPECT_THAT(table, Not(HasSubstr(one->referred.sent_by.to_string())));
  }
}

}  // namespace
}  // namespace daybreak::gates
