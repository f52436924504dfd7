// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: the gates' pages over the vaults of a provider (1) and a sheriff (2), a third
// organisation without one, and people who are signed in with their vault open.
#pragma once

#include "base/text.hpp"
#include "gates/desk/gates_desk.hpp"
#include "gates/post/test_machine.hpp"
#include "trust/credentials.hpp"

namespace daybreak::gates::desk {

using post::Machine;
using trust::OrganizationId;
using trust::Role;
using vault::id_number;

inline std::string written(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? std::string(1, c)
                                                            : "%" + to_hex(std::string_view(&c, 1));
  return out;
}

struct Answer {
  int status = 0;
  std::string body, location;
  bool says(std::string_view words) const { return body.find(words) != std::string::npos; }
};

using Form = std::vector<std::pair<std::string, std::string>>;

class DeskTest : public testing::Test {
 protected:
  DeskTest() {
    router_.set_languages({"en", "es"});
    router_.add_step(visits_.step());
    router_.set_authorizer(visits_.authorizer());
    router_.set_error_page(
        [this](const http::Request& request, http::Status status, std::string_view detail) {
          return visits_.error_page(request, status, detail);
        });
    add_routes(router_, desk_);
    client_ =
        *vault::clients::Clients(advocate_work_)
             .open(
                 std::vector<vault::clients::Answer>{
                     {.question = "phone", .text = Secret<std::string>("716-555-0142")},
                     {.question = "preferred_name", .text = Secret<std::string>("Ana Ejemplo_")},
                     {.question = "goals", .skip = vault::codes::Skip::kNotToday}},
                 vault::desk::today(clock_));
  }

  // Someone of organisation `of`, signed in, with the vault open unless there is none.
  class Person {
   public:
    Person(DeskTest& test, int of, int number, const std::string& roles,
           bool with_open_vault = true)
        : test_(test),
          token_("token-" + std::to_string(number)),
          member(id_number<trust::MemberId>(1000 + number)) {
      Machine& machine = test.machine_;
      if (number > 3)
        machine.run(
            "INSERT INTO trust_member (id, organization, name, email, roles, state, language,"
            " created_at) VALUES ($1, $2, $3, $4, $5, 'active', 'en', 0)",
            {member, id_number<OrganizationId>(of), "Worker " + std::to_string(number) + "_",
             "worker" + std::to_string(number) + "@example.org", roles});
      machine.run("UPDATE trust_member SET roles = $2 WHERE id = $1", {member, roles});
      const Instant now = test.clock_.now();
      machine.run(
          "INSERT INTO trust_session (id, token_hash, member, started_at, last_used_at, ends_at,"
          " confirmed_at) VALUES ($1, $2, $3, $4, $4, $5, $4)",
          {id_number<trust::SessionId>(3000 + number),
           db::Blob{trust::token_hash(Secret<std::string>(token_))}, member, now,
           now + std::chrono::hours(12)});
      if (!with_open_vault) return;
      test.unlocks_.put(session().actor("web", {}), machine.rings.at(of)->copy());
    }
    trust::Session session() const {
      return test_.sessions_.find(Secret<std::string>(token_))->value();
    }
    Answer get(const std::string& path) const { return ask(http::Method::kGet, path, {}); }
    Answer post(const std::string& path, const Form& form) const {
      std::string body = "csrf=" + trust::csrf_token(Secret<std::string>(token_));
      for (const auto& [name, value] : form) body += "&" + written(name) + "=" + written(value);
      return ask(http::Method::kPost, path, std::move(body));
    }

   private:
    Answer ask(http::Method method, const std::string& path, std::string body) const {
      http::RequestParts parts{
          .method = method,
          .target = path,
          .headers = {
              {"Host", "localhost"}, {"Accept", "text/html"}, {"Cookie", "session=" + token_}}};
      if (method == http::Method::kPost)
        parts.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
      parts.body = std::move(body);
      auto request = http::Request::create(std::move(parts));
      if (!request) throw std::runtime_error(request.error().describe());
      const http::Response answer = test_.router_.handle(*request);
      return {static_cast<int>(answer.status()), std::string(answer.body()),
              std::string(answer.header("Location").value_or(""))};
    }

    DeskTest& test_;
    std::string token_;

   public:
    trust::MemberId member;
  };

  std::string of_client(const std::string& rest) const {
    return "/vault/clients/" + client_.to_string() + rest;
  }

  ManualClock clock_{vault::kTestStart};
  SystemRandom random_;
  ScratchFolder folder_;
  Machine machine_{folder_.path(), true, {1, 2}, clock_, random_};
  trust::Keeper keeper_{*machine_.store, machine_.key, clock_, random_};
  trust::Sessions sessions_{keeper_};
  trust::Passkeys passkeys_{keeper_};
  visit::Visits visits_{sessions_, machine_.key, {.site_name = "Notes_"}};
  vault::Unlocks unlocks_{clock_};
  ReferralGate referral_gate_{machine_.referrals};
  AggregateGate aggregates_{machine_.measures};
  GatesDesk desk_{{visits_, machine_.vaults, unlocks_, machine_.members, clock_, passkeys_, {}},
                  machine_.releases,
                  referral_gate_,
                  machine_.referrals,
                  std::nullopt,
                  nullptr,
                  aggregates_};
  http::Router router_;
  trust::Actor advocate_actor_ = vault::test_member(1, 1, {Role::kAdvocate}, vault::kTestStart);
  vault::Work advocate_work_ = machine_.work(1, advocate_actor_);
  vault::clients::ClientId client_;
  Person advocate_{*this, 1, 1, "advocate"};
  Person detective_{*this, 2, 2, "investigator"};
};

}  // namespace daybreak::gates::desk
