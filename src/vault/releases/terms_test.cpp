// SPDX-License-Identifier: AGPL-3.0-or-later
// Terms and rows of a release by themselves, without a store: each state, each recipient, each
// element that is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test_result.hpp"
#include "vault/releases/releases.hpp"
#include "vault/releases/test_terms.hpp"

namespace daybreak::vault::releases {
namespace {

ReleaseRow row_of(std::string state) {
  ReleaseRow row;
  row.stored_state = std::move(state);
  row.starts_at = row.signed_at = kTestStart;
  row.expires_at = kTestStart + std::chrono::days(14);
  row.recipient_organization = id_number<trust::OrganizationId>(2);
  return row;
}

TEST(ReleaseRowTest, IsInOneStateAtEachMoment) {
  const Instant begins = kTestStart, ends = kTestStart + std::chrono::days(14);
  constexpr std::chrono::milliseconds kStep(1);
  EXPECT_EQ(row_of("signed").state_at(begins - kStep), ReleaseState::kWaiting);
  EXPECT_EQ(row_of("signed").state_at(begins), ReleaseState::kActive);
  EXPECT_EQ(row_of("signed").state_at(ends - kStep), ReleaseState::kActive);
  EXPECT_EQ(row_of("signed").state_at(ends), ReleaseState::kExpired);
  EXPECT_EQ(row_of("exhausted").state_at(begins), ReleaseState::kExhausted);
  EXPECT_EQ(row_of("exhausted").state_at(ends), ReleaseState::kExpired);
  EXPECT_EQ(row_of("revoked").state_at(begins), ReleaseState::kRevoked);
  EXPECT_EQ(row_of("superseded").state_at(begins), ReleaseState::kSuperseded);
  EXPECT_EQ(row_of("draft").state_at(begins), ReleaseState::kDraft);
  ReleaseRow ended = row_of("signed");
  ended.ended_at = begins;
  EXPECT_EQ(ended.state_at(begins), ReleaseState::kExpired);
  for (const auto part :
       {&ReleaseRow::starts_at, &ReleaseRow::expires_at, &ReleaseRow::signed_at}) {
    ReleaseRow damaged = row_of("signed");
    (damaged.*part).reset();
    EXPECT_EQ(damaged.state_at(begins), ReleaseState::kDraft);
  }
}

TEST(ReleaseRowTest, IsForNobodyWhomItDoesNotName) {
  trust::Actor detective = test_member(2, 6, {Role::kInvestigator});
  ReleaseRow row = row_of("signed");
  row.recipient_role = Role::kInvestigator;
  EXPECT_TRUE(row.is_for(detective));
  row.recipient_organization.reset();
  EXPECT_FALSE(row.is_for(detective));
  row = row_of("signed");
  row.recipient_member = detective.member;
  EXPECT_TRUE(row.is_for(detective));  // whatever her role is
  EXPECT_FALSE(row.is_for(test_member(2, 7, {Role::kInvestigator})));
  detective.kind = trust::Actor::Kind::kSystem;
  EXPECT_FALSE(row.is_for(detective));
}

std::string wrong(const std::function<void(Terms&)>& change, const Signature& signature = kSigned) {
  Terms terms = good_terms();
  change(terms);
  const auto checked = check_complete(terms, signature);
  return checked ? "complete" : checked.error().place;
}

TEST(ReleaseTerms, SpansOfDaysAreOfTwoDaysInOrder) {
  const auto span = [](const char* subject) {
    return wrong([&](Terms& t) { t.items = {{ItemKind::kServices, subject}}; });
  };
  EXPECT_EQ(span("2026-11-01..2026-11-30"), "complete");
  EXPECT_EQ(span("2026-11-01..2026-11-01"), "complete");
  EXPECT_EQ(span("2026-11-02..2026-11-01"), "field items");
  EXPECT_EQ(span("2026-11-31..2026-12-01"), "field items");
  EXPECT_EQ(span("2026-11-01..2026-11-31"), "field items");
  EXPECT_EQ(span("2026-11-01"), "field items");
  EXPECT_EQ(span("x..2026-11-01"), "field items");
  EXPECT_EQ(span("2026-11-01..x"), "field items");
  EXPECT_EQ(span(""), "field items");
}

TEST(ReleaseTerms, NotesAndTopicsAreOnesThatExist) {
  const auto item = [](Item one, const char* method) {
    return wrong([&](Terms& t) {
      t.items = {std::move(one)};
      t.method = method;
    });
  };
  SeededRandom random(1);
  const ManualClock clock(kTestStart);
  const std::string note = notes::NoteId::generate(clock, random).to_string();
  EXPECT_EQ(item({ItemKind::kNote, note}, "copy"), "complete");
  EXPECT_EQ(item({ItemKind::kNote, "all of them"}, "copy"), "field items");
  EXPECT_EQ(item({ItemKind::kTopic, "housing"}, "spoken"), "complete");
  EXPECT_EQ(item({ItemKind::kTopic, "everything"}, "spoken"), "field items");
  EXPECT_EQ(item({ItemKind::kNote, note}, "spoken"), "field items");
  EXPECT_EQ(item({ItemKind::kAttachment, note}, "copy"), "complete");
  EXPECT_EQ(item({ItemKind::kAttachment, "the photograph"}, "copy"), "field items");
  EXPECT_EQ(item({ItemKind::kGoal, note}, "copy"), "complete");
  EXPECT_EQ(item({ItemKind::kGoal, "to be free"}, "copy"), "field items");
  EXPECT_EQ(item({ItemKind::kNote, note}, "telepathy"), "field method");
}

TEST(ReleaseTerms, WordsAreTextAndNotEndless) {
  const auto words = [](const std::string& text) {
    return wrong([&](Terms& t) { t.interpreter = text; });
  };
  EXPECT_EQ(words(std::string(4000, 'x')), "complete");
  EXPECT_EQ(words(std::string(4001, 'x')), "field purpose");
  EXPECT_EQ(words("\xff"), "field purpose");
  EXPECT_EQ(words(std::string("a\0b", 3)), "field purpose");
  EXPECT_EQ(wrong([](Terms& t) { t.days = 1; }), "complete");
  EXPECT_EQ(wrong([](Terms& t) { t.days = 90; }), "complete");
}

TEST(ReleaseTerms, WhoSignsForAnotherIsNamedSignsAndDidNoHarm) {
  const Signature both{.name = "Ana Ejemplo_", .guardian_name = "Eva Ejemplo_"};
  for (const Signer signer : {Signer::kMinorAndGuardian, Signer::kCourtGuardian}) {
    const auto change = [&](const char* name, bool no_abuser) {
      return [=](Terms& t) {
        t.signer = signer;
        t.guardian = name;
        t.guardian_is_not_abuser = no_abuser;
      };
    };
    EXPECT_EQ(wrong(change("Eva Ejemplo_", true), both), "complete");
    EXPECT_EQ(wrong(change("", true), both), "field guardian");
    EXPECT_EQ(wrong(change("Eva Ejemplo_", true), kSigned), "field guardian");
    EXPECT_EQ(wrong(change("Eva Ejemplo_", false), both), "field guardian_is_not_abuser");
  }
  EXPECT_EQ(wrong([](Terms& t) {
              t.signer = Signer::kMinorAlone;
              t.minor_law = "N.Y. Pub. Health Law 2504";
            }),
            "complete");
  for (const Signer signer :
       {Signer::kAdult, Signer::kMinorAndGuardian, Signer::kMinorAlone, Signer::kCourtGuardian})
    EXPECT_EQ(signer_from(code_of(signer)), signer);
  EXPECT_EQ(signer_from("anyone"), std::nullopt);
}

TEST(ReleaseTerms, ARecipientIsOneOrganizationAndAPersonOrRole) {
  EXPECT_EQ(wrong([](Terms& t) {
              t.recipient_role.reset();
              t.recipient_member = id_number<trust::MemberId>(5);
            }),
            "complete");
  const auto elsewhere = [](Terms& t) {
    t.recipient_organization.reset();
    t.recipient_elsewhere = "County clinic_";
  };
  EXPECT_EQ(wrong(elsewhere), "field method");  // no copy opens where there is no vault
  EXPECT_EQ(wrong([&](Terms& t) {
              elsewhere(t);
              t.method = "paper";
            }),
            "complete");
  EXPECT_EQ(wrong([&](Terms& t) {
              elsewhere(t);
              t.method = "paper";
              t.recipient_role.reset();
            }),
            "field recipient_person");
  EXPECT_EQ(wrong([&](Terms& t) {
              t.method = "paper";
              t.recipient_role.reset();
              t.recipient_person = "Detective on duty";
            }),
            "complete");
}

TEST(ReleaseTerms, ComeBackFromTheirDocument) {
  Terms terms = good_terms();
  terms.recipient_member = id_number<trust::MemberId>(5);
  terms.recipient_person = "a";
  terms.until_event = "b";
  terms.guardian = "c";
  terms.minor_law = "d";
  terms.interpreter = "e";
  terms.recipient_elsewhere = "f";
  terms.single_use = terms.guardian_is_not_abuser = true;
  terms.days = 33;
  terms.signer = Signer::kCourtGuardian;
  terms.method = "spoken";
  terms.language = "es";
  terms.dependants = {id_number<clients::RelativeId>(9)};
  const Terms back = read_terms(write_terms(terms));
  EXPECT_EQ(to_text(write_terms(back)), to_text(write_terms(terms)));
  EXPECT_EQ(back.items, terms.items);
  EXPECT_EQ(back.recipient_member, terms.recipient_member);
  EXPECT_EQ(back.days, 33);
  EXPECT_TRUE(back.single_use && back.risks_told && back.rights_told);
  const Terms none = read_terms(*parse_json(
      R"({"items":[3,"gossip:x","nothing"],"dependants":[1,"x"],"days":"9","risks_told":"yes",)"
      R"("purpose":4,"recipient_organization":"x"})"));
  EXPECT_TRUE(none.items.empty() && none.dependants.empty() && none.purpose.empty());
  EXPECT_FALSE(none.risks_told || none.recipient_organization);
  EXPECT_EQ(none.days, kDefaultDays);
  EXPECT_EQ(item_from("answer"), std::nullopt);
  EXPECT_EQ(item_from("gossip:phone"), std::nullopt);
  EXPECT_EQ(back.dependants, terms.dependants);
  for (const char* text : {"{}", R"({"items":"answer:phone","dependants":"x","days":null})"}) {
    const Terms empty = read_terms(*parse_json(text));
    EXPECT_TRUE(empty.items.empty() && empty.dependants.empty()) << text;
    EXPECT_EQ(empty.days, kDefaultDays);
  }
  Signature paper{
      SignatureKind::kPaper, "a", "b", "c", true, id_number<clients::RelativeId>(4).uuid()};
  const Signature read = read_signature(write_signature(paper));
  EXPECT_EQ(read.paper, paper.paper);
  EXPECT_TRUE(read.kind == SignatureKind::kPaper && read.took_copy);
  EXPECT_EQ(read.name + read.guardian_name + read.witness, "abc");
  EXPECT_EQ(read_signature(write_signature(kSigned)).kind, SignatureKind::kOnScreen);
}

TEST(ReleaseTerms, ATaskForceIsNoOrganizationElsewhereEither) {
  EXPECT_EQ(wrong([](Terms& t) {
              t.recipient_organization.reset();
              t.recipient_elsewhere = "the County Task Force";
              t.recipient_person = "an officer";
              t.method = "paper";
            }),
            "field recipient_person");
}

}  // namespace
}  // namespace daybreak::vault::releases
