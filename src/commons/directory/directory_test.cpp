// SPDX-License-Identifier: AGPL-3.0-or-later
// The directory on both engines: real directories go in whole and come out whole, a person's edit
// stands, and nothing confidential leaves.
#include <cstdlib>
#include <gtest/gtest.h>

#include "base/byte_source.hpp"
#include "base/test_result.hpp"
#include "commons/directory/export.hpp"
#include "commons/directory/import.hpp"
#include "db/test_database.hpp"

namespace daybreak::directory {
namespace {

namespace fs = std::filesystem;

fs::path shared() {
  const char* given = std::getenv("DAYBREAK_SHARED");
  return fs::path(given ? given : DAYBREAK_SOURCE_DIR "/../shared") / "data";
}

class DirectoryTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    migrate_with({store::migrations()});
    directory_ = std::make_unique<Directory>(database(), clock_, random_);
  }
  Directory& directory() { return *directory_; }

  ImportReport import(const fs::path& path, ImportOptions options = {}) {
    if (options.source.empty()) options.source = "test source";
    auto report = import_path(directory(), path, options);
    EXPECT_TRUE(report) << report.error().describe();
    return report ? std::move(*report) : ImportReport();
  }
  fs::path put(std::string_view name, std::string_view text) {
    const fs::path path = folder() / name;
    EXPECT_TRUE(write_file(path, text));
    return path;
  }
  // All records as text by entity and id.
  std::map<std::string, Json> everything() {
    std::map<std::string, Json> all;
    const auto read = database().read([&](db::Connection& c) -> Result<void> {
      for (const EntityInfo& entity : entities()) {
        TRY(store::each(c, entity.entity, 500,
                        [&](std::vector<store::Stored> part) -> Result<void> {
                          for (store::Stored& one : part)
                            all[std::string(entity.name) + " " + one.record.id.to_string()] =
                                std::move(one.record.body);
                          return {};
                        }));
      }
      return {};
    });
    EXPECT_TRUE(read);
    return all;
  }
  Json body(const std::string& id) {
    const Uuid uuid = Uuid::parse(id).value();
    auto found =
        database().read([&](db::Connection& c) { return store::load(c, std::span(&uuid, 1)); });
    return found && !found->empty() ? found->front().record.body : Json();
  }

  ManualClock clock_{parse_instant("2026-11-21T20:00:00Z").value()};
  SeededRandom random_{5};
  std::unique_ptr<Directory> directory_;
};
DAYBREAK_ON_BOTH_ENGINES(DirectoryTest);

constexpr const char* kOrganization = "0c7d0b44-0000-4000-8000-000000000001";
constexpr const char* kService = "0c7d0b44-0000-4000-8000-000000000002";

Json harbor(std::string_view phone = "716-555-0101") {
  return Json::object(
      {{"id", kService},
       {"name", "Harbor Demonstration Shelter"},
       {"status", "active"},
       {"description", "Beds for a night."},
       {"organization", Json::object({{"id", kOrganization},
                                      {"name", "Harbor Demonstration"},
                                      {"description", "Fictional."}})},
       {"phones", Json::array({Json::object(
                      {{"id", "0c7d0b44-0000-4000-8000-000000000003"}, {"number", phone}})})}});
}

TEST_P(DirectoryTest, ImportingTwiceChangesNothing) {
  const fs::path file = put("service_full.json", to_text(harbor()));
  EXPECT_EQ(import(file).counts.created, 2u);
  const auto before = everything();
  const ImportReport again = import(file);
  EXPECT_EQ(again.counts.created, 0u);
  EXPECT_EQ(again.counts.updated, 0u);
  EXPECT_EQ(again.counts.unchanged, 2u);
  EXPECT_EQ(everything(), before);
}

TEST_P(DirectoryTest, ADryRunChangesNothing) {
  const ImportReport report =
      import(put("service_full.json", to_text(harbor())), {.mode = ImportMode::kDryRun});
  EXPECT_EQ(report.counts.created, 2u);
  EXPECT_TRUE(everything().empty());
}

