// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/post/commons_post.hpp"

#include <deque>

#include "gates/post/telling.hpp"

namespace daybreak::gates::post {

using line::Message;
using line::Outcome;
using trust::OrganizationId;

namespace {
constexpr std::chrono::seconds kLookAtList{2};  // whether the list of organisations changed
}

// One node that is connected. Its thread runs everything but push().
class CommonsPost::Guest final : public line::Party {
 public:
  Guest(CommonsPost& post, nodes::Node node)
      : post_(post), here_(post.here_), outboxes_(post.here_), node_(std::move(node)) {}

  const line::Bell& bell() const { return bell_; }
  const nodes::Node& node() const { return node_; }
  void push(const Message& message) {
    const std::scoped_lock lock(mutex_);
    pushed_.emplace(message.id, message);
    bell_.ring();
  }

  bool stays() override {
    const auto now = post_.nodes_.find_by_pin(node_.pin);
    if (!now || !*now || (*now)->id != node_.id) return false;
    node_ = **now;
    return true;
  }
  std::vector<Message> due() override {
    tell_organizations();
    auto all = outboxes_.due(node_.id, &node_.organizations);
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, message] : pushed_) all.push_back(message);
    return all;
  }
  void settled(const Message& message, Outcome outcome) override {
    {
      const std::scoped_lock lock(mutex_);
      if (pushed_.erase(message.id) > 0) {
        if (outcome != Outcome::kTaken && message.kind == kAsk) post_.give_up(message.id);
        if (outcome == Outcome::kLater && message.kind == kOrganizations) told_.clear();
        return;
      }
    }
    outboxes_.settle(message.id, outcome);
  }
  Outcome take(const Message& message) override {
    if (message.kind != kKeys && !node_.speaks_for(message.from))
      return refuse(message, "not_theirs");
    if (message.kind == kReferralSend) return take_referral(message);
    if (message.kind == kReferralMove) return take_move(message);
    if (message.kind == kReferralAgain) return tell_again(message);
    if (message.kind == kMeasureSend) return take_measure(message);
    if (message.kind == kKeys) return take_keys(message);
    if (message.kind == kPointer) return take_pointer(message);
    if (message.kind == kAsk) return take_ask(message);
    if (message.kind == kAnswer) return take_answer(message);
    return refuse(message, "kind");
  }

 private:
  // Every refusal is in the commons' log.
  Outcome refuse(const Message& message, std::string_view reason) {
    const auto noted = trust::record_audit(here_.store, trust::Actor::system("line"),
                                           {.action = "node.refuse",
                                            .object_type = "node",
                                            .object = node_.id.to_string(),
                                            .owner = message.from,
                                            .outcome = trust::Outcome::kDenied,
                                            .detail = "reason=" + std::string(reason)},
                                           here_.clock.now());
    return noted ? Outcome::kRefused : Outcome::kLater;
  }
  Outcome settle_here(const Message& message, const Result<void>& done) {
    if (done) return Outcome::kTaken;
    const Outcome outcome = outcome_of(done.error());
    return outcome == Outcome::kLater ? outcome : refuse(message, name_of(done.error().kind));
  }
  Result<bool> was_taken(const Message& message) {
    return here_.store.read(
        [&](db::Connection& connection) { return line::was_taken(connection, message.id); });
  }
  // The worker, as an actor of the organisation that the node speaks for.
  Result<trust::Actor> actor_of(const Message& message, const Worker& worker) {
    const auto organization = TRY(here_.members.find_organization(message.from));
    if (!organization || !organization->active)
      return fail(ErrorKind::kNotFound, "there is no such organization");
    trust::Actor actor;
    actor.kind = trust::Actor::Kind::kMember;
    actor.member = worker.member;
    actor.organization = organization->id;
    actor.organization_kind = organization->kind;
    actor.standing = organization->standing;
    actor.roles = worker.roles;
    // It was asked for where the act was done; the message may have waited since.
    if (worker.confirmed) actor.confirmed_at = here_.clock.now();
    actor.source = "line";
    return actor;
  }
  // Goes into the transaction of the act: taken once, and by whom.
  std::function<Result<void>(db::Connection&)> mark(const Message& message, const Worker& worker) {
    return [this, &message, &worker](db::Connection& connection) -> Result<void> {
      if (!TRY(line::is_new(connection, message.id, here_.clock.now())))
        return fail(ErrorKind::kConflict, "this message was taken already");
      return line::elsewhere::put_person(connection, worker.member, message.from, worker.name,
                                         here_.clock.now());
    };
  }

  Result<void> send_referral(const Message& message) {
    const ReferralSend body = TRY(read_referral_send(message.body));
    return here_.referrals.send(TRY(actor_of(message, body.worker)), body.token, body.request,
                                mark(message, body.worker));
  }
  Outcome take_referral(const Message& message) {
    const auto before = was_taken(message);
    if (!before) return Outcome::kLater;
    return *before ? Outcome::kTaken : settle_here(message, send_referral(message));
  }

  Result<void> move_referral(const Message& message, const ReferralMove& body) {
    const trust::Actor actor = TRY(actor_of(message, body.worker));
    const auto also = mark(message, body.worker);
    return body.state == referrals::State::kWithdrawn
               ? here_.referrals.withdraw(actor, body.token, also)
               : here_.referrals.decide(actor, body.token, body.state, also);
  }
  Outcome take_move(const Message& message) {
    const auto before = was_taken(message);
    if (!before) return Outcome::kLater;
    if (*before) return Outcome::kTaken;
    const auto body = read_referral_move(message.body);
    if (!body) return refuse(message, "body");
    const Outcome outcome = settle_here(message, move_referral(message, *body));
    if (outcome == Outcome::kRefused) tell_state(body->token);
    return outcome;
  }
  // The node did something that the other side overtook: it learns how it stands.
  void tell_state(referrals::TokenId id) {
    const auto told = here_.store.write([&](db::Connection& connection) -> Result<void> {
      const auto token = TRY(referrals::find(connection, id));
      if (!token || !(node_.speaks_for(token->sender) || node_.speaks_for(token->request.receiver)))
        return {};
      return tell_nodes_of(connection, *token, here_.clock, here_.random);
    });
    if (!told) here_.log.error("line", {{"error", LoggedText{told.error().describe()}}});
  }

  // The node came back from a backup.
  Outcome tell_again(const Message& message) {
    return settle_here(message, here_.store.write([&](db::Connection& connection) -> Result<void> {
      if (!TRY(line::is_new(connection, message.id, here_.clock.now()))) return {};
      for (const auto& token : TRY(referrals::of_organization(connection, message.from)))
        TRY(tell_nodes_of(connection, token, here_.clock, here_.random));
      return {};
    }));
  }

  Outcome take_measure(const Message& message) {
    const auto body = read_measure_send(message.body);
    if (!body) return refuse(message, "body");
    const auto actor = actor_of(message, body->worker);
    if (!actor) return settle_here(message, tl::make_unexpected(actor.error()));
    // The same table again is taken once by itself.
    return settle_here(message, here_.measures.accept(*actor, body->table));
  }

  Outcome take_keys(const Message& message) {
    const auto body = read_keys(message.body);
    if (!body) return refuse(message, "body");
    for (const auto& key : *body)
      if (!node_.speaks_for(key.organization)) return refuse(message, "not_theirs");
    return settle_here(message, here_.store.write([&](db::Connection& connection) -> Result<void> {
      for (const auto& key : *body)
        TRY(line::elsewhere::put_key(connection, key, here_.clock.now()));
      return {};
    }));
  }

  Outcome take_pointer(const Message& message) {
    const auto node = post_.nodes_.node_of(message.to);
    if (!node) return Outcome::kLater;
    if (*node)
      return settle_here(message,
                         here_.store.write([&](db::Connection& connection) -> Result<void> {
                           if (!TRY(line::is_new(connection, message.id, here_.clock.now())))
                             return {};
                           return line::enqueue(connection, message, here_.clock.now(), **node);
                         }));
    const auto vault = here_.vaults.find(message.to);
    if (!vault) return settle_here(message, tl::make_unexpected(vault.error()));
    return post_.Post::take_pointer(**vault, message);
  }
  Outcome take_ask(const Message& message) {
    const auto vault = here_.vaults.find(message.to);
    if (!vault) return post_.push(message) ? Outcome::kTaken : Outcome::kUnreachable;
    const auto answer = post_.answer_of(**vault, message);
    if (!answer) return Outcome::kUnreachable;
    push(*answer);
    return Outcome::kTaken;
  }
  Outcome take_answer(const Message& message) {
    if (!post_.resolve(message)) (void)post_.push(message);  // for another node, or too late
    return Outcome::kTaken;
  }

  // The organisations and their keys, when they are others than those told last.
  void tell_organizations() {
    const auto now = std::chrono::steady_clock::now();
    if (looked_ && now - *looked_ < kLookAtList) return;
    looked_ = now;
    const auto list = organizations();
    if (!list) return;
    std::string body = write(*list);
    if (body == told_) return;
    told_ = body;
    push({Uuid::generate(here_.clock, here_.random),
          std::string(kOrganizations),
          {},
          {},
          std::move(body),
          {}});
  }
  Result<Organizations> organizations() {
    Organizations list{TRY(here_.members.organizations()), {}};
    for (const auto& key : TRY(here_.store.read(
             [](db::Connection& connection) { return line::elsewhere::keys(connection); })))
      if (!node_.speaks_for(key.organization)) list.keys.push_back(key);
    for (const OrganizationId organization : here_.vaults.list()) {
      const auto vault = here_.vaults.find(organization);
      if (!vault) continue;
      if (const auto key = TRY((*vault)->public_key()))
        list.keys.push_back({organization, std::string(key->view())});
    }
    return list;
  }

  CommonsPost& post_;
  const Here& here_;
  Outboxes outboxes_;
  nodes::Node node_;
  line::Bell bell_;
  std::mutex mutex_;
  std::map<Uuid, Message> pushed_;
  std::string told_;
  std::optional<std::chrono::steady_clock::time_point> looked_;
};

