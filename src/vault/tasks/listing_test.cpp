// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/tasks/listing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

#include "vault/test_vault.hpp"

namespace daybreak::vault::tasks {
namespace {

using testing::ElementsAre;

Task task(std::string name, int day, std::string deadline, int owner, int client) {
  Task made{.id = id_number<TaskId>(day + 10 * owner),
            .deadline = std::move(deadline),
            .due_on = Date(std::chrono::year(2026), std::chrono::month(11), std::chrono::day(day)),
            .owner = id_number<trust::MemberId>(owner),
            .text = Secret<std::string>(std::move(name))};
  if (client != 0) made.client = id_number<clients::ClientId>(client);
  return made;
}

// Two tasks are the same in every column but their words.
const std::vector<Task> kAll = {task("a", 5, "cp_expiry", 1, 7), task("b", 3, "", 2, 0),
                                task("c", 5, "cp_expiry", 1, 7), task("d", 9, "rent", 3, 2)};

const Columns kColumns{
    .person =
        [](const Task& one) {
          return !one.client ? 0 : one.client == id_number<clients::ClientId>(7) ? 70 : 20;
        },
    .deadline =
        [](const Task& one) {
          return one.deadline.empty()     ? std::string("–")
                 : one.deadline == "rent" ? "Alquiler"
                                          : "Vencimiento";
        },
    .owner =
        [](const Task& one) {
          static const std::map<trust::MemberId, std::string> names = {
              {id_number<trust::MemberId>(1), "Zoe Example_"},
              {id_number<trust::MemberId>(2), "ábrego Ejemplo_"},
              {id_number<trust::MemberId>(3), "Bo Example_"}};
          return names.at(one.owner);
        }};

std::string sorted(std::string_view key) {
  std::vector<Task> all = kAll;
  sort_by(all, key, kColumns);
  std::string words;
  for (const Task& one : all) words += one.text.reveal();
  return words;
}

TEST(TaskListing, SortsByEveryColumnAndLeavesTiesAsTheyCame) {
  EXPECT_EQ(sorted("day"), "bacd");
  EXPECT_EQ(sorted("-day"), "dacb");
  EXPECT_EQ(sorted("person"), "bdac");
  EXPECT_EQ(sorted("-person"), "acdb");
  EXPECT_EQ(sorted("owner"), "bdac");  // accents and capitals do not count
  EXPECT_EQ(sorted("-owner"), "acdb");
  EXPECT_EQ(sorted("-deadline"), "bacd");
  EXPECT_EQ(sorted("deadline"), "dacb");  // by its words; none comes last
}

TEST(TaskListing, LeavesAnUnknownColumnAlone) {
  EXPECT_EQ(sorted(""), "abcd");
  EXPECT_EQ(sorted("-"), "abcd");
  EXPECT_EQ(sorted("text"), "abcd");
}

TEST(TaskListing, AsATableHoldsNumbersAndCodesAlone) {
  std::vector<Task> all = {kAll[1], kAll[3]};
  all[0].text = Secret<std::string>("call Zoraida Ejemplo_");
  all[1].deadline = "=1+1,\"x\"";
  all[1].done_at = Instant(std::chrono::milliseconds(0));
  EXPECT_EQ(as_table(all, kColumns),
            "file,due_on,deadline,owner,done\r\n"
            "\"\",2026-11-03,," +
                all[0].owner.to_string() +
                ",\r\n"
                "C-20,2026-11-09,\"'=1+1,\"\"x\"\"\"," +
                all[1].owner.to_string() + ",1970-01-01T00:00:00.000Z\r\n");
}

}  // namespace
}  // namespace daybreak::vault::tasks
