// SPDX-License-Identifier: AGPL-3.0-or-later
// The aggregate gate, and what someone who would smuggle tries at it.
#include "gates/aggregate/aggregate_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "gates/aggregate/withhold.hpp"
#include "trust/document_signer.hpp"
#include "trust/keys/signing.hpp"
#include "trust/migrations.hpp"
#include "vault/clients/clients.hpp"
#include "vault/services/services.hpp"
#include "vault/test_vault.hpp"

namespace daybreak::gates {
namespace {

using measures::CountTable;
using measures::Measure;
using measures::MeasureList;
using measures::SignedTable;
using testing::HasSubstr;
using trust::Role;

const Measure& measure(std::string_view code) { return *MeasureList::built_in().find(code); }

CountTable head(std::string_view code, std::int64_t version = 1) {
  CountTable table;
  table.organization = vault::id_number<trust::OrganizationId>(1);
  table.measure = code;
  table.period = "2026-Q3";
  table.version = version;
  return table;
}

TEST(MeasureListTest, AsksWhatTheVaultCanCountInTheVaultsOwnCodes) {
  for (const Measure& one : MeasureList::built_in().all())
    EXPECT_TRUE(vault::counts::question_from(one.counts)) << one.code;
  const auto same = [](std::string_view code, std::string_view list) {
    const auto& codes = vault::codes::Codes::built_in().required(list).codes;
    ASSERT_LE(codes.size(), measure(code).codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i)
      EXPECT_EQ(codes[i].code, measure(code).codes[i].code);
  };
  same("services_by_category", "service_category");
  same("services_by_mode", "mode");
  same("clients_by_age", "age_group");
}

TEST(CountTableTest, HasOneWrittenFormAndNoOther) {
  CountTable table = head("clients_served");
  table.cells = {{"new", 34}, {"continuing", std::nullopt}};
  const std::string text = table.write();
  ASSERT_TRUE(CountTable::read(text)) << CountTable::read(text).error().describe();
  EXPECT_EQ(CountTable::read(text)->write(), text);
  const auto with = [&](std::string_view old, std::string_view changed) {
    std::string other = text;
    const auto at = other.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    return other.replace(at, old.size(), changed);
  };
  for (const std::string& wrong : {std::string(),
                                   std::string("{}"),
                                   text + "\n",
                                   text + "note Ana\n",
                                   " " + text,
                                   with("34", "34.5"),
                                   with("34", "034"),
                                   with("34", "+34"),
                                   with("34", "3e1"),
                                   with("34", "34 "),
                                   with("34", " 34"),
                                   with("34", "99999999999999999999"),
                                   with("34", "Ana"),
                                   with("cell new 34", "cell new 34 Ana"),
                                   with("cell new 34\n", "cell new 34\nremark hidden\n"),
                                   with("total withheld\n", "total withheld\ncell x 12\n"),
                                   with("\n", "\r\n"),
                                   with("version 1", "version 01"),
                                   with("version 1", "version one"),
                                   with("state sent", "state Sent"),
                                   with("organization ", "organization x"),
                                   std::string(9000, 'x'),
                                   text.substr(0, text.size() - 1)})
    EXPECT_FALSE(CountTable::read(wrong)) << wrong;
}

TEST(CountTableTest, IsOfTheListOrRefused) {
  CountTable good = head("clients_served");
  good.cells = {{"new", 34}, {"continuing", 50}};
  good.total = 84;
  ASSERT_TRUE(measures::check(good, MeasureList::built_in()));
  const auto wrong = [&](auto change) {
    CountTable table = good;
    change(table);
    const auto checked = measures::check(table, MeasureList::built_in());
    EXPECT_FALSE(checked) << table.write();
  };
  wrong([](CountTable& t) { t.measure = "clients_by_name"; });
  wrong([](CountTable& t) { t.cells[0].code = "ana_ejemplo"; });
  wrong([](CountTable& t) { t.cells[1].code = "new"; });           // repeated
  wrong([](CountTable& t) { t.cells.push_back({"other", 20}); });  // one more dimension
  wrong([](CountTable& t) { t.cells.pop_back(); });
  wrong([](CountTable& t) { std::swap(t.cells[0], t.cells[1]); });
  wrong([](CountTable& t) { t.cells[0].count = -34; });
  wrong([](CountTable& t) { t.cells[0].count = 7165550142; });  // a telephone number
  wrong([](CountTable& t) {
    t.cells[0].count = 3;
    t.total = 53;
  });  // small
  wrong([](CountTable& t) { t.total = 85; });
  wrong([](CountTable& t) { t.total = 3; });
  wrong([](CountTable& t) { t.cells[0].count.reset(); });  // 84 - 50
  wrong([](CountTable& t) {
    t.cells[0].count.reset();
    t.cells[1].count.reset();
    t.total = 10;
  });
  for (const char* period : {"2026-Q5", "2026-09", "2026-Q0", "1926-Q3", "Ana-Q3!", "2026-q3", ""})
    wrong([&](CountTable& t) { t.period = period; });
  wrong([](CountTable& t) { t.version = 0; });
  wrong([](CountTable& t) { t.version = 7165550142; });
}

TEST(CountTableTest, GivesNothingAwayTogetherWithWhatWasSent) {
  CountTable first = head("services_by_mode");
  for (const auto& code : measure("services_by_mode").codes) first.cells.push_back({code.code, 40});
  first.cells[0].count.reset();
  first.cells[1].count.reset();
  first.total = 140;  // the two make 20
  ASSERT_TRUE(measures::check(first, MeasureList::built_in()));
  const auto refused = [&](auto change) {
    CountTable next = first;
    next.version = 2;
    change(next);
    ASSERT_TRUE(measures::check(next, MeasureList::built_in())) << next.write();
    const auto checked = measures::check_together(next, std::vector<CountTable>{first});
    ASSERT_FALSE(checked) << next.write();
    EXPECT_EQ(kind_of(checked), ErrorKind::kConflict);
  };
  EXPECT_TRUE(measures::check_together(first, {}));
  refused([](CountTable& t) {
    t.cells[2].count = 43;
    t.total = 143;
  });  // three more came in
  refused([](CountTable& t) {
    t.cells[2].count.reset();
    t.cells[0].count = 15;
  });  // then [1] is 5
  refused([](CountTable& t) { t.total = 145; });
  refused([](CountTable& t) {  // the total stays away, but the first table told it
    t.cells[2].count.reset();
    t.cells[0].count = 15;
    t.total.reset();
  });
  // Another measure that counts the same events tells the total too.
  CountTable alone = head("services_by_mode");
  for (const auto& code : measure("services_by_mode").codes) alone.cells.push_back({code.code, 40});
  alone.cells[0].count.reset();
  ASSERT_TRUE(measures::check(alone, MeasureList::built_in()));
  CountTable sister = head("services_by_category");
  for (const auto& code : measure("services_by_category").codes)
    sister.cells.push_back({code.code, 0});
  sister.cells[0].count = 165;
  sister.total = 165;
  EXPECT_TRUE(measures::check_together(alone, {}));
  EXPECT_FALSE(measures::check_together(alone, std::vector<CountTable>{sister}));
}

// Random counts and random corrections: whatever withhold() lets out passes every check, and an
// attacker with all tables and exact arithmetic never gets a small number.
TEST(Withhold, KeepsSmallNumbersInsideOverManyVersions) {
  SeededRandom random(11);
  int sent = 0, refused = 0;
  for (int round = 0; round < 400; ++round) {
    const Measure& one = measure(round % 2 == 0 ? "services_by_mode" : "clients_served");
    std::map<std::string, std::int64_t> counts;
    for (const auto& code : one.codes)
      counts[code.code] =
          static_cast<std::int64_t>(random.below(3) == 0 ? random.below(14) : random.below(90));
    std::vector<CountTable> earlier;
    for (int version = 1; version <= 4; ++version) {
      const auto table = withhold(head(one.code, version), one, counts, earlier);
      if (!table) {
        EXPECT_EQ(kind_of(table), ErrorKind::kConflict) << table.error().describe();
        ++refused;
      } else {
        ++sent;
        std::int64_t published = 0;
        for (const auto& cell : table->cells) {
          if (cell.count) {
            ASSERT_EQ(*cell.count, counts[cell.code]);
          }
          ASSERT_FALSE(cell.count && measures::is_small(*cell.count)) << table->write();
          published += cell.count.value_or(0);
        }
        if (table->total) {
          ASSERT_FALSE(measures::is_small(*table->total - published)) << table->write();
        }
        earlier.push_back(*table);
      }
      for (auto& [code, count] : counts)
        if (random.below(3) == 0) count += static_cast<std::int64_t>(random.below(20));
    }
  }
  EXPECT_GT(sent, 800);
  RecordProperty("refused", refused);
}

class AggregateGateTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(measures::migrations());
    migrate_with(modules);
    measures_.emplace(database(), clock_, random_);
    gate_.emplace(*measures_);
    vault_ = make_vault(1);
    other_vault_ = make_vault(2);
    ring_ = vault::test_keyring(vault_->organization(), random_);
    other_ring_ = vault::test_keyring(other_vault_->organization(), random_);
    vault::services::Services services(work());
    for (int person = 0; person < 16; ++person) {
      const auto client =
          vault::clients::Clients(work()).open({}, person < 12 ? day(7, 2) : day(6, 1));
      ASSERT_TRUE(client) << client.error().describe();
      for (int event = 0; event < 2; ++event)
        ASSERT_TRUE(services.add({.client = *client,
                                  .day = day(8, 3),
                                  .category = event == 0   ? "housing"
                                              : person < 3 ? "legal"
                                                           : "health",
                                  .minutes = 30}));
    }
  }
  std::unique_ptr<vault::Vault> make_vault(int number) {
    rooms_ = {vault::clients::migrations(), vault::services::migrations()};
    auto opened = vault::Vault::open(
        {.url = "sqlite:" + (folder() / ("vault" + std::to_string(number))).string(),
         .create = true,
         .modules = rooms_},
        vault::id_number<trust::OrganizationId>(number), clock_, random_);
    EXPECT_TRUE(opened) << opened.error().describe();
    return std::move(*opened);
  }
  static Date day(unsigned month, unsigned day) {
    return Date(std::chrono::year(2026), std::chrono::month(month), std::chrono::day(day));
  }
  const vault::Work& work() {
    work_.emplace(vault::Work{*vault_, advocate_, ring_});
    return *work_;
  }
  SignedTable signed_by(const trust::keys::Keyring& ring, const std::string& text) {
    const trust::keys::OrganizationSigner signer(ring);
    return {text, signer.public_key(), signer.sign(text)};
  }
  std::int64_t stored() {
    return (*database().read([](db::Connection& c) {
             return c.query_one("SELECT count(*) FROM measures_table");
           }))
        ->integer(0);
  }
  std::int64_t denials() {
    return (*database().read([](db::Connection& c) {
             return c.query_one("SELECT count(*) FROM audit_entry WHERE leaf LIKE '%\"denied\"%'");
           }))
        ->integer(0);
  }
  std::string commons_log() {
    std::string all;
    const auto entries = database().read(
        [](db::Connection& connection) { return trust::audit_entries(connection, 0, 10000); });
    for (const auto& entry : *entries) all += entry.leaf + "\n";
    return all;
  }

