// SPDX-License-Identifier: AGPL-3.0-or-later
// A fresh store with files in it, for the tests of assessments.
#pragma once

#include <filesystem>
#include <gtest/gtest.h>
#include <memory>

#include "commons/threat/assess.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/synthesize.hpp"
#include "db/test_database.hpp"

namespace daybreak::threat {

class AssessmentStore : public testing::Test {
 protected:
  void SetUp() override { fresh(); }
  void fresh() {
    database_.reset();
    database_ = db::Database::open("sqlite:" +
                                   (folder_.path() / (std::to_string(++stores_) + ".db")).string())
                    .value();
    const db::ModuleMigrations migrations = store::migrations();
    ASSERT_TRUE(db::migrate(*database_, std::span(&migrations, 1), clock_));
  }
  void import(std::vector<std::filesystem::path> files) {
    const auto result = import_files(*database_, clock_, files, {});
    ASSERT_TRUE(result) << result.error().describe();
    for (const FailedFile& failed : result->failed) ADD_FAILURE() << failed.error.describe();
  }
  void make(const SynthesizeOptions& options) {
    const auto made = synthesize(folder_.path(), options);
    ASSERT_TRUE(made) << made.error().describe();
    std::vector<std::filesystem::path> files = {made->whd, made->qcew};
    files.insert(files.end(), made->osha.begin(), made->osha.end());
    import(files);
  }
  Assessment run(const AssessRequest& request) {
    auto result = assess(*database_, request);
    EXPECT_TRUE(result) << result.error().describe();
    return result ? std::move(*result) : Assessment{};
  }
  static AssessRequest western(std::uint64_t seed = 1) {
    AssessRequest request;
    request.region = "western New York";
    request.counties = western_new_york();
    request.from = parse_date("2015-01-01").value();
    request.to = parse_date("2024-12-31").value();
    request.replications = 199;
    request.seed = seed;
    return request;
  }

  ManualClock clock_{parse_instant("2026-11-22T00:00:00Z").value()};
  db::TestFolder folder_;
  std::unique_ptr<db::Database> database_;
  int stores_ = 0;
};

}  // namespace daybreak::threat
