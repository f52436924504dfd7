// SPDX-License-Identifier: AGPL-3.0-or-later
// Asking providers whether their record is still right: a mail with a one-time link, by which they
// confirm it or propose changes without an account. The mail names no service and no purpose. Of a
// link only the hash of its token is kept; it is bound to one record, works once and for a while.
// Safe to use from any thread; remind() sends mail and belongs in a job.
#pragma once

#include <string>
#include <vector>

#include "base/secret.hpp"
#include "commons/directory/service.hpp"
#include "jobs/queue.hpp"
#include "mail/settings.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::directory::reminders {

db::ModuleMigrations migrations();

struct Options {
  std::string site;             // "https://resources.example.org": where links lead
  std::string site_name;        // neutral
  std::chrono::days ahead{14};  // records that will be overdue within this time are asked about
  std::chrono::days again_after{30};  // no second mail sooner
  std::chrono::days link_lifetime{21};
};

// Records of one provider, by the mail address that they share.
struct Letter {
  std::string address;
  std::vector<Uuid> services;
};

struct Plan {
  std::vector<Letter> letters;
  std::int64_t due = 0;              // public records due for a check
  std::int64_t without_address = 0;  // of them: nobody to write to
  std::int64_t asked_lately = 0;     // of them: a link is on its way
};

class Reminders {
 public:
  Reminders(Directory& directory, const Clock& clock, Random& random, Options options)
      : directory_(directory),
        gatekeeper_(directory.database(), clock),
        clock_(clock),
        random_(random),
        options_(std::move(options)) {}

  // What is due now; changes nothing.
  Result<Plan> plan();
  // One job for each letter of the plan; how many were put into the queue.
  Result<std::int64_t> enqueue(const Plan& plan);
  // Writes to the providers of these services (the payload of such a job): makes the links and
  // sends. A service that is no longer due, or has no address, is left out.
  Result<void> remind(std::span<const Uuid> services, mail::Post& post);

  // The record that a link leads to. kNotFound for an unknown, used or expired link.
  Result<Uuid> record_of(const Secret<std::string>& token);
  // By the link's bearer; each ends the links of that record. kNotFound as above.
  Result<void> confirm(const Secret<std::string>& token);
  Result<void> propose(const Secret<std::string>& token, const std::vector<FieldChange>& changes,
                       std::string_view note);

  // "directory.remind" (one letter) and "directory.remind_due" (plans every day, and itself again).
  void add_handlers(jobs::Queue& queue, mail::Post& post);
  // Puts the daily job into the queue unless it is there.
  Result<void> schedule();

 private:
  Result<std::string> make_link(const Uuid& service, const Secret<std::string>& token);
  Result<void> send(const Letter& letter, mail::Post& post);
  Result<void> use_link(db::Connection& c, const Secret<std::string>& token, const Uuid& service,
                        std::string_view outcome);

  Directory& directory_;
  trust::Gatekeeper gatekeeper_;
  const Clock& clock_;
  Random& random_;
  Options options_;
};

}  // namespace daybreak::directory::reminders