  ManualClock clock_{vault::kTestStart};
  SystemRandom random_;
  std::optional<measures::Measures> measures_;
  std::optional<AggregateGate> gate_;
  std::vector<db::ModuleMigrations> rooms_;
  std::unique_ptr<vault::Vault> vault_, other_vault_;
  std::shared_ptr<const trust::keys::Keyring> ring_, other_ring_;
  std::optional<vault::Work> work_;
  trust::Actor advocate_ =
      vault::test_member(1, 1, {Role::kAdvocate, Role::kCoordinator}, vault::kTestStart);
};
DAYBREAK_ON_BOTH_ENGINES(AggregateGateTest);

TEST_P(AggregateGateTest, SendsWhatWasLookedAtAndNoSmallNumber) {
  const auto seen = gate_->prepare(work(), "clients_served", "2026-Q3");
  ASSERT_TRUE(seen) << seen.error().describe();
  EXPECT_EQ(seen->write(), "daybreak counts 1\norganization " + vault_->organization().to_string() +
                               "\nmeasure clients_served\nperiod 2026-Q3\nversion 1\nstate sent\n"
                               "cell new withheld\ncell continuing withheld\ntotal 16\n");
  EXPECT_EQ(stored(), 0);
  trust::Actor unconfirmed = advocate_;
  unconfirmed.confirmed_at.reset();
  const vault::Work tired{*vault_, unconfirmed, ring_};
  EXPECT_EQ(place_of(gate_->send(tired, "clients_served", "2026-Q3", seen->write())),
            "confirmation");
  EXPECT_EQ(kind_of(gate_->send(work(), "clients_served", "2026-Q3", seen->write() + "x")),
            ErrorKind::kConflict);
  const auto sent = gate_->send(work(), "clients_served", "2026-Q3", seen->write());
  ASSERT_TRUE(sent) << sent.error().describe();
  EXPECT_EQ(stored(), 1);
  EXPECT_THAT(commons_log(), HasSubstr("measure_table.send"));
  const auto categories = gate_->prepare(work(), "services_by_category", "2026-Q3");
  ASSERT_TRUE(categories) << categories.error().describe();
  for (const auto& cell : categories->cells) {
    EXPECT_EQ(cell.count.has_value(), cell.code != "legal" && cell.code != "health") << cell.code;
  }
  EXPECT_EQ(categories->total, 32);
  const auto all = measures_->newest(advocate_, {});
  ASSERT_TRUE(all) << all.error().describe();
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(all->front().table.write(), seen->write());
  EXPECT_FALSE(gate_->prepare(work(), "clients_served", "2026-Q4"));  // has not ended
  EXPECT_FALSE(gate_->prepare(work(), "names", "2026-Q3"));
  const trust::Actor stranger = vault::test_member(3, 9, {Role::kAdvocate}, vault::kTestStart);
  EXPECT_FALSE(measures_->newest(stranger, {}));
}