TEST_P(DirectoryTest, AHandEditStandsAgainstTheSourceAndIsProposedOnce) {
  import(put("service_full.json", to_text(harbor())));
  Json edited = body(kService);
  edited.find("phones")->if_array()->front().set("number", "716-555-0199");
  edited.set("name", "Harbor Demonstration House");
  ASSERT_TRUE(directory().save(Entity::kService, edited, 1, "staff"));

  Json changed = harbor("716-555-0102");
  changed.set("description", "Beds for a week.");
  EXPECT_EQ(import(put("service_full.json", to_text(changed))).counts.kept_edits, 1u);
  const Json now = body(kService);
  EXPECT_EQ(text_of(now, "name"), "Harbor Demonstration House") << "the source did not change it";
  EXPECT_EQ(text_of(now, "description"), "Beds for a week.") << "nobody here had changed it";
  EXPECT_EQ(text_of(now.find("phones")->if_array()->front(), "number"), "716-555-0199")
      << "both changed it: ours stands";

  const auto open =
      database().read([](db::Connection& c) { return store::proposals(c, "open", 10); }).value();
  ASSERT_EQ(open.size(), 1u);
  ASSERT_EQ(open[0].changes.size(), 1u);
  EXPECT_EQ(open[0].changes[0].after, Json("716-555-0102"));
  EXPECT_EQ(import(put("service_full.json", to_text(changed))).counts.kept_edits, 0u)
      << "not proposed again";

  ASSERT_TRUE(directory().accept(open[0].id, "staff"));
  EXPECT_EQ(text_of(body(kService).find("phones")->if_array()->front(), "number"), "716-555-0102");
  EXPECT_FALSE(directory().accept(open[0].id, "staff"));
  const auto history =
      database()
          .read([](db::Connection& c) { return store::history(c, Uuid::parse(kService).value()); })
          .value();
  std::vector<std::string> actions;
  for (const auto& change : history) actions.push_back(change.action);
  EXPECT_EQ(actions, (std::vector<std::string>{"create", "edit", "import", "accept"}));
}

TEST_P(DirectoryTest, TwoPeopleDoNotOverwriteEachOther) {
  import(put("service_full.json", to_text(harbor())));
  Json edited = body(kService);
  edited.set("name", "One");
  EXPECT_EQ(directory().save(Entity::kService, edited, 1, "first").value(), 2);
  edited.set("name", "Two");
  EXPECT_EQ(kind_of(directory().save(Entity::kService, edited, 1, "second")), ErrorKind::kConflict);
  edited.set("name", "");
  EXPECT_EQ(kind_of(directory().save(Entity::kService, edited, 2, "second")), ErrorKind::kInvalid);
}

TEST_P(DirectoryTest, CapacityDecaysToUnknown) {
  import(put("service_full.json", to_text(harbor())));
  ASSERT_TRUE(directory().set_capacity(Uuid::parse(kService).value(), CapacityStatus::kCapacity,
                                       "shelter", std::chrono::hours(24)));
  const Capacity capacity = capacity_of(body(kService));
  EXPECT_EQ(capacity.at(clock_.now()), CapacityStatus::kCapacity);
  EXPECT_EQ(capacity.at(clock_.now() + std::chrono::hours(23)), CapacityStatus::kCapacity);
  EXPECT_EQ(capacity.at(clock_.now() + std::chrono::hours(24)), CapacityStatus::kUnknown);
  EXPECT_EQ(import(put("service_full.json", to_text(harbor()))).counts.updated, 0u)
      << "the source does not undo it";
  EXPECT_EQ(capacity_of(body(kService)).status, CapacityStatus::kCapacity);
}