CommonsPost::CommonsPost(const Here& here, const trust::NodeKey& key, nodes::Register& nodes)
    : Post(here, key), nodes_(nodes) {}
CommonsPost::~CommonsPost() = default;

Result<void> CommonsPost::listen(const line::Address& address, line::Identity own) {
  listener_ = TRY(line::Listener::start(
      {.address = address}, std::move(own),
      [this](const std::string& pin) {
        const auto node = nodes_.find_by_pin(pin);
        return node && *node;
      },
      [this](line::Channel& channel, int stop) { serve(channel, stop); }));
  return {};
}

void CommonsPost::serve(line::Channel& channel, int stop) {
  auto node = nodes_.find_by_pin(channel.peer_pin());
  if (!node || !*node || !nodes_.was_seen((*node)->id)) return;
  Guest guest(*this, std::move(**node));
  {
    const std::scoped_lock lock(guests_mutex_);
    Guest*& newest = guests_[guest.node().id];  // of a node's connections that one counts
    if (newest != nullptr) give_up_asking(&guest.node().organizations);
    newest = &guest;
  }
  const auto ended = line::exchange(channel, guest, {.wake = guest.bell().file(), .stop = stop});
  const std::scoped_lock lock(guests_mutex_);
  if (std::erase_if(guests_, [&](const auto& one) { return one.second == &guest; }) > 0)
    give_up_asking(&guest.node().organizations);
  if (!ended) here_.log.info("line", {{"node", guest.node().id}, {"ended", ended.error()}});
}

void CommonsPost::wake() {
  const std::scoped_lock lock(guests_mutex_);
  for (const auto& [id, guest] : guests_) guest->bell().ring();
}

bool CommonsPost::push(const Message& message) {
  const auto node = nodes_.node_of(message.to);
  if (!node || !*node) return false;
  const std::scoped_lock lock(guests_mutex_);
  const auto found = guests_.find(**node);
  if (found == guests_.end()) return false;
  found->second->push(message);
  return true;
}

}  // namespace daybreak::gates::post