TEST_P(AggregateGateTest, CorrectsAndWithdrawsByNewVersions) {
  const auto first = gate_->prepare(work(), "services_by_category", "2026-Q3");
  ASSERT_TRUE(gate_->send(work(), "services_by_category", "2026-Q3", first->write()));
  // One more event came in late: the change itself is a small number.
  const auto lines = vault::clients::Clients(work()).list({.state = {}, .skip = 0, .most = 1});
  ASSERT_TRUE(vault::services::Services(work()).add(
      {.client = lines->lines.front().id, .day = day(8, 4), .category = "housing", .minutes = 30}));
  const auto second = gate_->prepare(work(), "services_by_category", "2026-Q3");
  ASSERT_TRUE(second) << second.error().describe();
  EXPECT_EQ(second->version, 2);
  EXPECT_FALSE(second->total);
  for (const auto& cell : second->cells) {
    if (cell.code == "housing") EXPECT_FALSE(cell.count);
  }
  ASSERT_TRUE(gate_->send(work(), "services_by_category", "2026-Q3", second->write()));
  ASSERT_TRUE(gate_->withdraw(work(), "services_by_category", "2026-Q3"));
  EXPECT_EQ(stored(), 3);
  EXPECT_TRUE(measures_->newest(advocate_, {})->empty());
  EXPECT_EQ(gate_->sent(work())->size(), 3u);
  EXPECT_EQ(kind_of(gate_->withdraw(work(), "clients_served", "2026-Q3")),
            ErrorKind::kNotFound);
}

