// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/bureau.hpp"

#include "base/json.hpp"

namespace daybreak::updates {
namespace {

constexpr std::string_view kDailyJob = "updates.daily";
constexpr std::chrono::minutes kLease{10};

Result<Uuid> id_in(const jobs::RunningJob& job, std::string_view key) {
  const Json payload = TRY(parse_json(job.job().payload));
  const Json* id = payload.find(key);
  if (id == nullptr || id->if_string() == nullptr)
    return fail(ErrorKind::kInvalid, "names no record", "job payload");
  return Uuid::parse(*id->if_string());
}

Result<void> enqueue_daily(db::Connection& c, std::optional<Instant> at, const Newsroom& room) {
  TRY(jobs::enqueue(
      c, {.kind = std::string(kDailyJob), .run_at = at, .unique_key = std::string(kDailyJob)},
      room.clock, room.random));
  return {};
}

}  // namespace

Bureau::Bureau(Newsroom given, trust::Members& members, mail::Mailbox from,
               std::unique_ptr<Outlet> outlet)
    : room(std::move(given)),
      subscribers(room),
      lists(room, find_in(members)),
      issues(room, lists),
      mailings(room, subscribers, lists, std::move(from)),
      feedback(room),
      outlet_(std::move(outlet)) {}

Result<std::unique_ptr<Bureau>> Bureau::open(Newsroom room, trust::Members& members,
                                             mail::Post& post, std::filesystem::path outbox) {
  std::unique_ptr<Outlet> outlet;
  if (post.is_folder)
    outlet = std::make_unique<FolderOutlet>(TRY(FolderOutlet::open(std::move(outbox))));
  else
    outlet = std::make_unique<SenderOutlet>(*post.sender);
  return std::unique_ptr<Bureau>(
      new Bureau(std::move(room), members, post.from, std::move(outlet)));
}

void Bureau::add_handlers(jobs::Queue& queue) {
  queue.handle(std::string(kWelcomeJob), [this](jobs::RunningJob& job) -> Result<void> {
    return mailings.welcome(TRY(id_in(job, "subscriber")), *outlet_);
  });
  queue.handle(std::string(kPublishJob), [this](jobs::RunningJob& job) -> Result<void> {
    const Uuid issue = TRY(id_in(job, "issue"));
    return job.finish([&](db::Connection& c) { return issues.publish(c, issue); });
  });
  queue.handle(std::string(kSendJob), [this](jobs::RunningJob& job) -> Result<void> {
    return mailings.send(TRY(id_in(job, "mailing")), *outlet_, [&] { return job.keep(kLease); });
  });
  queue.handle(std::string(kDailyJob), [this](jobs::RunningJob& job) -> Result<void> {
    TRY(subscribers.remove_unconfirmed());
    TRY(issues.publish_digests());
    return job.finish([&](db::Connection& c) {
      return enqueue_daily(c, room.clock.now() + std::chrono::days(1), room);
    });
  });
}

Result<void> Bureau::schedule() {
  return room.database.write(
      [&](db::Connection& c) { return enqueue_daily(c, std::nullopt, room); });
}

}  // namespace daybreak::updates
