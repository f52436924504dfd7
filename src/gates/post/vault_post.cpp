// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/post/vault_post.hpp"

#include <algorithm>
#include <poll.h>

#include "vault/referred/referred.hpp"

namespace daybreak::gates::post {

using line::Message;
using line::Outcome;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kConnecting{10'000};
constexpr milliseconds kFirstPause{500}, kLongestPause{60'000};
constexpr std::chrono::seconds kLookAtKeys{2};

}  // namespace

// One connection; everything but push() runs on its thread.
class VaultPost::Side final : public line::Party {
 public:
  explicit Side(VaultPost& post) : post_(post), here_(post.here_), outboxes_(post.here_) {}

  std::vector<Message> due() override {
    tell_keys();
    auto all = outboxes_.due({}, nullptr);
    const std::scoped_lock lock(post_.state_mutex_);
    for (const auto& [id, message] : post_.pushed_) all.push_back(message);
    return all;
  }
  void settled(const Message& message, Outcome outcome) override {
    {
      const std::scoped_lock lock(post_.state_mutex_);
      if (post_.pushed_.erase(message.id) > 0) {
        if (outcome != Outcome::kTaken && message.kind == kAsk) post_.give_up(message.id);
        if (outcome == Outcome::kLater && message.kind == kKeys) told_.clear();
        return;
      }
    }
    // In the vault first: whoever comes back to it after a kill finds the message still waiting.
    if (outcome == Outcome::kRefused && message.kind == kReferralSend && !not_sent(message))
      outcome = Outcome::kLater;
    outboxes_.settle(message.id, outcome, [&](db::Connection& connection) {
      return outcome == Outcome::kRefused ? undo(connection, message) : Result<void>();
    });
  }
  Outcome take(const Message& message) override {
    if (message.kind == kReferralState) return take_state(message);
    if (message.kind == kOrganizations) return take_organizations(message);
    if (message.kind == kAnswer) return post_.resolve(message), Outcome::kTaken;
    if (message.kind != kPointer && message.kind != kAsk) return Outcome::kRefused;
    const auto vault = here_.vaults.find(message.to);
    if (!vault) return outcome_of(vault.error());
    if (message.kind == kPointer) return post_.take_pointer(**vault, message);
    const auto answer = post_.answer_of(**vault, message);
    if (!answer) return Outcome::kUnreachable;
    post_.push(*answer);
    return Outcome::kTaken;
  }

 private:
  Result<void> not_sent(const Message& message) {
    const ReferralSend body = TRY(read_referral_send(message.body));
    vault::Vault* vault = TRY(here_.vaults.find(message.from));
    return vault::referred::set_states(*vault, {{body.token.uuid(), "failed"}});
  }
  // What was done here and the commons did not take is not done.
  Result<void> undo(db::Connection& connection, const Message& message) {
    if (message.kind == kReferralSend) {
      return referrals::forget(connection, TRY(read_referral_send(message.body)).token);
    }
    if (message.kind == kMeasureSend)
      return measures::take_back(connection, TRY(read_measure_send(message.body)).table);
    return {};  // of a referral the commons tells how it stands
  }
  Outcome take_state(const Message& message) {
    const auto body = read_referral_state(message.body);
    if (!body) return Outcome::kRefused;
    const auto& token = body->token;
    const bool sends = here_.vaults.find(token.sender).has_value();
    const bool receives = here_.vaults.find(token.request.receiver).has_value();
    if (!sends && !receives) return Outcome::kRefused;
    const Instant now = here_.clock.now();
    const auto done = here_.store.write([&](db::Connection& connection) -> Result<void> {
      if (!TRY(line::is_new(connection, message.id, now))) return {};
      // Of workers elsewhere; the own are known.
      if (!sends) TRY(keep_name(connection, token.worker, token.sender, body->worker_name));
      if (!receives)
        TRY(keep_name(connection, token.answered_by, token.request.receiver, body->answered_name));
      return referrals::take_over(connection, token);
    });
    return done ? Outcome::kTaken : outcome_of(done.error());
  }
  Result<void> keep_name(db::Connection& connection, trust::MemberId member,
                         trust::OrganizationId organization, const std::string& name) {
    if (member.is_nil() || name.empty()) return {};
    return line::elsewhere::put_person(connection, member, organization, name, here_.clock.now());
  }
  Outcome take_organizations(const Message& message) {
    auto body = read_organizations(message.body);
    if (!body) return Outcome::kRefused;
    const Instant now = here_.clock.now();
    std::erase_if(body->keys,
                  [&](const auto& key) { return here_.vaults.find(key.organization).has_value(); });
    const auto done = here_.store.write([&](db::Connection& connection) -> Result<void> {
      TRY(line::elsewhere::take_organizations(connection, body->all, now));
      for (const auto& key : TRY(line::elsewhere::keys(connection)))
        TRY(line::elsewhere::forget_key(connection, key.organization));
      for (const auto& key : body->keys) TRY(line::elsewhere::put_key(connection, key, now));
      return {};
    });
    return done ? Outcome::kTaken : outcome_of(done.error());
  }

  // Public keys of the vaults here, when they are others than those told last.
  void tell_keys() {
    const auto now = std::chrono::steady_clock::now();
    if (looked_ && now - *looked_ < kLookAtKeys) return;
    looked_ = now;
    Keys keys;
    for (const trust::OrganizationId organization : here_.vaults.list()) {
      const auto vault = here_.vaults.find(organization);
      const auto key = vault ? (*vault)->public_key() : tl::make_unexpected(vault.error());
      if (key && *key) keys.push_back({organization, std::string((*key)->view())});
    }
    std::string body = write(keys);
    if (body == told_) return;
    told_ = body;
    post_.push({Uuid::generate(here_.clock, here_.random),
                std::string(kKeys),
                {},
                {},
                std::move(body),
                {}});
  }

  VaultPost& post_;
  const Here& here_;
  Outboxes outboxes_;
  std::string told_;
  std::optional<std::chrono::steady_clock::time_point> looked_;
};

VaultPost::VaultPost(const Here& here, const trust::NodeKey& key) : Post(here, key) {}

VaultPost::~VaultPost() {
  stop_.ring();
  if (thread_.joinable()) thread_.join();
}

void VaultPost::connect(const Commons& commons, line::Identity own) {
  thread_ = std::thread([this, commons, own = std::move(own)] { run(commons, own); });
}

void VaultPost::run(const Commons& commons, const line::Identity& own) {
  const auto is_stopped_within = [&](milliseconds time) {
    pollfd stop{stop_.file(), POLLIN, 0};
    return ::poll(&stop, 1, static_cast<int>(time.count())) > 0;
  };
  for (milliseconds pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    auto channel = line::Channel::connect(commons.address, own, commons.pin, kConnecting);
    auto ended = channel ? Result<void>() : Result<void>(tl::make_unexpected(channel.error()));
    if (channel) {
      pause = kFirstPause;
      {
        const std::scoped_lock lock(state_mutex_);
        line_ = {.connected = true, .last_connected_at = here_.clock.now()};
      }
      here_.log.info("line", {{"connected", true}});
      Side side(*this);
      ended = line::exchange(**channel, side, {.wake = bell_.file(), .stop = stop_.file()});
    }
    {
      const std::scoped_lock lock(state_mutex_);
      line_.connected = false;
      if (!ended) line_.reason = ended.error().describe();
      pushed_.clear();
      give_up_asking(nullptr);
    }
    if (!ended) here_.log.warning("line", {{"ended", ended.error()}});
    // A bit by chance, so that many nodes do not come back at one moment.
    const auto half = static_cast<std::uint64_t>(pause.count() / 2);
    if (is_stopped_within(pause / 2 + milliseconds(here_.random.below(half)))) return;
  }
}

bool VaultPost::push(const Message& message) {
  const std::scoped_lock lock(state_mutex_);
  if (!line_.connected) return false;
  pushed_.emplace(message.id, message);
  bell_.ring();
  return true;
}

std::int64_t VaultPost::waiting() {
  std::int64_t sum = 0;
  const auto add = [&](db::Database& store) {
    const auto count =
        store.read([](db::Connection& connection) { return line::waiting(connection); });
    if (count) sum += *count;
  };
  add(here_.store);
  for (const trust::OrganizationId organization : here_.vaults.list())
    if (const auto vault = here_.vaults.find(organization)) add((*vault)->database());
  return sum;
}

LineState VaultPost::state() {
  const std::int64_t count = waiting();
  const std::scoped_lock lock(state_mutex_);
  LineState state = line_;
  state.waiting = count;
  return state;
}

}  // namespace daybreak::gates::post
