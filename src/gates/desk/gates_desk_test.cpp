// SPDX-License-Identifier: AGPL-3.0-or-later
// Referrals, keys of other organisations and numbers through their pages: what each shows to whom,
// and what it refuses.
#include "gates/desk/test_desk.hpp"

namespace daybreak::gates::desk {
namespace {

class ReferralPages : public DeskTest {
 protected:
  const Form kAsked{{"receiver", id_number<OrganizationId>(2).to_string()},
                    {"service", "safety.tonight"},
                    {"urgency", "now"},
                    {"household", " 3 "},
                    {"language", "es"},
                    {"age_group", "minor"},
                    {"hand_over", "call_worker"},
                    {"accessibility", "wheelchair"}};
  // The token's id.
  std::string send() {
    const Answer sent = advocate_.post(of_client("/refer"), kAsked);
    EXPECT_EQ(sent.status, 303) << sent.body;
    EXPECT_EQ(sent.location, of_client("/refer"));
    return token_on(advocate_.get(of_client("/refer")), of_client("/refer/"));
  }
  static std::string token_on(const Answer& page, const std::string& before) {
    const auto at = page.body.find(before);
    return at == std::string::npos ? std::string() : page.body.substr(at + before.size(), 36);
  }
};

TEST_F(ReferralPages, GoFromAskingToTheHandOver) {
  machine_.run("UPDATE trust_organization SET active = 0 WHERE id = $1",
               {id_number<OrganizationId>(3)});
  const Answer form = advocate_.get(of_client("/refer"));
  EXPECT_TRUE(form.says("You know whom to ask") && form.says(">Example 2_<"));
  EXPECT_FALSE(form.says(">Example 1_<") || form.says(">Example 3_<"));
  EXPECT_FALSE(form.says("Sent for this person"));
  EXPECT_TRUE(detective_.get("/referrals").says("No referral waits for you"));
  const std::string token = send();
  const Answer mine = advocate_.get(of_client("/refer"));
  EXPECT_TRUE(mine.says("Waits for an answer") && mine.says("They answer by"));
  EXPECT_TRUE(mine.says(">Withdraw<"));
  EXPECT_FALSE(mine.says(">We are connected<"));
  const Answer theirs = detective_.get("/referrals");
  for (const char* words :
       {"Example 1_", "Worker 1_", "We can help", "No room", "We cannot", "Spanish", "Wheelchair"})
    EXPECT_TRUE(theirs.says(words)) << words;
  for (const char* words : {"We are connected", "Answered by", "Ana", "716"})
    EXPECT_FALSE(theirs.says(words)) << words;
  EXPECT_TRUE(detective_.get("/es/referrals").says("Example 1_"));
  EXPECT_EQ(detective_.post("/referrals/" + token, {{"state", "accepted"}}).location, "/referrals");
  const Answer accepted = detective_.get("/referrals");
  EXPECT_TRUE(accepted.says("We are connected") && accepted.says("Worker 2_"));
  EXPECT_FALSE(accepted.says("We can help"));
  const Answer called = advocate_.get(of_client("/refer"));
  EXPECT_TRUE(called.says("Worker 2_ has it. Hand over by") && called.says("We are connected"));
  EXPECT_EQ(advocate_.post(of_client("/refer/" + token), {{"state", "connected"}}).location,
            of_client("/refer"));
  const Answer done = advocate_.get(of_client("/refer"));
  EXPECT_TRUE(done.says("Connected"));
  EXPECT_FALSE(done.says("Withdraw") || done.says("Hand over by"));
  EXPECT_FALSE(detective_.get("/referrals").says("No room"));
  EXPECT_EQ(advocate_.post(of_client("/refer/" + token), {{"state", "withdrawn"}}).status, 409);
}

TEST_F(ReferralPages, AreWithdrawnAndAnsweredOnlyByThoseWhoseTheyAre) {
  const std::string token = send();
  EXPECT_EQ(detective_.post("/referrals/" + token, {{"state", "nothing"}}).status, 400);
  EXPECT_EQ(detective_.post("/referrals/" + token, {}).status, 400);
  const Person third(*this, 3, 6, "advocate", false);
  EXPECT_EQ(third.post("/referrals/" + token, {{"state", "accepted"}}).status, 404);
  EXPECT_FALSE(third.get("/referrals").says("Example 1_"));
  EXPECT_EQ(detective_.post(of_client("/refer/" + token), {{"state", "withdrawn"}}).status, 404);
  EXPECT_EQ(detective_.get(of_client("/refer")).status, 404);
  EXPECT_EQ(detective_.post(of_client("/refer"), kAsked).status, 404);
  EXPECT_TRUE(detective_.get("/referrals").says("We can help"));
  EXPECT_EQ(advocate_.post(of_client("/refer/" + token), {{"state", "withdrawn"}}).status, 303);
  EXPECT_TRUE(advocate_.get(of_client("/refer")).says("Withdrawn"));
  EXPECT_EQ(detective_.post("/referrals/" + token, {{"state", "accepted"}}).status, 409);
}

TEST_F(ReferralPages, AWrongOneIsNotSentAndKeepsWhatWasChosen) {
  for (const auto& [field, value] : Form{{"receiver", ""},
                                         {"receiver", "nobody"},
                                         {"service", "nothing"},
                                         {"service", ""},
                                         {"household", "0"},
                                         {"household", "13"},
                                         {"household", "many"},
                                         {"urgency", "never"},
                                         {"language", "xxxx"},
                                         {"accessibility", "nothing"}}) {
    Form wrong = kAsked;
    for (auto& one : wrong)
      if (one.first == field) one.second = value;
    const Answer answer = advocate_.post(of_client("/refer"), wrong);
    EXPECT_EQ(answer.status, 422) << field << "=" << value;
    EXPECT_TRUE(answer.says("Something is missing"));
    if (field != "receiver") {
      EXPECT_TRUE(answer.says("selected")) << field;
    }
  }
  EXPECT_FALSE(advocate_.get(of_client("/refer")).says("Waits for an answer"));
  // What is left out is what most need.
  ASSERT_EQ(advocate_.post(of_client("/refer"), {kAsked[0], kAsked[1]}).status, 303);
  const auto token = machine_.referrals.received(
      vault::test_member(2, 2, {Role::kInvestigator}, vault::kTestStart));
  ASSERT_EQ(token->size(), 1u);
  const referrals::Request& request = token->front().request;
  EXPECT_EQ(request.urgency + request.language + request.age_group + request.hand_over,
            "todayenadulttogether");
  EXPECT_EQ(request.household, 1);
  EXPECT_TRUE(request.accessibility.empty());
}

TEST_F(ReferralPages, TheListIsSortedFilteredAndTakenOutWithoutPeople) {
  EXPECT_TRUE(advocate_.get("/vault/referrals").says("No referral waits for an answer"));
  const std::string first = send();
  clock_.advance(std::chrono::minutes(1));
  Form legal = kAsked;
  legal[0].second = id_number<OrganizationId>(3).to_string();
  legal[1].second = "justice.advocate";
  ASSERT_EQ(advocate_.post(of_client("/refer"), legal).status, 303);
  ASSERT_EQ(detective_.post("/referrals/" + first, {{"state", "declined"}}).status, 303);
  const Answer waiting = advocate_.get("/vault/referrals");
  EXPECT_TRUE(waiting.says("Example 3_"));
  EXPECT_FALSE(waiting.says("Example 2_"));
  EXPECT_TRUE(waiting.says("C-1"));
  const Answer all = advocate_.get("/vault/referrals?state=all");
  EXPECT_TRUE(all.says("Example 2_") && all.says("Example 3_"));
  const auto first_is = [&](const std::string& sort, const std::string& name) {
    const Answer page = advocate_.get("/vault/referrals?state=all&sort=" + sort);
    const std::string other = name == "Example 2_" ? "Example 3_" : "Example 2_";
    EXPECT_LT(page.body.find(name), page.body.find(other)) << sort;
  };
  first_is("", "Example 3_");  // newest first
  first_is("when", "Example 2_");
  first_is("-when", "Example 3_");
  first_is("to", "Example 2_");
  first_is("-to", "Example 3_");
  first_is("state", "Example 2_");  // declined, waits
  first_is("-state", "Example 3_");
  const Answer table =
      advocate_.post("/vault/referrals/export", {{"state", "all"}, {"sort", "to"}});
  EXPECT_EQ(table.status, 200);
  EXPECT_TRUE(table.says("sent_at,to,service,state,next_by"));
  EXPECT_LT(table.body.find("Example 2_,safety.tonight,declined,\r\n"),
            table.body.find("Example 3_,justice.advocate,sent,20"))
      << table.body;
  EXPECT_FALSE(table.says("C-1") || table.says(client_.to_string()));
  EXPECT_FALSE(advocate_.post("/vault/referrals/export", {}).says("Example 2_"));
  EXPECT_NE(Machine::log_of(machine_.vault(1).database()).find("export"), std::string::npos);
}

TEST_F(ReferralPages, TodaySaysHowManyWait) {
  const auto today = [&](const Person& person) {
    const trust::Session session = person.session();
    html::Markup out(language::Language::kEnglish);
    int sum = 0;
    for (const auto& part : visits_.today_parts()) sum += part(session, out);
    return std::to_string(sum) + std::move(out).take();
  };
  EXPECT_EQ(today(detective_), "0");
  send();
  const std::string token = send();
  EXPECT_NE(today(detective_).find("2 referrals wait for you"), std::string::npos)
      << today(detective_);
  ASSERT_EQ(detective_.post("/referrals/" + token, {{"state", "declined"}}).status, 303);
  EXPECT_NE(today(detective_).find("1 referral waits for you"), std::string::npos);
}

class KeyPages : public DeskTest {};

TEST_F(KeyPages, AStewardComparesAKeyByVoice) {
  const Person steward(*this, 1, 4, "account_steward");
  const std::string there = "/vault/keys/" + id_number<OrganizationId>(2).to_string();
  const std::string key = machine_.rings.at(2)->pair().public_key().fingerprint();
  const Answer before = steward.get("/vault/keys");
  EXPECT_TRUE(before.says("Example 2_") && before.says("Not met yet") &&
              before.says("What Example 2_ read to you"));
  EXPECT_TRUE(before.says(machine_.rings.at(1)->pair().public_key().fingerprint()));
  EXPECT_FALSE(before.says("The fingerprints differ") || before.says("Fingerprint known here"));
  EXPECT_FALSE(before.says("<h2>Example 1_"));
  EXPECT_FALSE(advocate_.get("/vault/keys").says("read to you")) << "an officer compares";
  const Answer wrong = steward.post(there, {{"fingerprint", "0000 0000"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_TRUE(wrong.says("The fingerprints differ"));
  EXPECT_NE(advocate_.post(there, {{"fingerprint", key}}).status, 303);
  EXPECT_TRUE(steward.get("/vault/keys").says("Not met yet"));
  for (const int nobody : {1, 3})
    EXPECT_EQ(steward
                  .post("/vault/keys/" + id_number<OrganizationId>(nobody).to_string(),
                        {{"fingerprint", key}})
                  .status,
              404);
  EXPECT_EQ(steward.post(there, {{"fingerprint", key}}).location, "/vault/keys");
  const Answer after = steward.get("/vault/keys");
  EXPECT_TRUE(after.says("Compared by voice") && after.says("Fingerprint known here"));
  EXPECT_FALSE(after.says("read to you") || after.says("The key has changed"));

  // Another key in its place.
  ASSERT_TRUE(machine_.vault(2).database().write([&](db::Connection& connection) -> Result<void> {
    TRY(connection.execute(
        "UPDATE vault_identity SET public_key = $1",
        {db::Blob{std::string(trust::keys::KeyPair::generate(random_).public_key().view())}}));
    return {};
  }));
  const Answer changed = steward.get("/vault/keys");
  for (const char* words : {"Changed: nothing is released to them", "The key has changed",
                            "Their fingerprint now", "What Example 2_ read to you"})
    EXPECT_TRUE(changed.says(words)) << words;
}

class CountPages : public DeskTest {};

TEST_F(CountPages, WhatIsNoMeasureOrQuarterIsRefused) {
  const Answer page = advocate_.get("/vault/counts");
  EXPECT_TRUE(page.says("Nothing yet.") && page.says("2026-Q3") && page.says("2024-Q4"));
  EXPECT_FALSE(page.says("2026-Q4") || page.says("2024-Q3")) << "the last eight that are over";
  EXPECT_FALSE(page.says("This cannot be sent") || page.says("Exactly this would leave"));
  for (const char* wrong : {"?measure=nothing&period=2026-Q3", "?measure=clients_served",
                            "?measure=clients_served&period=2027-Q1"}) {
    const Answer answer = advocate_.get(std::string("/vault/counts") + wrong);
    EXPECT_EQ(answer.status, 422) << wrong;
    EXPECT_TRUE(answer.says("Choose a measure of the list")) << wrong;
  }
  EXPECT_EQ(advocate_.post("/vault/counts/send", {{"measure", "nothing"}}).status, 400);
  EXPECT_NE(detective_.get("/vault/counts?measure=clients_served&period=2026-Q3").status, 200);
}

TEST_F(CountPages, NumbersAreSeenSentAndTakenBack) {
  const std::string asked = "?measure=clients_served&period=2026-Q3";
  const Answer seen = advocate_.get("/vault/counts" + asked);
  ASSERT_EQ(seen.status, 200);
  EXPECT_TRUE(seen.says("Exactly this would leave") && seen.says("version 1"));
  trust::Actor actor = advocate_actor_;
  const auto table = aggregates_.prepare(machine_.work(1, actor), "clients_served", "2026-Q3");
  ASSERT_TRUE(table) << table.error().describe();
  std::string sent_text;
  for (const char c : table->write())
    sent_text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const Form form{{"measure", "clients_served"}, {"period", "2026-Q3"}, {"seen", sent_text}};
  Form changed = form;
  changed[2].second += "x";
  EXPECT_EQ(advocate_.post("/vault/counts/send", changed).location, "/vault/counts" + asked);
  EXPECT_TRUE(advocate_.get("/vault/counts").says("Nothing yet."));
  EXPECT_EQ(advocate_.post("/vault/counts/send", form).location, "/vault/counts");
  const Answer list = advocate_.get("/vault/counts");
  EXPECT_TRUE(list.says("Clients served") && list.says("Worker 1_") && list.says(">Take back<"));
  EXPECT_FALSE(list.says("Nothing yet.") || list.says("withdrawn"));
  EXPECT_EQ(
      advocate_
          .post("/vault/counts/withdraw", {{"measure", "clients_served"}, {"period", "2026-Q3"}})
          .location,
      "/vault/counts");
  EXPECT_TRUE(advocate_.get("/vault/counts").says("withdrawn"));
}

}  // namespace
}  // namespace daybreak::gates::desk
