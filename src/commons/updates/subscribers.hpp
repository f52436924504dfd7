// SPDX-License-Identifier: AGPL-3.0-or-later
// Who asked for news, and what they chose. Nobody is a subscriber before they confirm from a mail
// that they got; asking never tells whether an address is known. Every act through a mailed link is
// recorded without a word about the person. Safe to use from any thread.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "commons/updates/newsroom.hpp"
#include "commons/updates/topics.hpp"
#include "jobs/queue.hpp"

namespace daybreak::updates {

struct Preferences {
  std::vector<std::string> topics;  // ids of public topics
  Frequency frequency = Frequency::kEach;
  Language language = Language::kEnglish;
  Format format = Format::kHtml;
  // Mail that tells nothing: a neutral sender and subject and a link instead of the text.
  bool neutral = false;
};

enum class SubscriberState : std::uint8_t {
  kAsked,    // has not confirmed
  kActive,   // gets mail
  kStopped,  // the address does not exist any more; kept so that it gets no mail
};
std::string_view code_of(SubscriberState state);

struct Subscriber {
  Uuid id;
  Sealed contact;
  SubscriberState state = SubscriberState::kAsked;
  Preferences preferences;
  Instant created_at;
  std::optional<Instant> confirmed_at;
};

struct SubscriberLimits {
  std::chrono::minutes again_after{10};  // no second mail to one address sooner
  std::chrono::days confirm_within{7};
  int soft_bounces = 5;  // in a row, each at least `soft_apart` after the last
  std::chrono::hours soft_apart{24};
};

inline constexpr std::string_view kWelcomeJob = "updates.welcome";

class Subscribers {
 public:
  explicit Subscribers(Newsroom room, SubscriberLimits limits = {})
      : room_(std::move(room)), limits_(limits) {}

  // Puts a mail with the person's link into the queue: to confirm, or, for a known address, to
  // change the choices. The answer is the same for all. kInvalid names the field.
  Result<void> ask(std::string_view address, const Preferences& wanted);

  // By the link's bearer. kNotFound for an unknown link.
  Result<Subscriber> find(const Secret<std::string>& token);
  Result<Subscriber> find(const Uuid& id);
  // Those of them that are known; for sending, in one read.
  Result<std::map<Uuid, Subscriber>> find_all(std::span<const Uuid> ids);
  Result<void> confirm(const Secret<std::string>& token);
  // Choosing no topic is an error: that is what stop() and erase() are for.
  Result<void> change(const Secret<std::string>& token, const Preferences& wanted);
  // Ends one topic; with an empty topic, or the last one, everything: the record is erased. Doing
  // it again is no error.
  Result<void> stop(const Secret<std::string>& token, std::string_view topic);
  Result<void> erase(const Secret<std::string>& token);
  // All that is kept about the bearer, as JSON.
  Result<std::string> export_own(const Secret<std::string>& token);

  // A mail came back: for good (the address gets no more mail), or for now (after several in a row
  // the same).
  enum class Bounce : std::uint8_t { kHard, kSoft };
  Result<void> bounced(db::Connection& connection, const Uuid& id, Bounce kind);
  // Forgets those who never confirmed; for a nightly job. How many.
  Result<std::int64_t> remove_unconfirmed();

  // Active subscribers by topic: {"law", 120}.
  Result<std::vector<std::pair<std::string, std::int64_t>>> counts();

  const Newsroom& room() const { return room_; }

 private:
  Result<void> write_choices(db::Connection& connection, const Uuid& id, const Preferences& wanted);
  Result<void> add(db::Connection& connection, const Uuid& id, std::string_view address,
                   const Preferences& wanted);
  Result<void> act(const Secret<std::string>& token, std::string_view action,
                   const std::function<Result<void>(db::Connection&, const Uuid&)>& change);

  Newsroom room_;
  SubscriberLimits limits_;
};

// Fails with the field's name when a choice is not one that the public has.
Result<void> check(const Preferences& wanted);

}  // namespace daybreak::updates
