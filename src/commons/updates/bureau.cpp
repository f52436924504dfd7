// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/bureau.hpp"

#include <fstream>

#include "base/json.hpp"

namespace daybreak::updates {
namespace {

constexpr std::string_view kDailyJob = "updates.daily", kBounceJob = "updates.bounces";
constexpr std::size_t kMostReports = 10'000;  // in one go; the rest waits for the next hour
constexpr std::chrono::minutes kLease{10};

Result<Uuid> id_in(const jobs::RunningJob& job, std::string_view key) {
  const Json payload = TRY(parse_json(job.job().payload));
  const Json* id = payload.find(key);
  if (id == nullptr || id->if_string() == nullptr)
    return fail(ErrorKind::kInvalid, "names no record", "job payload");
  return Uuid::parse(*id->if_string());
}

Result<void> enqueue_again(db::Connection& c, std::string_view kind, std::optional<Instant> at,
                           const Newsroom& room) {
  TRY(jobs::enqueue(c, {.kind = std::string(kind), .run_at = at, .unique_key = std::string(kind)},
                    room.clock, room.random));
  return {};
}

}  // namespace

Bureau::Bureau(Newsroom given, trust::Members& members, mail::Mailbox from,
               std::unique_ptr<Outlet> outlet, std::filesystem::path bounces)
    : room(std::move(given)),
      topics(room),
      subscribers(room),
      lists(room, find_in(members)),
      issues(room, lists),
      mailings(room, subscribers, lists, std::move(from)),
      feedback(room),
      outlet_(std::move(outlet)),
      bounces_(std::move(bounces)) {}

Result<std::unique_ptr<Bureau>> Bureau::open(Newsroom room, trust::Members& members,
                                             mail::Post& post, std::filesystem::path data) {
  std::unique_ptr<Outlet> outlet;
  if (post.is_folder)
    outlet = std::make_unique<FolderOutlet>(TRY(FolderOutlet::open(data / "outbox")));
  else
    outlet = std::make_unique<SenderOutlet>(*post.sender);
  return std::unique_ptr<Bureau>(
      new Bureau(std::move(room), members, post.from, std::move(outlet), data / "bounces"));
}

void Bureau::add_handlers(jobs::Queue& queue) {
  queue.handle(std::string(kWelcomeJob), [this](jobs::RunningJob& job) -> Result<void> {
    return mailings.welcome(TRY(id_in(job, "subscriber")), *outlet_);
  });
  queue.handle(std::string(kPublishJob), [this](jobs::RunningJob& job) -> Result<void> {
    TRY(topics.refresh());
    const Uuid issue = TRY(id_in(job, "issue"));
    return job.finish([&](db::Connection& c) { return issues.publish(c, issue); });
  });
  queue.handle(std::string(kSendJob), [this](jobs::RunningJob& job) -> Result<void> {
    TRY(topics.refresh());
    return mailings.send(TRY(id_in(job, "mailing")), *outlet_, [&] { return job.keep(kLease); });
  });
  queue.handle(std::string(kDailyJob), [this](jobs::RunningJob& job) -> Result<void> {
    TRY(topics.refresh());
    TRY(subscribers.remove_unconfirmed());
    TRY(issues.publish_digests());
    return job.finish([&](db::Connection& c) {
      return enqueue_again(c, kDailyJob, room.clock.now() + std::chrono::days(1), room);
    });
  });
  queue.handle(std::string(kBounceJob), [this](jobs::RunningJob& job) -> Result<void> {
    TRY(read_bounces(bounces_));
    return job.finish([&](db::Connection& c) {
      return enqueue_again(c, kBounceJob, room.clock.now() + std::chrono::hours(1), room);
    });
  });
}

Result<std::int64_t> Bureau::read_bounces(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.is_regular_file(error) && entry.path().extension() == ".eml" &&
        files.size() < kMostReports)
      files.push_back(entry.path());
  std::int64_t ours = 0;
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::string message{std::istreambuf_iterator<char>(in), {}};
    if (TRY(mailings.take_bounce(message))) ++ours;
    std::filesystem::remove(file, error);
  }
  return ours;
}

Result<void> Bureau::schedule() {
  TRY(topics.refresh());
  return room.database.write([&](db::Connection& c) -> Result<void> {
    TRY(enqueue_again(c, kBounceJob, std::nullopt, room));
    return enqueue_again(c, kDailyJob, std::nullopt, room);
  });
}

}  // namespace daybreak::updates
