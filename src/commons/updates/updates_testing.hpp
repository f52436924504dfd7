// SPDX-License-Identifier: AGPL-3.0-or-later
// For tests only: a newsroom with fictional people and a sink that keeps what it is given.
#pragma once

#include <map>

#include "base/text.hpp"
#include "commons/updates/mailings.hpp"
#include "trust/migrations.hpp"

namespace daybreak::updates {

class KeepingOutlet final : public Outlet {
 public:
  Result<void> hand_over(const std::string& id, const mail::Envelope& envelope,
                         const std::string& message) override {
    if (away) return fail(ErrorKind::kUnavailable, "the server is away");
    ids.push_back(id);
    to.push_back(envelope.to.front());
    messages.push_back(message);
    return {};
  }
  bool knows_repeats() const override { return repeats; }
  std::vector<std::string> ids, to, messages;
  bool away = false, repeats = true;
};

// Quoted-printable undone, for looking at words.
inline std::string readable(std::string_view mail) {
  std::string text = replace_all(replace_all(mail, "=\r\n", ""), "\r\n", "\n"), out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '=' ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    out += byte && byte->size() == 1 ? *byte : text.substr(i, 1);
    if (byte && byte->size() == 1) i += 2;
  }
  return out;
}

inline std::vector<db::ModuleMigrations> modules_for_tests() {
  auto modules = trust::commons_migrations();
  modules.push_back(jobs::migrations());
  modules.push_back(migrations());
  return modules;
}

inline trust::Actor staff(std::uint8_t number, Instant confirmed) {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = trust::MemberId(Uuid({number}));
  actor.organization = trust::OrganizationId(Uuid({200}));
  actor.standing = trust::Standing::kTaskForce;
  actor.roles = {trust::Role::kCoordinator};
  actor.confirmed_at = confirmed;
  actor.source = "web";
  return actor;
}

struct TestNewsroom {
  explicit TestNewsroom(db::Database& database, const Clock& clock, Random& random)
      : room{database, key, clock, random, "https://resources.example.org", "Community resources"},
        subscribers(room),
        lists(room,
              [this](trust::MemberId id) -> Result<std::optional<MemberFacts>> {
                const auto found = members.find(id);
                if (found == members.end()) return std::nullopt;
                return found->second;
              }),
        issues(room, lists),
        mailings(room, subscribers, lists, {"news@example.org", {}}) {}

  Subscriber subscribe(const std::string& address, const Preferences& wanted) {
    EXPECT_TRUE(subscribers.ask(address, wanted));
    const auto id = room.database.read([&](db::Connection& c) {
      return c.query_one("SELECT id FROM updates_subscriber WHERE address_hash = $1",
                         {hash_of_address(room, address)});
    });
    const Subscriber one = subscribers.find(id.value()->uuid(0)).value();
    EXPECT_TRUE(subscribers.confirm(one.contact.token));
    return subscribers.find(one.id).value();
  }
  // Written by one, approved by another, published; its mailing.
  Uuid publish(const std::string& topic, const std::string& title = "What is new",
               const std::string& body = "Some **news**.") {
    const Instant now = room.clock.now();
    const auto saved = issues.save(
        staff(1, now),
        {.topic = topic, .title = {title, "Novedades"}, .body = {body, "Algo *nuevo*."}});
    EXPECT_TRUE(saved) << saved.error().describe();
    const Issue issue = saved.value();
    EXPECT_TRUE(issues.submit(staff(1, now), issue.id));
    EXPECT_TRUE(issues.approve(staff(2, now), issue.id, issue.version, std::nullopt));
    EXPECT_TRUE(
        room.database.write([&](db::Connection& c) { return issues.publish(c, issue.id); }));
    return mailings.mailing_of(issue.id).value().value();
  }

  trust::NodeKey key = trust::NodeKey::for_tests();
  Newsroom room;
  std::map<trust::MemberId, MemberFacts> members;
  Subscribers subscribers;
  Lists lists;
  Issues issues;
  Mailings mailings;
};

}  // namespace daybreak::updates