TEST_P(AggregateGateTest, RefusesWhatIsNotTheOrganizationsOwnTable) {
  const std::string text = gate_->prepare(work(), "clients_served", "2026-Q3")->write();
  std::int64_t refusals = 0;
  const auto refused = [&](const SignedTable& table) {
    const auto taken = measures_->accept(advocate_, table);
    EXPECT_FALSE(taken) << table.text;
    EXPECT_EQ(stored(), 0);
    EXPECT_EQ(denials(), ++refusals) << table.text;
  };
  refused({text, "", ""});
  EXPECT_EQ(place_of(measures_->accept(advocate_, signed_by(*ring_, "Ana"))),
            "table of counts");
  ++refusals;
  SignedTable broken = signed_by(*ring_, text);
  broken.signature.back() = broken.signature.back() == '0' ? '1' : '0';
  refused(broken);
  // Another organisation's table, whoever signed it; and a table of ours that they signed, once our
  // key is known.
  CountTable theirs = *CountTable::read(text);
  theirs.organization = other_vault_->organization();
  refused(signed_by(*other_ring_, theirs.write()));
  refused(signed_by(*ring_, theirs.write()));
  CountTable small = *CountTable::read(text);
  small.cells[0].count = 12;
  small.cells[1].count = 4;
  refused(signed_by(*ring_, small.write()));
  CountTable late = *CountTable::read(text);
  late.period = "2026-Q4";
  refused(signed_by(*ring_, late.write()));
  CountTable skipped = *CountTable::read(text);
  skipped.version = 2;
  refused(signed_by(*ring_, skipped.write()));
  refused(signed_by(*ring_, text + "note Ana Ejemplo_ 716-555-0142\n"));
  EXPECT_THAT(commons_log(), HasSubstr("denied"));
  EXPECT_THAT(commons_log(), HasSubstr("reason=conflict"));
  EXPECT_THAT(commons_log(), testing::Not(HasSubstr("Ana")));

  ASSERT_TRUE(measures_->accept(advocate_, signed_by(*ring_, text)));
  ASSERT_TRUE(measures_->accept(advocate_, signed_by(*ring_, text)));  // repeated: taken once
  EXPECT_EQ(stored(), 1);
  CountTable next = *CountTable::read(text);
  next.version = 2;
  EXPECT_EQ(place_of(measures_->accept(advocate_, signed_by(*other_ring_, next.write()))),
            "signature");
  trust::Actor tired = advocate_;
  tired.confirmed_at.reset();
  EXPECT_FALSE(measures_->forget_key(tired, vault_->organization()));
  EXPECT_EQ(measures_->key_of(advocate_, vault_->organization()),
            trust::keys::OrganizationSigner(*ring_).public_key());
  CountTable again = *CountTable::read(text);  // the same version with other numbers
  again.total = 40;
  EXPECT_FALSE(measures_->accept(advocate_, signed_by(*ring_, again.write())));
  EXPECT_EQ(stored(), 1);
  // New keys, and a coordinator who has spoken with them.
  ASSERT_TRUE(measures_->forget_key(advocate_, vault_->organization()));
  EXPECT_TRUE(measures_->accept(advocate_, signed_by(*other_ring_, next.write())));
  EXPECT_EQ(stored(), 2);
}

