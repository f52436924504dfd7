// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/post/post.hpp"

#include <algorithm>

namespace daybreak::gates::post {

using line::Message;
using line::Outcome;
using trust::OrganizationId;

namespace {

constexpr std::size_t kMostAtOnce = 32;
constexpr std::chrono::seconds kPatience{12};

tl::unexpected<Error> out_of_reach() {
  return fail(ErrorKind::kUnavailable, "the other side cannot be reached now",
              std::string(kOutOfReach), "Try again later; nothing was shown or recorded as shown");
}

}  // namespace

Outcome outcome_of(const Error& error) {
  return error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kInternal
             ? Outcome::kLater
             : Outcome::kRefused;
}

std::vector<Message> Outboxes::due(line::NodeId node,
                                   const std::vector<OrganizationId>* receivers) {
  stores_.clear();
  std::vector<Message> all;
  const auto add = [&](db::Database& store, line::NodeId whose,
                       const std::vector<OrganizationId>* only) {
    auto waiting = store.read([&](db::Connection& connection) {
      return line::due(connection, here_.clock.now(), kMostAtOnce, whose, only);
    });
    if (!waiting) return;
    for (Message& one : *waiting) {
      stores_[one.id] = &store;
      all.push_back(std::move(one));
    }
  };
  add(here_.store, node, nullptr);
  for (const OrganizationId organization : here_.vaults.list())
    if (const auto vault = here_.vaults.find(organization))
      add((*vault)->database(), {}, receivers);
  return all;
}

void Outboxes::settle(const Uuid& id, Outcome outcome,
                      const std::function<Result<void>(db::Connection&)>& also) {
  const auto found = stores_.find(id);
  if (found == stores_.end()) return;
  const auto put_off = [&](db::Connection& connection) {
    return line::put_off(connection, id, here_.clock.now(), here_.random);
  };
  const auto done = found->second->write([&](db::Connection& connection) -> Result<void> {
    if (outcome == Outcome::kLater) return put_off(connection);
    if (also) TRY(also(connection));
    return line::remove(connection, id);
  });
  if (done) return;
  here_.log.error("line", {{"error", LoggedText{done.error().describe()}}});
  (void)found->second->write(put_off);  // what cannot be done now is not tried at once again
}

Post::Post(const Here& here, const trust::NodeKey& key)
    : here_(here),
      box_(trust::keys::KeyPair::of(
          trust::keys::Key::copy_of(key.derived("box of the line").reveal()))) {}

Result<std::vector<std::pair<OrganizationId, trust::keys::PublicKey>>> Post::keys() {
  const auto known = TRY(here_.store.read(
      [](db::Connection& connection) { return line::elsewhere::keys(connection); }));
  std::vector<std::pair<OrganizationId, trust::keys::PublicKey>> all;
  for (const auto& one : known)
    all.emplace_back(one.organization, TRY(trust::keys::PublicKey::from(one.public_key)));
  return all;
}

Result<std::optional<trust::keys::PublicKey>> Post::key_of(OrganizationId organization) {
  for (const auto& [id, key] : TRY(keys()))
    if (id == organization) return std::optional(key);
  return std::optional<trust::keys::PublicKey>();
}

Result<std::string> Post::ask(const Uuid& id, OrganizationId from, OrganizationId to,
                              std::string sealed) {
  std::unique_lock lock(mutex_);
  questions_[id] = {.to = to, .answer = {}, .is_over = false};
  lock.unlock();
  const bool sent = push({id, std::string(kAsk), from, to, std::move(sealed), {}});
  lock.lock();
  if (sent) answered_.wait_for(lock, kPatience, [&] { return questions_.at(id).is_over; });
  const auto question = questions_.extract(id);
  if (!question.mapped().answer) return out_of_reach();
  return std::move(*question.mapped().answer);
}

bool Post::resolve(const Message& answer) {
  const std::scoped_lock lock(mutex_);
  const auto found = questions_.find(answer.answers);
  if (found == questions_.end()) return false;
  if (found->second.to != answer.from || found->second.is_over) return true;  // not theirs to say
  found->second.answer = answer.body;
  found->second.is_over = true;
  answered_.notify_all();
  return true;
}

void Post::give_up(const Uuid& ask) {
  const std::scoped_lock lock(mutex_);
  const auto found = questions_.find(ask);
  if (found == questions_.end()) return;
  found->second.is_over = true;
  answered_.notify_all();
}

void Post::give_up_asking(const std::vector<OrganizationId>* asked) {
  const std::scoped_lock lock(mutex_);
  for (auto& [id, question] : questions_)
    if (asked == nullptr || std::ranges::count(*asked, question.to) > 0) question.is_over = true;
  answered_.notify_all();
}

Outcome Post::take_pointer(vault::Vault& vault, const Message& message) {
  const auto taken = here_.releases.receive(vault, message.id, message.from, message.body);
  return taken ? Outcome::kTaken : outcome_of(taken.error());
}

std::optional<Message> Post::answer_of(vault::Vault& vault, const Message& ask) {
  const auto asker = here_.members.find_organization(ask.from);
  if (!asker || !*asker || !(*asker)->active) return std::nullopt;
  auto body = here_.releases.answer(vault, ask.id, **asker, ask.body);
  if (!body) return std::nullopt;
  return Message{Uuid::generate(here_.clock, here_.random),
                 std::string(kAnswer),
                 ask.to,
                 ask.from,
                 std::move(*body),
                 ask.id};
}

}  // namespace daybreak::gates::post
