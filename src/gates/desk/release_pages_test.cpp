// SPDX-License-Identifier: AGPL-3.0-or-later
// A release through its pages: from the first question to the stop, and what each step refuses.
#include "gates/desk/conversation.hpp"
#include "gates/desk/test_desk.hpp"

namespace daybreak::gates::desk {
namespace {

class ReleasePages : public DeskTest {
 protected:
  std::string begin() {
    const Answer begun = advocate_.post(of_client("/releases"), {});
    EXPECT_EQ(begun.status, 303) << begun.body;
    EXPECT_TRUE(begun.location.ends_with("/who")) << begun.location;
    return begun.location.substr(0, begun.location.size() - 4);
  }
  const Form kWho{{"organization", id_number<OrganizationId>(2).to_string()},
                  {"role", "investigator"},
                  {"method", "copy"}};
  const Form kWhat{{"items", "answer:phone"}};
  const Form kWhy{{"purpose", "to be called about the hearing"},
                  {"other_ways", "she prefers that we do it"},
                  {"language", "en"},
                  {"risks_told", "1"},
                  {"rights_told", "1"}};
  const Form kUntil{{"days", "7"}};
  const Form kSign{{"signer", "adult"}, {"signature", "Ana Ejemplo_"}};

  void goes_on(const std::string& at, const std::string& step, const Form& form,
               const std::string& next) {
    const Answer answer = advocate_.post(at + "/" + step, form);
    EXPECT_EQ(answer.status, 303) << step << answer.body;
    EXPECT_EQ(answer.location, at + next);
  }
  void prepare(const std::string& at) {
    goes_on(at, "who", kWho, "/what");
    goes_on(at, "what", kWhat, "/why");
    goes_on(at, "why", kWhy, "/until");
    goes_on(at, "until", kUntil, "/sign");
  }
  std::string signed_release() {
    const std::string at = begin();
    prepare(at);
    goes_on(at, "sign", kSign, "");
    return at;
  }
  std::string pointer() {
    const Answer inbox = detective_.get("/vault/inbox");
    const auto from = inbox.body.find("/vault/inbox/");
    return from == std::string::npos
               ? std::string()
               : inbox.body.substr(from, std::string("/vault/inbox/").size() + 36);
  }
};

TEST_F(ReleasePages, FromTheFirstQuestionToTheStop) {
  EXPECT_TRUE(advocate_.get(of_client("/releases")).says("Nothing may be told to anyone"));
  const std::string at = begin();
  machine_.run("UPDATE trust_organization SET active = 0 WHERE id = $1",
               {id_number<OrganizationId>(3)});
  const Answer who = advocate_.get(at + "/who");
  EXPECT_TRUE(who.says("1 of 5") && who.says(">Example 2_<"));
  EXPECT_FALSE(who.says(">Example 1_<")) << "the own organisation is no recipient";
  EXPECT_FALSE(who.says(">Example 3_<")) << "it is not active";
  EXPECT_FALSE(who.says(">Back<"));
  EXPECT_EQ(advocate_.get(at).location, at + "/who");
  goes_on(at, "who", kWho, "/what");
  const Answer what = advocate_.get(at + "/what");
  EXPECT_TRUE(what.says("answer:phone") && what.says("answer:preferred_name"));
  EXPECT_FALSE(what.says("answer:goals")) << "she did not answer it";
  EXPECT_FALSE(what.says("checked")) << "nothing is ticked";
  EXPECT_TRUE(what.says("services_from") && what.says(">Back<"));
  goes_on(at, "what", kWhat, "/why");
  EXPECT_TRUE(advocate_.get(at + "/what").says("checked"));
  goes_on(at, "why", kWhy, "/until");
  EXPECT_TRUE(advocate_.get(at + "/why").says("to be called about the hearing"));
  goes_on(at, "until", kUntil, "/sign");
  const Answer sign = advocate_.get(at + "/sign");
  EXPECT_TRUE(sign.says("Example 2_, Investigators, may know this and nothing else"));
  EXPECT_TRUE(sign.says("What you are about to allow") && sign.says(">Sign<"));
  goes_on(at, "sign", kSign, "");

  const Answer page = advocate_.get(at);
  for (const char* words : {"In force", "7 days", "Tell it now", "She or he said stop",
                            "Their key has not been compared yet", "Issue it again", "Worker 1_",
                            "to be called about the hearing", "she prefers that we do it"})
    EXPECT_TRUE(page.says(words)) << words;
  for (const char* words :
       {"Guardian", "Witness", "Interpreter", "It also ends when", "On paper", "716-555-0142"})
    EXPECT_FALSE(page.says(words)) << words;
  EXPECT_EQ(advocate_.get(at + "/who").location, at) << "a signed release is not changed";
  EXPECT_EQ(advocate_.post(at + "/until", {{"days", "30"}}).status, 409);
  EXPECT_EQ(detective_.get("/vault/inbox").status, 200);
  EXPECT_EQ(pointer(), "");

  const Answer told = advocate_.post(at + "/tell", {{"items", "answer:phone"}});
  EXPECT_EQ(told.status, 303) << told.body;
  EXPECT_EQ(told.location, of_client("/record"));
  const std::string item = pointer();
  const Answer seen = detective_.get(item);
  EXPECT_EQ(seen.status, 200);
  EXPECT_TRUE(seen.says("716-555-0142") && seen.says("From Example 1_"));
  EXPECT_FALSE(seen.says("Ana Ejemplo_"));
  const Answer record = advocate_.get(of_client("/record"));
  for (const char* words :
       {"Example 2_, Investigators", "Worker 1_", "Worker 2_", "R-1", "Opened what was released"})
    EXPECT_TRUE(record.says(words)) << words;
  EXPECT_FALSE(record.says("716-555-0142")) << "the record holds no content";

  EXPECT_EQ(advocate_.post(at + "/stop", {{"how", "spoken"}}).location, at);
  const Answer stopped = advocate_.get(at);
  EXPECT_TRUE(stopped.says("Stopped"));
  EXPECT_FALSE(stopped.says("Tell it now") || stopped.says("She or he said stop"));
  EXPECT_FALSE(stopped.says("Their key has not been compared yet"));
  EXPECT_EQ(detective_.get(item).status, 404);
  EXPECT_EQ(pointer(), "");
  const Answer list = advocate_.get(of_client("/releases"));
  EXPECT_TRUE(list.says("R-1") && list.says("Stopped") && list.says("Example 2_"));
  EXPECT_FALSE(list.says("She or he said stop"));
  EXPECT_EQ(advocate_.post(at + "/stop", {{"how", "spoken"}}).status, 409);
  EXPECT_EQ(advocate_.post(at + "/tell", {{"items", "answer:phone"}}).status, 409);
}

TEST_F(ReleasePages, WhatIsMissingIsNamed) {
  const std::string at = begin();
  const auto refuses = [&](const std::string& step, Form form, const std::string& without,
                           const Form& instead, const std::string& words) {
    std::erase_if(form, [&](const auto& one) { return one.first == without; });
    form.insert(form.end(), instead.begin(), instead.end());
    const Answer answer = advocate_.post(at + "/" + step, form);
    EXPECT_EQ(answer.status, 422) << step << " without " << without;
    EXPECT_TRUE(answer.says("Something is missing") && answer.says(words))
        << step << " without " << without << answer.body;
  };
  refuses("who", kWho, "", {{"email", "nobody@example.org"}},
          "Nobody with this address is at this organization.");
  refuses("who", kWho, "", {{"email", "worker1@example.org"}},
          "Nobody with this address is at this organization.");
  refuses("who", kWho, "organization", {{"email", "worker2@example.org"}},
          "Nobody with this address is at this organization.");
  prepare(at);
  refuses("until", kUntil, "days", {{"days", "0"}}, "A release lasts 1 to 90 days.");
  refuses("until", kUntil, "", {{"other_days", "91"}}, "A release lasts 1 to 90 days.");
  refuses("until", kUntil, "", {{"other_days", "-1"}}, "A release lasts 1 to 90 days.");
  refuses("until", kUntil, "", {{"other_days", "1000"}}, "A release lasts 1 to 90 days.");
  refuses("until", kUntil, "days", {}, "A release lasts 1 to 90 days.");
  refuses("sign", kSign, "signature", {}, "The signature is missing.");
  refuses("sign", kSign, "signer", {{"signer", "minor_alone"}},
          "Name the law under which a minor signs alone.");
  refuses("sign", kSign, "signer", {{"signer", "court_guardian"}}, "A guardian signs only who");
  const auto without = [&](const std::string& step, const Form& form, const std::string& field,
                           const std::string& words) {
    Form less = form;
    std::erase_if(less, [&](const auto& one) { return one.first == field; });
    EXPECT_EQ(advocate_.post(at + "/" + step, less).status, 303) << field;
    refuses("sign", kSign, "", {}, words);
    EXPECT_EQ(advocate_.post(at + "/" + step, form).status, 303) << field;
  };
  without("why", kWhy, "purpose", "Write what it is for.");
  without("why", kWhy, "risks_told", "Talk about what could go wrong first.");
  without("why", kWhy, "rights_told", "Talk about the right to refuse and to stop.");
  without("why", kWhy, "other_ways", "Talk about other ways first.");
  without("what", kWhat, "items", "Choose at least one item that fits.");
  without("who", kWho, "organization", "Choose exactly one organization.");
  without("who", kWho, "role", "Choose who there, or name the person.");
  goes_on(at, "sign", kSign, "");
}

TEST_F(ReleasePages, ADraftKeepsWhatWasSaid) {
  const std::string at = begin();
  const auto after = [&](const std::string& step, const Form& form) {
    EXPECT_EQ(advocate_.post(at + "/" + step, form).status, 303);
    return advocate_.get(at + "/" + step);
  };
  // One person there, by the address that she signs in with.
  Form person = kWho;
  person[1] = {"role", ""};
  person.emplace_back("email", " worker2@example.org ");
  EXPECT_TRUE(after("who", person).says("value=\"worker2@example.org\""));
  EXPECT_TRUE(advocate_.get(at + "/sign").says("Example 2_, Worker 2_, may know"));
  // An organisation elsewhere, told by word of mouth: topics instead of answers.
  const Form elsewhere{
      {"elsewhere", " Court of Example "}, {"person", "the clerk"}, {"method", "spoken"}};
  const Answer who = after("who", elsewhere);
  EXPECT_TRUE(who.says("value=\"Court of Example\"") && who.says("value=\"the clerk\""));
  EXPECT_TRUE(advocate_.get(at + "/sign").says("Court of Example, the clerk, may know"));
  const Answer topics = advocate_.get(at + "/what");
  EXPECT_TRUE(topics.says("topic:"));
  EXPECT_FALSE(topics.says("answer:phone") || topics.says("services_from"));
  // Another way of telling has other items.
  after("who", kWho);
  EXPECT_TRUE(after("what", kWhat).says("checked"));
  EXPECT_TRUE(after("who", kWho).says("copy"));
  EXPECT_TRUE(advocate_.get(at + "/what").says("checked"));
  after("who", elsewhere);
  after("who", kWho);
  EXPECT_FALSE(advocate_.get(at + "/what").says("checked"));
  // Services between two days.
  const Answer services =
      after("what", {{"services_from", "2026-10-01"}, {"services_to", "2026-10-31"}});
  EXPECT_TRUE(services.says("2026-10-01") && services.says("2026-10-31"));
  EXPECT_TRUE(advocate_.get(at + "/sign").says("Services from 2026-10-01 to 2026-10-31"));
  Form why = kWhy;
  why.emplace_back("interpreter", "Ivo Interpreter_");
  EXPECT_TRUE(after("why", why).says("Ivo Interpreter_"));
  const Answer until = after("until", {{"days", "7"},
                                       {"other_days", "45"},
                                       {"until_event", "the hearing is over"},
                                       {"starts_on", "2026-12-01"},
                                       {"single_use", "1"}});
  EXPECT_TRUE(until.says("value=\"45\"") && until.says("the hearing is over") &&
              until.says("2026-12-01") && until.says("checked"));
  EXPECT_TRUE(advocate_.get(at + "/sign").says("or until this happens: the hearing is over"));
  EXPECT_FALSE(after("until", kUntil).says("value=\"45\""));
  EXPECT_FALSE(advocate_.get(at + "/sign").says("or until this happens"));
  EXPECT_FALSE(advocate_.get(at + "/until").says("2026-12-01"));
  // What nobody chose yet is said.
  const std::string empty = begin();
  EXPECT_TRUE(
      advocate_.get(empty + "/sign")
          .says("(nobody yet), (nobody yet), may know this and nothing else: (nothing yet)"));
}

TEST_F(ReleasePages, IssuedAgainItIsForTheSameRecipientAndNoMore) {
  const std::string at = signed_release();
  const Answer again = advocate_.post(at + "/again", {});
  ASSERT_EQ(again.status, 303) << again.body;
  const std::string next = again.location.substr(0, again.location.size() - 4);
  EXPECT_TRUE(advocate_.get(next + "/who").says("issued again for the same recipient"));
  Form other = kWho;
  other[1] = {"role", "prosecutor"};
  goes_on(next, "who", other, "/what");
  const Answer what = advocate_.get(next + "/what");
  EXPECT_TRUE(what.says("answer:phone"));
  EXPECT_FALSE(what.says("answer:preferred_name"));
  EXPECT_TRUE(advocate_.get(next + "/sign").says("Example 2_, Investigators"));
}

TEST_F(ReleasePages, AWitnessAGuardianAndAnEventStandOnIt) {
  const std::string at = begin();
  prepare(at);
  Form why = kWhy, until = kUntil, sign = kSign;
  why.emplace_back("interpreter", "Ivo Interpreter_");
  until.emplace_back("until_event", "the hearing is over");
  goes_on(at, "why", why, "/until");
  goes_on(at, "until", until, "/sign");
  sign[0] = {"signer", "court_guardian"};
  sign.insert(sign.end(), {{"guardian", "Gia Guardian_"},
                           {"guardian_is_not_abuser", "1"},
                           {"witness", "Wes Witness_"}});
  goes_on(at, "sign", sign, "");
  const Answer page = advocate_.get(at);
  for (const char* words :
       {"Gia Guardian_", "Wes Witness_", "Ivo Interpreter_", "A guardian appointed by a court",
        "It also ends when this happens: the hearing is over"})
    EXPECT_TRUE(page.says(words)) << words;
  EXPECT_EQ(advocate_.post(at + "/stop", {{"how", "event"}}).location, at);
  EXPECT_TRUE(advocate_.get(at).says("Expired"));
}

TEST_F(ReleasePages, WhoeverHasNoBusinessThereMeetsNothing) {
  const std::string at = signed_release();
  ASSERT_EQ(advocate_.post(at + "/tell", {{"items", "answer:phone"}}).status, 303);
  const std::string item = pointer();
  const Person court(*this, 2, 4, "court_staff"), other(*this, 1, 5, "court_staff"),
      homeless(*this, 3, 6, "advocate", false), locked(*this, 1, 7, "advocate", false);
  EXPECT_EQ(court.get(item).status, 404);
  EXPECT_FALSE(court.get("/vault/inbox").says("R-1"));
  for (const std::string& page :
       {at, at + "/who", at + "/sign", of_client("/releases"), of_client("/record")}) {
    EXPECT_EQ(detective_.get(page).status, 404) << page;
    EXPECT_NE(other.get(page).status, 200) << page;
    EXPECT_TRUE(homeless.get(page).says("Your organization has no vault here")) << page;
    EXPECT_TRUE(locked.get(page).location.starts_with("/vault/unlock")) << page;
  }
  for (const char* act : {"/tell", "/stop", "/again", "/who", "/sign"})
    EXPECT_EQ(detective_.post(at + act, {{"how", "spoken"}}).status, 404) << act;
  EXPECT_EQ(detective_.post(of_client("/releases"), {}).status, 404);
  EXPECT_TRUE(advocate_.get(at).says("In force"));
  const std::string nothing = "/" + Uuid::generate(clock_, random_).to_string();
  EXPECT_EQ(advocate_.get("/vault/releases" + nothing).status, 404);
  EXPECT_EQ(advocate_.get("/vault/clients" + nothing + "/record").status, 404);
  EXPECT_EQ(detective_.get("/vault/inbox" + nothing).status, 404);
  EXPECT_EQ(detective_.get(item + "/files" + nothing).status, 404);
}

TEST_F(ReleasePages, HowLongItIsStillSeen) {
  const language::Words t(language::Language::kEnglish);
  using std::chrono::hours, std::chrono::minutes;
  EXPECT_EQ(remaining_words(t, minutes(59)), "less than an hour");
  EXPECT_EQ(remaining_words(t, hours(1)), "1 hour");
  EXPECT_EQ(remaining_words(t, hours(47) + minutes(59)), "47 hours");
  EXPECT_EQ(remaining_words(t, hours(48)), "2 days");
  EXPECT_EQ(item_words(t, {vault::releases::ItemKind::kAnswer, "no_question"}), "no_question");
  EXPECT_EQ(role_words(t, Role::kInvestigator), "Investigators");
  EXPECT_EQ(step_from("until"), Step::kUntil);
  EXPECT_FALSE(step_from("nothing"));
}

}  // namespace
}  // namespace daybreak::gates::desk
