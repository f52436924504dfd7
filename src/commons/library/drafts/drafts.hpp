// SPDX-License-Identifier: AGPL-3.0-or-later
// Documents of the task force: begun from a template, answered, sent for signing, signed by each
// party in turn, in force until a day, followed by another. The paper that is signed is fixed when
// signing begins: its bytes and their digest never change. Signing by the last party makes the
// parties members of the task force that the document names, in one transaction. Safe to use from
// any thread.
#pragma once

#include <functional>

#include "base/random.hpp"
#include "commons/library/drafts/editions.hpp"
#include "jobs/queue.hpp"
#include "mail/settings.hpp"

namespace daybreak::library::drafts {

struct Options {
  std::string site;  // where a reminder leads
  std::string site_name;
  std::chrono::days ahead{60};  // how long before the last day somebody is reminded
  // Who is reminded: mail addresses of those who keep documents.
  std::function<Result<std::vector<std::string>>()> keepers;
};

class Drafts {
 public:
  Drafts(db::Database& database, const Clock& clock, Random& random, Editions& editions,
         Register& facts, Options options)
      : database_(database),
        clock_(clock),
        random_(random),
        editions_(editions),
        facts_(facts),
        gatekeeper_(database, clock),
        options_(std::move(options)) {}

  // For members of the task force and parties. The newest first; without Draft::words.
  Result<std::vector<Draft>> list(const trust::Actor& actor);
  Result<Draft> find(const trust::Actor& actor, const Uuid& id);

  // Begins one with these answers, complete or not.
  Result<Draft> begin(const trust::Actor& actor, std::string_view template_id, std::string name,
                      language::Language language, documents::Answers answers);
  // While it is a draft. kConflict when another changed it since `revision`.
  Result<void> answer(const trust::Actor& actor, const Uuid& id, documents::Answers answers,
                      std::int64_t revision);
  // The newest edition of the template that this draft was begun with, when it is another one, and
  // what it would change in the words; take_newer pins the draft to it.
  struct Newer {
    Template made;
    std::vector<documents::Difference> differences;
  };
  Result<std::optional<Newer>> newer(const Draft& draft);
  Result<void> take_newer(const trust::Actor& actor, const Uuid& id);

  // Fixes the paper and asks the parties to sign, in the order of the answer that names them.
  // `kinds` has the kind of organisation of each party, `task_force` whom they become members of.
  // kInvalid when an answer is missing or wrong, or nobody is to sign.
  struct Offer {
    std::vector<std::string> kinds;
    std::vector<std::optional<Uuid>> accounts;
    std::optional<Uuid> task_force;
  };
  Result<void> offer(const trust::Actor& actor, const Uuid& id, const Offer& offer);

  // By the party whose turn it is. kInvalid when it is another's turn or a field is missing.
  struct Signature {
    int party = 0;
    std::string signer, title, statement;
    std::string copy;  // a signed copy as a PDF instead; empty: on the screen
  };
  Result<void> sign(const trust::Actor& actor, const Uuid& id, const Signature& signature);
  Result<void> decline(const trust::Actor& actor, const Uuid& id, int party, std::string reason);
  // Before all have signed: withdrawn. Afterwards: ended today, and the memberships with it.
  Result<void> withdraw(const trust::Actor& actor, const Uuid& id, std::string reason);
  // A new draft with the same answers, in the newest edition.
  Result<Draft> renew(const trust::Actor& actor, const Uuid& id);

  // A draft with the facts as they stand now. Of a fixed document, Draft::words is what was signed.
  Result<doc::Document> document(const Draft& draft);
  // What the register says otherwise since the paper was fixed, of the facts that it quotes.
  Result<std::vector<RegisterChange>> changed_facts(const Draft& draft);
  // The bytes that are signed. kCorrupt when they do not have the digest they should.
  Result<std::string> paper(const trust::Actor& actor, const Uuid& id);
  Result<std::string> copy(const trust::Actor& actor, const Uuid& id, int party);

  // In force and past `ahead` of their last day, with nothing that follows; soonest first.
  Result<std::vector<Draft>> ending();
  // "library.remind_ending": once for each document, and again every day for new ones.
  void add_handlers(jobs::Queue& queue, mail::Post& post);
  Result<void> schedule();
  // What the job does; how many documents it wrote about.
  Result<int> remind(mail::Post& post);

  bool may(const trust::Actor& actor, std::string_view action) const;
  // May this member sign for this party: its own organisation's, or a coordinator in person.
  bool may_sign(const trust::Actor& actor, const Party& party) const;
  Date today() const { return Date(std::chrono::floor<std::chrono::days>(clock_.now())); }

 private:
  Result<std::vector<Draft>> load(db::Connection& connection, const std::optional<Uuid>& id);
  Result<Draft> load_one(db::Connection& connection, const Uuid& id);
  Result<void> permit(const trust::Actor& actor, std::string_view action, const Uuid& id);
  // One change of one draft in its state, recorded with it.
  Result<void> change(const trust::Actor& actor, std::string_view action, const Uuid& id,
                      const std::function<Result<void>(db::Connection&, const Draft&)>& work);
  Result<void> write_parties(db::Connection& connection, const Draft& draft, const Template& made,
                             const Offer& offer);
  Result<void> settle(db::Connection& connection, const Uuid& id);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  Editions& editions_;
  Register& facts_;
  trust::Gatekeeper gatekeeper_;
  Options options_;
};

}  // namespace daybreak::library::drafts