// What the vault's own log says was done, and not merely tried.
TEST_P(AggregateGateTest, TheVaultsLogHoldsWhatWasSentAndWhatWasRefused) {
  const auto entries = [&](const std::string& action, const std::string& outcome) {
    return (*vault_->database().read([&](db::Connection& c) {
             return c.query_one(
                 "SELECT count(*) FROM audit_entry WHERE leaf LIKE $1 AND leaf LIKE $2",
                 {"%\"measure_table." + action + "\"%", "%\"" + outcome + "\"%"});
           }))
        ->integer(0);
  };
  trust::Actor unconfirmed = advocate_;
  unconfirmed.confirmed_at.reset();
  const vault::Work tired{*vault_, unconfirmed, ring_};
  const std::string seen = gate_->prepare(work(), "clients_served", "2026-Q3")->write();
  EXPECT_FALSE(gate_->send(tired, "clients_served", "2026-Q3", seen));
  EXPECT_EQ(entries("send", "done"), 0);
  ASSERT_TRUE(gate_->send(work(), "clients_served", "2026-Q3", seen));
  EXPECT_EQ(entries("send", "done"), 1);
  EXPECT_EQ(place_of(gate_->withdraw(tired, "clients_served", "2026-Q3")), "confirmation");
  EXPECT_EQ(entries("withdraw", "done"), 0);
  ASSERT_TRUE(gate_->withdraw(work(), "clients_served", "2026-Q3"));
  EXPECT_EQ(entries("withdraw", "measure=clients_served,period=2026-Q3,version=2"), 1);
  EXPECT_EQ(measures_->history(advocate_, "people", "2026-Q3")->back().withdrawn, true);
}

