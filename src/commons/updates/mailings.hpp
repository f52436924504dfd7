// SPDX-License-Identifier: AGPL-3.0-or-later
// Sending a mailing: every recipient's line is done once, whatever kills the process in between. A
// mail's id is made of mailing, line and a seal, so it is the same at each attempt, and a bounce
// that does not know it is not believed. send() belongs in a job, one thread for each mailing.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "commons/updates/letters.hpp"
#include "commons/updates/outlet.hpp"

namespace daybreak::updates {

enum class DeliveryState : std::uint8_t {
  kWaiting = 0,
  kHandedOver = 1,  // to a server that cannot be asked again; after a kill: in doubt
  kSent = 2,
  kRefused = 3,
  kUnwanted = 4,  // ended, erased or no longer allowed since the mailing began
  kBounced = 5,
};

struct Tally {
  std::int64_t waiting = 0, in_doubt = 0, sent = 0, refused = 0, unwanted = 0, bounced = 0;
};

class Mailings {
 public:
  Mailings(Newsroom room, Subscribers& subscribers, Lists& lists, mail::Mailbox from)
      : room_(std::move(room)),
        subscribers_(subscribers),
        lists_(lists),
        letters_(room_, std::move(from)) {}

  // Sends what waits; `keep` is called between batches (to keep a job's lease) and may end it. When
  // the outlet is away this fails with kUnavailable and the rest goes on waiting.
  Result<void> send(const Uuid& mailing, Outlet& outlet,
                    const std::function<Result<void>()>& keep = {});
  Result<void> welcome(const Uuid& subscriber, Outlet& outlet);

  Result<Tally> tally(const Uuid& mailing);
  // The mailing of an issue, if it began.
  Result<std::optional<Uuid>> mailing_of(const Uuid& issue);
  // What a kill left open, decided by a person: sent again, or left as sent.
  enum class Doubt : std::uint8_t { kSendAgain, kTakeAsSent };
  Result<std::int64_t> settle_doubt(const trust::Actor& actor, const Uuid& mailing, Doubt decision);

  // A delivery report (RFC 3464) as it came. Says whether it was one of ours and changed something;
  // anything else is not an error.
  Result<bool> take_bounce(std::string_view message);

  std::string mail_id(const Uuid& mailing, std::int64_t number) const;
  Newsroom& room() { return room_; }

 private:
  struct Line {
    std::int64_t number = 0;
    Uuid recipient;
    DeliveryState outcome = DeliveryState::kWaiting;
  };
  struct Mailing;
  Result<Mailing> load(const Uuid& id);
  Result<std::vector<Line>> waiting(const Uuid& mailing, std::size_t most);
  Result<std::map<Uuid, Subscriber>> subscribers_of(const std::vector<Line>& lines);
  Result<void> claim(const Uuid& mailing, std::vector<Line>& lines);
  Result<void> send_batch(const Mailing& mailing, std::vector<Line>& lines, Outlet& outlet);
  Result<std::optional<std::string>> compose(const Mailing& mailing, const Line& line,
                                             const std::map<Uuid, Subscriber>& subscribers,
                                             std::string& address);
  Result<void> mark(const Uuid& mailing, const std::vector<Line>& lines, DeliveryState before);

  Newsroom room_;
  Subscribers& subscribers_;
  Lists& lists_;
  Letters letters_;
};

}  // namespace daybreak::updates