TEST_P(DirectoryTest, BadRowsAreNamedAndCostNoOther) {
  const fs::path file =
      put("guide.csv",
          "Agency,Program,Hotline,Zip Code,Confidential,Beds (grey paper)\r\n"
          "Harbor Demonstration,Night beds,716-555-0101,14201,no,12\r\n"
          "Harbor Demonstration,,716-555-0102,14201,no,\r\n"
          "Harbor Demonstration,\"Day room\r\nand kitchen\",716-555-0103,14202,YES,3\r\n"
          "too,short\r\n"
          "Se\xF1or Demonstration,Ayuda,716-555-0104,14203,,\r\n");
  ImportOptions options{.source = "our guide", .rejects = folder() / "rejects.csv"};
  options.mapping =
      Mapping::parse(suggest_mapping(std::vector<std::string>{"Agency", "Program", "Hotline",
                                                              "Zip Code", "Confidential"},
                                     "our guide"))
          .value();
  const ImportReport report = import(file, options);
  EXPECT_EQ(report.rows, 5u);
  EXPECT_EQ(report.rejected, 2u);
  const auto all = everything();
  EXPECT_EQ(
      std::ranges::count_if(all, [](const auto& one) { return one.first.starts_with("service "); }),
      3);
  std::set<std::string> names;
  for (const auto& [key, value] : all) names.emplace(text_of(value, "name"));
  EXPECT_TRUE(names.contains("Ayuda"));
  EXPECT_TRUE(names.contains("Señor Demonstration"));
  EXPECT_TRUE(names.contains("Day room\r\nand kitchen"));
  const std::string rejects = read_text_file(folder() / "rejects.csv").value();
  EXPECT_NE(rejects.find("guide.csv:3,service.name,has no name"), std::string::npos) << rejects;
  EXPECT_NE(rejects.find("guide.csv:6,,has 2 fields where the header has 6"), std::string::npos)
      << rejects;
  EXPECT_EQ(import(file, options).counts.created, 0u) << "a second import duplicates nothing";
}

// Every leaf of `part` stands in `whole`, under the same names.
void expect_inside(const Json& part, const Json& whole, const std::string& path) {
  if (const JsonObject* members = part.if_object()) {
    for (const JsonMember& member : *members) {
      if (member.value.is_null() || member.value == Json("")) continue;
      const Json* found = whole.find(member.key);
      ASSERT_TRUE(found) << path << "." << member.key << " is lost";
      expect_inside(member.value, *found, path + "." + member.key);
    }
  } else if (const JsonArray* items = part.if_array()) {
    ASSERT_TRUE(whole.is_array()) << path;
    for (const Json& item : *items) {
      const std::string_view id = text_of(item, "id");
      const Json* match = nullptr;
      for (const Json& other : *whole.if_array())
        if (id.empty() ? other == item : text_of(other, "id") == id) match = &other;
      ASSERT_TRUE(match) << path << "[" << id << "] is lost";
      expect_inside(item, *match, path + "[]");
    }
  } else {
    EXPECT_EQ(part, whole) << path;
  }
}

