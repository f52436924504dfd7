// SPDX-License-Identifier: AGPL-3.0-or-later
// The fictional directory: cannot be taken for live help, is the same every time, and shows nothing
// of its confidential places to the public, in any form of export.
#include "commons/directory/synthesize.hpp"

#include <gtest/gtest.h>
#include <set>

#include "base/byte_source.hpp"
#include "commons/directory/check.hpp"
#include "commons/directory/export.hpp"
#include "db/test_database.hpp"

namespace daybreak::directory {
namespace {

namespace fs = std::filesystem;
const Instant kNow = parse_instant("2026-11-21T20:00:00Z").value();

std::vector<Record> make(std::size_t services, std::uint64_t seed) {
  std::vector<Record> all;
  EXPECT_TRUE(synthesize({.services = services, .seed = seed, .now = kNow},
                         [&](std::vector<Record> records) -> Result<void> {
                           std::ranges::move(records, std::back_inserter(all));
                           return {};
                         }));
  return all;
}

TEST(Synthesis, TheSameSeedGivesTheSameDirectory) {
  const auto a = make(50, 7), b = make(50, 7), c = make(50, 8);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].body, b[i].body);
  EXPECT_NE(to_text(a[0].body), to_text(c[0].body));
}

TEST(Synthesis, NobodyCanTakeItForLiveHelp) {
  std::set<std::string> counties;
  bool spanish = false;
  for (const Record& record : make(300, 1)) {
    const std::string text = to_text(record.body);
    if (record.entity == Entity::kService || record.entity == Entity::kOrganization) {
      EXPECT_NE(text_of(record.body, "name")
                    .find(record.entity == Entity::kService ? "demonstration" : "Demonstration"),
                std::string::npos);
    }
    for (std::size_t at = text.find("\"number\":\""); at != std::string::npos;
         at = text.find("\"number\":\"", at + 1))
      EXPECT_EQ(text.substr(at + 13, 7), "-555-01") << text.substr(at, 30);
    for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1))
      EXPECT_NE(text.substr(at, 60).find("example.org"), std::string::npos);
    if (const Json* list = record.body.find("counties"))
      for (const Json& county : *list->if_array()) counties.insert(*county.if_string());
    spanish = spanish || text.find("demostración") != std::string::npos;
  }
  EXPECT_EQ(counties.size(), 17u);
  EXPECT_TRUE(spanish);
}

class SynthesizedDirectory : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with({store::migrations()});
    directory_ = std::make_unique<Directory>(database(), clock_, random_);
    const auto counts = synthesize_into(*directory_, {.services = 120, .now = kNow}, {});
    ASSERT_TRUE(counts) << counts.error().describe();
    ASSERT_GT(counts->created, 300u);
  }
  std::string exported(ExportFormat format, const Audience& audience) {
    const fs::path out = folder() / "out";
    fs::remove_all(out);
    const auto report = export_to(*directory_, out, {.format = format, .audience = audience});
    EXPECT_TRUE(report) << report.error().describe();
    std::string all;
    for (const auto& file : fs::directory_iterator(out)) all += read_text_file(file.path()).value();
    return all;
  }
  ManualClock clock_{kNow};
  SeededRandom random_{5};
  std::unique_ptr<Directory> directory_;
};
DAYBREAK_ON_BOTH_ENGINES(SynthesizedDirectory);

TEST_P(SynthesizedDirectory, NothingConfidentialIsInAnExportOfALowerAudience) {
  for (const ExportFormat format :
       {ExportFormat::kJson, ExportFormat::kNdjson, ExportFormat::kCsv}) {
    for (const Audience& audience :
         {Audience::everyone(), Audience::task_force(), Audience::partner("x")}) {
      const std::string text = exported(format, audience);
      EXPECT_EQ(text.find("Hidden Demonstration Lane"), std::string::npos);
      EXPECT_EQ(text.find("Confidential demonstration house"), std::string::npos);
      EXPECT_NE(text.find("redacted"), std::string::npos);
    }
    EXPECT_NE(exported(format, Audience::staff()).find("Hidden Demonstration Lane"),
              std::string::npos)
        << "the check can fail";
  }
}

TEST_P(SynthesizedDirectory, MovingEveryRealPointChangesNoPublicExport) {
  const std::string before = exported(ExportFormat::kNdjson, Audience::everyone());
  std::vector<store::Stored> hidden;
  ASSERT_TRUE(database().read([&](db::Connection& c) {
    return store::each(c, Entity::kLocation, 1000,
                       [&](std::vector<store::Stored> part) -> Result<void> {
                         for (store::Stored& one : part)
                           if (text_of(one.record.body, "visibility") == "confidential")
                             hidden.push_back(std::move(one));
                         return {};
                       });
  }));
  ASSERT_GT(hidden.size(), 3u);
  for (store::Stored& one : hidden) {
    one.record.body.set("latitude", 40.5);
    one.record.body.set("longitude", -75.25);
    ASSERT_TRUE(directory_->save(Entity::kLocation, one.record.body, one.revision, "staff"));
  }
  EXPECT_EQ(exported(ExportFormat::kNdjson, Audience::everyone()), before);
}

TEST_P(SynthesizedDirectory, TheCheckFindsAHiddenAddressInAPublicText) {
  auto clean = check_directory(*directory_, kNow);
  ASSERT_TRUE(clean) << clean.error().describe();
  EXPECT_TRUE(clean->leaks.empty());
  const std::string text = exported(ExportFormat::kNdjson, Audience::staff());
  const std::size_t at = text.find(" Hidden Demonstration Lane");
  const std::string address = text.substr(at - 3, 3) + " HIDDEN demonstration lane";
  const Uuid id = database()
                      .read([](db::Connection& c) { return store::ids_of(c, Entity::kService); })
                      .value()
                      .front();
  auto stored = database()
                    .read([&](db::Connection& c) { return store::load(c, std::span(&id, 1)); })
                    .value()
                    .front();
  stored.record.body.set("description", "Come to " + address + ".");
  ASSERT_TRUE(directory_->save(Entity::kService, stored.record.body, stored.revision, "staff"));
  EXPECT_EQ(check_directory(*directory_, kNow)->leaks.size(), 1u);
}

TEST_P(SynthesizedDirectory, BundlesHoldEverythingOfTheirServices) {
  std::size_t services = 0, places = 0;
  ASSERT_TRUE(directory_->each_bundle(Audience::everyone(),
                                      [&](std::vector<Bundle> bundles) -> Result<void> {
                                        for (const Bundle& bundle : bundles) {
                                          ++services;
                                          EXPECT_TRUE(bundle.organization);
                                          for (const auto& place : bundle.places)
                                            places += place.location.has_value();
                                        }
                                        return {};
                                      }));
  EXPECT_EQ(services, 120u);
  EXPECT_GT(places, 60u);
}

}  // namespace
}  // namespace daybreak::directory