TEST_P(AggregateGateTest, AQuarterEndsAtMidnightAfterItsLastDay) {
  const Instant midnight = std::chrono::sys_days(std::chrono::year(2027) / 1 / 1);
  clock_.set(midnight - std::chrono::milliseconds(1));
  advocate_.confirmed_at = clock_.now();
  const auto early = gate_->prepare(work(), "services_by_mode", "2026-Q4");
  ASSERT_FALSE(early);
  EXPECT_EQ(place_of(early), "field period");
  clock_.set(midnight);
  const auto ended = gate_->prepare(work(), "services_by_mode", "2026-Q4");
  ASSERT_TRUE(ended) << ended.error().describe();
  const auto sent = gate_->send(work(), "services_by_mode", "2026-Q4", ended->write());
  EXPECT_TRUE(sent) << sent.error().describe();
}

TEST_P(AggregateGateTest, VersionsAreOfOneMeasureOneQuarterAndOneOrganization) {
  const auto send = [&](const char* measure, const char* period) {
    const auto table = gate_->prepare(work(), measure, period);
    ASSERT_TRUE(table) << table.error().describe();
    EXPECT_EQ(table->version, 1) << measure << period;
    EXPECT_EQ(table->period, period);
    const auto sent = gate_->send(work(), measure, period, table->write());
    EXPECT_TRUE(sent) << sent.error().describe();
  };
  send("services_by_mode", "2026-Q2");
  send("clients_served", "2026-Q3");
  send("clients_by_age", "2026-Q3");
  send("services_by_mode", "2026-Q3");
  const trust::Actor theirs =
      vault::test_member(2, 5, {Role::kAdvocate, Role::kCoordinator}, vault::kTestStart);
  const vault::Work at_theirs{*other_vault_, theirs, other_ring_};
  const auto other = gate_->prepare(at_theirs, "clients_served", "2026-Q3");
  ASSERT_TRUE(other) << other.error().describe();
  EXPECT_EQ(other->version, 1);
  EXPECT_TRUE(gate_->send(at_theirs, "clients_served", "2026-Q3", other->write()));
  EXPECT_EQ(measures_->history(advocate_, "people", "2026-Q3")->size(), 2u);
  EXPECT_EQ(measures_->newest(advocate_, {})->size(), 5u);
  // A measure that a later list dropped is kept, and is of no family.
  CountTable gone = *measures_->history(advocate_, "people", "2026-Q3")->begin();
  gone.measure = "gone";
  ASSERT_TRUE(database().write([&](db::Connection& c) {
    return c.execute("UPDATE measures_table SET text = $1 WHERE measure = 'clients_by_age'",
                     {gone.write()});
  }));
  EXPECT_EQ(measures_->history(advocate_, "people", "2026-Q3")->size(), 1u);
}

TEST_P(AggregateGateTest, TheSameTableUnderAnotherKeyIsNotTheSameTable) {
  const std::string text = gate_->prepare(work(), "clients_served", "2026-Q3")->write();
  ASSERT_TRUE(measures_->accept(advocate_, signed_by(*ring_, text)));
  EXPECT_EQ(place_of(measures_->accept(advocate_, signed_by(*other_ring_, text))), "signature");
  CountTable next = *CountTable::read(text);
  next.version = 2;
  ASSERT_TRUE(measures_->accept(advocate_, signed_by(*ring_, next.write())));
  EXPECT_EQ(stored(), 2);
}

TEST_P(AggregateGateTest, OnlyThoseWhoMayCountSendAndReadDoSo) {
  const SignedTable table =
      signed_by(*ring_, gate_->prepare(work(), "clients_served", "2026-Q3")->write());
  const trust::Actor administrator =
      vault::test_member(1, 9, {Role::kAdministrator}, vault::kTestStart);
  const vault::Work at_work{*vault_, administrator, ring_};
  const auto quarter = *measures::quarter_of("2026-Q3");
  const auto question = *vault::counts::question_from("people_by_age");
  EXPECT_FALSE(vault::counts::count(at_work, question, quarter.first, quarter.last));
  EXPECT_FALSE(gate_->prepare(at_work, "clients_served", "2026-Q3"));
  EXPECT_FALSE(gate_->sent(at_work));
  EXPECT_FALSE(measures_->accept(administrator, table));
  EXPECT_FALSE(measures_->history(administrator, "people", "2026-Q3"));
  EXPECT_FALSE(measures_->own(administrator));
  EXPECT_FALSE(measures_->key_of(administrator, vault_->organization()));
  EXPECT_EQ(stored(), 0);
}