class RealDirectories : public DirectoryTest {
 protected:
  // The official feeds give one id to several things; in tables, where an id stands once, the
  // others get ids of their own, and only their content can be compared.
  enum class Ids { kUnique, kRepeated };
  // Imports, exports as JSON and CSV, imports each into an empty store, and compares all records.
  void round_trip(const fs::path& path, std::uint64_t services, Ids ids = Ids::kUnique) {
    if (!fs::exists(path)) GTEST_SKIP() << "no shared data beside the checkout (" << path << ")";
    const ImportReport report = import(path);
    EXPECT_EQ(report.rejected, 0u);
    for (const Notice& notice : report.notices)
      if (notice.kind == Notice::Kind::kRejected)
        ADD_FAILURE() << notice.place << " " << notice.field << " " << notice.reason;
    EXPECT_EQ(static_cast<std::uint64_t>(
                  database()
                      .read([](db::Connection& c) { return store::count(c, Entity::kService); })
                      .value()),
              services);
    const auto original = everything();
    EXPECT_EQ(import(path).counts.updated, 0u) << "a second import changes nothing";
    for (const ExportFormat format : {ExportFormat::kJson, ExportFormat::kCsv}) {
      const fs::path out = folder() / (format == ExportFormat::kCsv ? "csv" : "json");
      auto exported =
          export_to(directory(), out, {.format = format, .audience = Audience::staff()});
      ASSERT_TRUE(exported) << exported.error().describe();
      wipe();
      const ImportReport back = import(out);
      EXPECT_EQ(back.rejected, 0u);
      const bool by_content = format == ExportFormat::kCsv && ids == Ids::kRepeated;
      if (by_content) {
        compare(by_contents(original), by_contents(everything()), "CSV");
      } else {
        compare(original, everything(), format == ExportFormat::kCsv ? "CSV" : "JSON");
      }
      wipe();
      import(path);
    }
  }
  static std::map<std::string, Json> by_contents(std::map<std::string, Json> all) {
    std::erase_if(all, [](const auto& one) {
      return one.first.starts_with("attribute ") || one.first.starts_with("metadata ");
    });
    for (auto& [key, value] : all) value = without_ids(std::move(value));
    return all;
  }
  static Json without_ids(Json value) {
    if (JsonObject* members = value.if_object()) {
      std::erase_if(*members, [](const JsonMember& m) {
        return m.key == "id" || m.key.starts_with("link_") || m.key.starts_with("resource_");
      });
      for (JsonMember& member : *members) member.value = without_ids(std::move(member.value));
    } else if (JsonArray* items = value.if_array()) {
      for (Json& item : *items) item = without_ids(std::move(item));
    }
    return value;
  }
  void wipe() {
    ASSERT_TRUE(database().write([](db::Connection& c) -> Result<void> {
      TRY(c.execute("DELETE FROM directory_record"));
      return {};
    }));
  }
  static Json plain(Json value) {  // what a data package cannot tell apart
    if (JsonObject* members = value.if_object()) {
      std::erase_if(*members, [](const JsonMember& m) {
        return m.value == Json("") || m.key == "eligibility_description_";
      });
      for (JsonMember& member : *members) {
        member.value = plain(std::move(member.value));
        if ((member.key == "last_modified" || member.key == "updated") && member.value.if_string())
          if (const auto instant = parse_instant(*member.value.if_string()))
            member.value = format_instant(*instant).substr(0, 19);
      }
      std::ranges::sort(*members, {}, &JsonMember::key);
    } else if (JsonArray* items = value.if_array()) {
      for (Json& item : *items) item = plain(std::move(item));
      std::ranges::sort(*items, {}, [](const Json& one) { return to_text(one); });
    }
    return value;
  }
  static void compare(const std::map<std::string, Json>& a, const std::map<std::string, Json>& b,
                      const char* form) {
    int shown = 0;
    for (const auto& [key, value] : a) {
      const auto found = b.find(key);
      if (found == b.end()) {
        if (shown++ < 5)
          ADD_FAILURE() << form << ": " << key << " is lost: " << to_text(value).substr(0, 300);
        continue;
      }
      const auto changes = differences(plain(value), plain(found->second));
      for (const FieldChange& change : changes)
        if (shown++ < 5)
          ADD_FAILURE() << form << ": " << key << " " << change.path << ": "
                        << to_text(change.before).substr(0, 300) << " became "
                        << to_text(change.after).substr(0, 300);
    }
    EXPECT_EQ(a.size(), b.size()) << form;
  }
};
DAYBREAK_ON_BOTH_ENGINES(RealDirectories);

TEST_P(RealDirectories, Florida) { round_trip(shared() / "directories/hsds_florida_2019", 135); }
TEST_P(RealDirectories, Illinois) { round_trip(shared() / "directories/ilao_legal_aid_2019", 423); }
TEST_P(RealDirectories, Ohana) { round_trip(shared() / "directories/ohana_sample_csv", 23); }
TEST_P(RealDirectories, SanMateo) {
  round_trip(shared() / "directories/smc_cip_services_2013_scrubbed.jsonl", 1660);
}
TEST_P(RealDirectories, HsdsExamplePackage) { round_trip(shared() / "hsds/3.1/examples/csv", 1); }
TEST_P(RealDirectories, HsdsExampleFeeds) {
  round_trip(shared() / "hsds/3.1/examples", 1, Ids::kRepeated);
}
TEST_P(RealDirectories, Hsds30Examples) {
  round_trip(shared() / "directories/hsds3_examples", 1, Ids::kRepeated);
}
TEST_P(RealDirectories, Hsds30Package) {
  round_trip(shared() / "directories/hsds3_examples/csv", 1);
}

TEST_P(RealDirectories, TheFullExampleComesBackWithEveryField) {
  const fs::path file = shared() / "hsds/3.1/examples/service_full.json";
  if (!fs::exists(file)) GTEST_SKIP() << "no shared data beside the checkout";
  import(file);
  ASSERT_TRUE(export_to(directory(), folder() / "out", {.audience = Audience::staff()}));
  const Json exported = parse_json(read_text_file(folder() / "out/services.json").value()).value();
  Json wanted = parse_json(read_text_file(file).value()).value();
  // The standard's form nests an organisation's locations and programs once more; here they stand
  // in files of their own.
  wanted.find("organization")->erase("locations");
  wanted.find("organization")->erase("programs");
  expect_inside(wanted, exported.if_array()->front(), "service");
}

}  // namespace
}  // namespace daybreak::directory
