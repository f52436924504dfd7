// SPDX-License-Identifier: AGPL-3.0-or-later
// What both ends of the line have in common: questions that wait for an answer of another node, and
// outboxes in several stores. Safe to use from any thread unless said otherwise.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>

#include "base/log.hpp"
#include "commons/nodes/nodes.hpp"
#include "gates/post/bodies.hpp"
#include "gates/release/release_gate.hpp"
#include "line/exchange.hpp"
#include "line/outbox.hpp"
#include "trust/members.hpp"

namespace daybreak::gates::post {

// What a message may touch here; all of it must outlive the post.
struct Here {
  db::Database& store;  // the commons; on a vault's own node what signs its members in
  vault::Vaults& vaults;
  ReleaseGate& releases;
  referrals::Referrals& referrals;
  measures::Measures& measures;
  trust::Members& members;
  const Clock& clock;
  Random& random;
  Log& log;
};

// What waits in the stores that one connection sends from. Belongs to that connection's thread.
class Outboxes {
 public:
  explicit Outboxes(const Here& here) : here_(here) {}
  // `node`: whose mail in the commons; in vaults what is for one of `receivers`, or all of it.
  std::vector<line::Message> due(line::NodeId node,
                                 const std::vector<trust::OrganizationId>* receivers);
  // Removes it, or puts it off; with `also` in the same transaction when it is removed. What fails
  // is logged and put off.
  void settle(const Uuid& id, line::Outcome outcome,
              const std::function<Result<void>(db::Connection&)>& also = {});

 private:
  Here here_;
  std::map<Uuid, db::Database*> stores_;
};

class Post : public Beyond {
 public:
  Post(const Here& here, const trust::NodeKey& key);

  Result<std::optional<trust::keys::PublicKey>> key_of(trust::OrganizationId organization) override;
  Result<std::vector<std::pair<trust::OrganizationId, trust::keys::PublicKey>>> keys() override;
  const trust::keys::KeyPair& box() const override { return box_; }
  Result<std::string> ask(const Uuid& id, trust::OrganizationId from, trust::OrganizationId to,
                          std::string sealed) override;

 protected:
  // Sends what is not kept when it cannot go now; false then.
  virtual bool push(const line::Message& message) = 0;

  // Ends the wait of ask(), with an answer of the organisation that was asked, or without one.
  // False when nobody waits for it here.
  bool resolve(const line::Message& answer);
  void give_up(const Uuid& ask);
  // The connection that they went by ended: nobody waits for an answer of these organisations any
  // more; without a list, of any.
  void give_up_asking(const std::vector<trust::OrganizationId>* asked);

  // For a vault of this machine.
  line::Outcome take_pointer(vault::Vault& vault, const line::Message& message);
  // The answer to send back.
  std::optional<line::Message> answer_of(vault::Vault& vault, const line::Message& ask);

  Here here_;

 private:
  struct Question {
    trust::OrganizationId to;
    std::optional<std::string> answer;
    bool is_over = false;
  };
  trust::keys::KeyPair box_;
  std::mutex mutex_;
  std::condition_variable answered_;
  std::map<Uuid, Question> questions_;
};

// A failed step as what the other side is told: later for what may pass, else refused.
line::Outcome outcome_of(const Error& error);

}  // namespace daybreak::gates::post
