// SPDX-License-Identifier: AGPL-3.0-or-later
#include "vault/endings.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "base/byte_source.hpp"
#include "base/scratch_folder.hpp"
#include "base/test_result.hpp"
#include "vault/example_vault.hpp"

namespace daybreak::vault {
namespace {

class EndingsTest : public ::testing::Test {
 protected:
  Endings of(int organization) {
    return {file_, id_number<trust::OrganizationId>(organization), log_.get()};
  }
  void put(const std::string& text) { std::ofstream(file_, std::ios::trunc) << text; }

  ScratchFolder folder_;
  std::filesystem::path file_ = folder_.path() / "vault.endings";
  ManualClock clock_{kTestStart};
  std::string logged_;
  std::unique_ptr<Log> log_ =
      Log::to_function(clock_, [this](std::string_view line) { logged_ += line; });
};

TEST_F(EndingsTest, WithoutAFileEveryStoreIsTrusted) {
  auto endings = of(1);
  const auto mark = endings.read();
  ASSERT_TRUE(mark);
  EXPECT_FALSE(mark->is_ahead_of(0));
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(EndingsTest, WhatWasRaisedIsKnownToTheNextAndOnlyGrows) {
  of(1).raise(7);
  of(1).raise(3);
  auto endings = of(1);
  const auto mark = *endings.read();
  EXPECT_TRUE(mark.is_ahead_of(6));
  EXPECT_FALSE(mark.is_ahead_of(7));
  EXPECT_FALSE(mark.is_ahead_of(9));
  EXPECT_EQ(logged_, "");
}

TEST_F(EndingsTest, TwoProgramsKnowTheHigher) {
  auto one = of(1), other = of(1);
  one.raise(4);
  other.raise(9);
  one.raise(5);
  EXPECT_EQ(one.read()->count, 9);
  EXPECT_EQ(of(1).read()->count, 9);
}

TEST_F(EndingsTest, ADamagedFileProvesNothingUntilItIsWrittenAnew) {
  of(1).raise(7);
  const std::string whole = *read_text_file(file_);
  std::string other_number = whole;
  other_number[0] = '2';
  for (const std::string& damaged :
       {std::string(), std::string("7\n"), other_number, whole + "more", whole.substr(0, 20),
        "-" + whole, std::string(500, '7')}) {
    put(damaged);
    auto endings = of(1);
    EXPECT_TRUE(endings.read()->is_ahead_of(1'000'000)) << damaged;
  }
  auto endings = of(1);
  endings.raise(8);
  EXPECT_FALSE(endings.read()->is_ahead_of(8));
  EXPECT_FALSE(of(1).read()->is_ahead_of(8));
}

TEST_F(EndingsTest, AnotherOrganizationsFileIsDamage) {
  of(1).raise(7);
  EXPECT_TRUE(of(2).read()->is_damaged);
}

TEST_F(EndingsTest, TheMemoryKnowsWhatTheFileDoesNot) {
  auto endings = of(1);
  endings.raise(7);
  std::filesystem::remove(file_);
  EXPECT_TRUE(endings.read()->is_ahead_of(6));
  put("damaged");
  EXPECT_TRUE(endings.read()->is_ahead_of(6));
  EXPECT_FALSE(endings.read()->is_ahead_of(7));
}

TEST_F(EndingsTest, WhatCannotBeWrittenIsLoggedAndRemembered) {
  std::filesystem::create_directories(file_ / "in the way");
  auto endings = of(1);
  EXPECT_EQ(kind_of(endings.read()), ErrorKind::kUnavailable);
  endings.raise(7);
  EXPECT_THAT(logged_, ::testing::HasSubstr("error endings_not_written"));
  EXPECT_TRUE(endings.read()->is_ahead_of(6));
  std::filesystem::remove_all(file_);
  endings.raise(7);
  EXPECT_EQ(of(1).read()->count, 7);
}

TEST_F(EndingsTest, OfManyThreadsTheHighestStays) {
  auto endings = of(1);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
      threads.emplace_back([&, thread] {
        for (int count = thread; count <= 40; count += 4) {
          endings.raise(count);
          const auto mark = endings.read();
          EXPECT_TRUE(mark && mark->count >= count);
        }
      });
  }
  EXPECT_EQ(endings.read()->count, 40);
  EXPECT_EQ(of(1).read()->count, 40) << "in the file too";
  EXPECT_EQ(logged_, "");
}

TEST_F(EndingsTest, WithoutANameItIsInMemoryAlone) {
  Endings endings({}, id_number<trust::OrganizationId>(1), nullptr);
  endings.raise(2);
  EXPECT_TRUE(endings.read()->is_ahead_of(1));
}

}  // namespace
}  // namespace daybreak::vault