TEST_P(AggregateGateTest, CountsTheDaysOfTheQuarterAndEachPersonOnce) {
  const trust::Actor theirs = vault::test_member(2, 5, {Role::kAdvocate}, vault::kTestStart);
  const vault::Work at_work{*other_vault_, theirs, other_ring_};
  vault::services::Services services(at_work);
  const auto client = [&](Date opened, std::vector<vault::clients::Answer> answers) {
    return *vault::clients::Clients(at_work).open(std::move(answers), opened);
  };
  const auto event = [&](vault::clients::ClientId id, Date on, const char* category,
                         const char* mode) {
    const auto added =
        services.add({.client = id, .day = on, .category = category, .minutes = 30, .mode = mode});
    EXPECT_TRUE(added) << added.error().describe();
    return *added;
  };
  const auto fresh = client(day(7, 1), {{.question = "age_group", .codes = {"18_20"}}});
  event(fresh, day(7, 1), "housing", "in_person");
  const auto last = client(day(7, 1), {{.question = "age_group", .codes = {"18_20"}}});
  event(last, day(9, 30), "legal", "phone");
  const auto outside = client(day(6, 30), {});
  event(outside, day(6, 30), "housing", "in_person");
  event(outside, day(10, 1), "housing", "in_person");
  const auto corrected = client(day(6, 1), {});
  const auto wrong = event(corrected, day(8, 1), "health", "video");
  ASSERT_TRUE(services.correct(wrong, {.client = corrected,
                                       .day = day(8, 2),
                                       .category = "legal",
                                       .minutes = 30,
                                       .mode = "phone"}));
  const auto skipped =
      client(day(7, 2), {{.question = "age_group", .skip = vault::codes::Skip::kNotToday}});
  event(skipped, day(8, 5), "housing", "group");

  const auto quarter = *measures::quarter_of("2026-Q3");
  const auto counted = [&](const char* question) {
    return *vault::counts::count(at_work, *vault::counts::question_from(question), quarter.first,
                                 quarter.last);
  };
  using Counts = std::map<std::string, std::int64_t>;
  EXPECT_EQ(counted("people_by_standing"), (Counts{{"new", 3}, {"continuing", 1}}));
  EXPECT_EQ(counted("people_by_age"), (Counts{{"18_20", 2}, {"not_known", 2}}));
  EXPECT_EQ(counted("events_by_category"), (Counts{{"housing", 2}, {"legal", 2}}));
  EXPECT_EQ(counted("events_by_mode"), (Counts{{"in_person", 1}, {"phone", 2}, {"group", 1}}));
  EXPECT_FALSE(vault::counts::question_from("people_by_name"));
}

TEST_P(AggregateGateTest, OtherNodesAreToldInTheSameTransactionAndTheirNoTakesItBack) {
  int told = 0;
  bool fails = true;
  measures::Measures telling(
      database(), clock_, random_,
      [&](db::Connection&, const trust::Actor&, const SignedTable&) -> Result<void> {
        ++told;
        if (fails) return fail(ErrorKind::kUnavailable, "the line's outbox is full");
        return {};
      });
  const SignedTable one =
      signed_by(*ring_, gate_->prepare(work(), "clients_served", "2026-Q3")->write());
  const auto failed = telling.accept(advocate_, one);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(stored(), 0) << "not told, not taken";
  EXPECT_EQ(denials(), 0) << "nobody refused it";
  fails = false;
  ASSERT_TRUE(telling.accept(advocate_, one));
  EXPECT_EQ(told, 2);
  const SignedTable other =
      signed_by(*ring_, gate_->prepare(work(), "services_by_mode", "2026-Q3")->write());
  ASSERT_TRUE(telling.accept(advocate_, other));
  const auto take_back = [&](const SignedTable& table) {
    ASSERT_TRUE(database().write(
        [&](db::Connection& connection) { return measures::take_back(connection, table); }));
  };
  take_back({one.text, one.public_key, other.signature});
  EXPECT_EQ(stored(), 2);
  take_back(one);
  EXPECT_EQ(stored(), 1);
  EXPECT_EQ(gate_->sent(work())->front().table.measure, "services_by_mode");
}

}  // namespace
}  // namespace daybreak::gates
