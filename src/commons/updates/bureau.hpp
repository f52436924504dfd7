// SPDX-License-Identifier: AGPL-3.0-or-later
// All services of the news on one node, and their background work. Made by one thread at start;
// then safe to use from any thread. Not to be moved.
#pragma once

#include <filesystem>
#include <memory>

#include "commons/updates/feedback.hpp"
#include "commons/updates/mailings.hpp"
#include "commons/updates/topic_list.hpp"
#include "jobs/queue.hpp"
#include "mail/settings.hpp"

namespace daybreak::updates {

class Bureau {
 public:
  // Mail goes through `post`; where that is a folder, into `data`/outbox. Delivery reports are read
  // from `data`/bounces every hour. All must outlive it.
  static Result<std::unique_ptr<Bureau>> open(Newsroom room, trust::Members& members,
                                              mail::Post& post, std::filesystem::path data);

  // Welcome mails, publishing, sending, and every day digests and forgetting.
  void add_handlers(jobs::Queue& queue);
  Result<void> schedule();
  // Reads the delivery reports ("*.eml") that a mail server left in the folder, and removes them.
  // How many were ours.
  Result<std::int64_t> read_bounces(const std::filesystem::path& folder);
  // Whether mails could carry a link back: only then may people subscribe.
  bool can_mail() const { return room.site.starts_with("https://"); }

  Newsroom room;
  TopicList topics;
  Subscribers subscribers;
  Lists lists;
  Issues issues;
  Mailings mailings;
  Feedback feedback;

 private:
  Bureau(Newsroom room, trust::Members& members, mail::Mailbox from, std::unique_ptr<Outlet> outlet,
         std::filesystem::path bounces);
  std::unique_ptr<Outlet> outlet_;
  std::filesystem::path bounces_;
};

}  // namespace daybreak::updates
