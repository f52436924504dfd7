// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/reminders/reminders.hpp"

#include <map>
#include <set>

#include "base/text.hpp"
#include "commons/directory/check.hpp"
#include "embedded/commons_directory_reminders_migrations.hpp"
#include "language/format.hpp"
#include "language/words.hpp"
#include "trust/credentials.hpp"

namespace daybreak::directory::reminders {
namespace {

using language::Language;
using language::Words;

constexpr std::string_view kRemind = "directory.remind", kRemindDue = "directory.remind_due";
constexpr std::size_t kMostInOneMail = 20;
constexpr language::MessageId kSubject = language::to_translate("Is your entry still right?");

// Where the provider reads mail: what staff noted first, then what the record shows.
std::string address_of(const Bundle& bundle) {
  const auto usable = [](std::string_view address) {
    return mail::check_address(address).has_value();
  };
  const Json& service = bundle.service.body();
  for (const std::string_view field : {"assurer_email", "email"})
    if (const std::string_view address = text_of(service, field); usable(address))
      return std::string(address);
  if (bundle.organization)
    if (const std::string_view address = text_of(bundle.organization->body(), "email");
        usable(address))
      return std::string(address);
  return {};
}

bool is_due(const Json& service, Instant by) {
  return text_of(service, "status") != "inactive" && text_of(service, "status") != "defunct" &&
         Audience::everyone().sees(service) && is_overdue(service, by);
}

Result<std::set<Uuid>> asked_since(db::Connection& c, Instant since) {
  std::set<Uuid> asked;
  TRY(c.query_each("SELECT DISTINCT service_id FROM directory_reminders_link WHERE created_at > $1",
                   {since}, [&](const db::Row& row) -> Result<void> {
                     asked.insert(row.uuid(0));
                     return {};
                   }));
  return asked;
}

std::string payload_of(const Letter& letter) {
  Json services = Json::array();
  for (const Uuid& id : letter.services) services.append(id.to_string());
  return to_text(Json::object({{"services", std::move(services)}}));
}

Result<std::vector<Uuid>> services_in(std::string_view payload) {
  const Json read = TRY(parse_json(payload));
  const Json* list = read.find("services");
  if (list == nullptr || list->if_array() == nullptr)
    return fail(ErrorKind::kInvalid, "names no services", "job payload");
  std::vector<Uuid> services;
  for (const Json& id : *list->if_array())
    services.push_back(TRY(Uuid::parse(id.if_string() ? *id.if_string() : "")));
  return services;
}

// One half of the mail. No name of a service stands in it: it may tell what the place is for.
std::string words_of(Words t, const Options& options, const std::vector<std::string>& links,
                     Date until) {
  std::string text = t("You are listed in {0}. From time to time we ask whether what it says about "
                       "you is still right.",
                       {options.site_name}) +
                     "\n\n" +
                     t.plural("Please open this link, look, and press one button:",
                              "Please open these links, look, and press one button each:",
                              static_cast<std::int64_t>(links.size())) +
                     "\n\n";
  for (const std::string& link : links) text += "  " + link + "\n";
  return text + "\n" +
         t("A link works once, until {0}. You need no account. Do not pass it on: whoever has it "
           "can "
           "answer for you.",
           {language::format_date(t.language(), until)}) +
         "\n";
}

trust::AuditEvent event_of(std::string_view action, std::string_view type, const Uuid& service) {
  return {.action = std::string(action),
          .object_type = std::string(type),
          .object = service.to_string()};
}

std::string hash_of(const Secret<std::string>& token) { return to_hex(trust::token_hash(token)); }

// Whoever holds a link acts as the node's own process of asking, not as a member.
trust::Actor bearer() { return trust::Actor::system("mailed_link"); }

}  // namespace

db::ModuleMigrations migrations() {
  return {"directory_reminders", &embedded::commons_directory_reminders_migrations()};
}

Result<Plan> Reminders::plan() {
  const Instant now = clock_.now();
  const std::set<Uuid> asked = TRY(directory_.database().read(
      [&](db::Connection& c) { return asked_since(c, now - options_.again_after); }));
  Plan plan;
  std::map<std::string, std::vector<Uuid>> by_address;
  TRY(directory_.each_bundle(Audience::staff(), [&](std::vector<Bundle> bundles) -> Result<void> {
    for (const Bundle& bundle : bundles) {
      if (!is_due(bundle.service.body(), now + options_.ahead)) continue;
      ++plan.due;
      const std::string address = address_of(bundle);
      if (address.empty()) {
        ++plan.without_address;
      } else if (asked.contains(bundle.service.id())) {
        ++plan.asked_lately;
      } else {
        by_address[address].push_back(bundle.service.id());
      }
    }
    return {};
  }));
  for (auto& [address, services] : by_address) {
    for (std::size_t at = 0; at < services.size(); at += kMostInOneMail) {
      const std::size_t end = std::min(at + kMostInOneMail, services.size());
      plan.letters.push_back({address,
                              {services.begin() + static_cast<std::ptrdiff_t>(at),
                               services.begin() + static_cast<std::ptrdiff_t>(end)}});
    }
  }
  return plan;
}

Result<std::int64_t> Reminders::enqueue(const Plan& plan) {
  return directory_.database().write([&](db::Connection& c) -> Result<std::int64_t> {
    std::int64_t added = 0;
    for (const Letter& letter : plan.letters) {
      const jobs::NewJob job{.kind = std::string(kRemind),
                             .payload = payload_of(letter),
                             .unique_key = "remind:" + letter.services.front().to_string()};
      if (TRY(jobs::enqueue(c, job, clock_, random_))) ++added;
    }
    return added;
  });
}

Result<std::string> Reminders::make_link(const Uuid& service, const Secret<std::string>& token) {
  const Instant now = clock_.now();
  TRY(directory_.database().write([&](db::Connection& c) -> Result<void> {
    TRY(
        c.execute("INSERT INTO directory_reminders_link (token_hash, service_id, created_at, "
                  "expires_at) VALUES ($1, $2, $3, $4)",
                  {hash_of(token), service, now, now + options_.link_lifetime}));
    return trust::append_audit(c, trust::Actor::system("job:remind"),
                               event_of("directory_record.remind", "directory_record", service),
                               now);
  }));
  return options_.site + "/check?token=" + token.reveal();
}

Result<void> Reminders::send(const Letter& letter, mail::Post& post) {
  std::vector<std::string> links, hashes;
  for (const Uuid& service : letter.services) {
    const Secret<std::string> token = trust::new_token(random_);
    hashes.push_back(hash_of(token));
    links.push_back(TRY(make_link(service, token)));
  }
  const Instant now = clock_.now();
  const Date until(std::chrono::floor<std::chrono::days>(now + options_.link_lifetime));
  const Words english(Language::kEnglish), spanish(Language::kSpanish);
  const mail::Message message{
      .from = post.from,
      .to = {{letter.address, {}}},
      .subject = std::string(english(kSubject)) + " / " + std::string(spanish(kSubject)),
      .text = words_of(english, options_, links, until) + "\n----\n\n" +
              words_of(spanish, options_, links, until),
      .id = Uuid::generate(clock_, random_).to_string(),
      .date = now};
  const std::string bytes = TRY(mail::compose(message));
  const Result<void> sent = post.sender->send({post.from.address, {letter.address}}, bytes);
  if (sent) return sent;
  // Nobody got these links, so they must not count as asked.
  TRY(directory_.database().write([&](db::Connection& c) -> Result<void> {
    for (const std::string& hash : hashes)
      TRY(c.execute("DELETE FROM directory_reminders_link WHERE token_hash = $1", {hash}));
    return {};
  }));
  return sent;
}

Result<void> Reminders::remind(std::span<const Uuid> services, mail::Post& post) {
  const Instant by = clock_.now() + options_.ahead;
  std::map<std::string, Letter> letters;  // an address may have changed since the plan
  for (const Bundle& bundle : TRY(directory_.bundles(services, Audience::staff()))) {
    const std::string address = address_of(bundle);
    if (address.empty() || !is_due(bundle.service.body(), by)) continue;
    letters[address].address = address;
    letters[address].services.push_back(bundle.service.id());
  }
  for (const auto& [address, letter] : letters) TRY(send(letter, post));
  return {};
}

Result<Uuid> Reminders::record_of(const Secret<std::string>& token) {
  return directory_.database().read([&](db::Connection& c) -> Result<Uuid> {
    const auto row =
        TRY(c.query_one("SELECT service_id FROM directory_reminders_link WHERE token_hash = $1 AND "
                        "used_at IS NULL AND expires_at > $2",
                        {hash_of(token), clock_.now()}));
    if (!row) return fail(ErrorKind::kNotFound, "was used already or has expired", "link");
    return row->uuid(0);
  });
}

// The link counts only if it is still open in this very transaction; then it and its siblings end.
Result<void> Reminders::use_link(db::Connection& c, const Secret<std::string>& token,
                                 const Uuid& service, std::string_view outcome) {
  const Instant now = clock_.now();
  const std::int64_t used =
      TRY(c.execute("UPDATE directory_reminders_link SET used_at = $3, outcome = $4 WHERE "
                    "token_hash = $1 AND service_id = $2 AND used_at IS NULL AND expires_at > $3",
                    {hash_of(token), service, now, outcome}));
  if (used != 1) return fail(ErrorKind::kNotFound, "was used already or has expired", "link");
  TRY(
      c.execute("UPDATE directory_reminders_link SET expires_at = $2 WHERE service_id = $1 AND "
                "used_at IS NULL AND expires_at > $2",
                {service, now}));
  const bool confirmed = outcome == "confirmed";
  return trust::append_audit(
      c, bearer(),
      event_of(confirmed ? "directory_record.verify" : "directory_proposal.create",
               confirmed ? "directory_record" : "directory_proposal", service),
      now);
}

Result<void> Reminders::confirm(const Secret<std::string>& token) {
  const Uuid service = TRY(record_of(token));
  TRY(gatekeeper_.require(bearer(), {"verify"},
                          {.type = "directory_record", .audience = trust::Audience::kPublic},
                          service.to_string()));
  return directory_.verify(service, "all", "provider", [&](db::Connection& c) {
    return use_link(c, token, service, "confirmed");
  });
}

Result<void> Reminders::propose(const Secret<std::string>& token,
                                const std::vector<FieldChange>& changes, std::string_view note) {
  const Uuid service = TRY(record_of(token));
  TRY(gatekeeper_.require(bearer(), {"create"},
                          {.type = "directory_proposal", .audience = trust::Audience::kPublic},
                          service.to_string()));
  TRY(directory_.propose(
      Entity::kService, service, changes, "provider", note,
      [&](db::Connection& c) { return use_link(c, token, service, "proposed"); }));
  return {};
}

void Reminders::add_handlers(jobs::Queue& queue, mail::Post& post) {
  queue.handle(std::string(kRemind), [this, &post](jobs::RunningJob& job) -> Result<void> {
    const std::vector<Uuid> services = TRY(services_in(job.job().payload));
    return remind(services, post);
  });
  queue.handle(std::string(kRemindDue), [this](jobs::RunningJob& job) -> Result<void> {
    TRY(enqueue(TRY(plan())));
    return job.finish([this](db::Connection& c) -> Result<void> {
      TRY(jobs::enqueue(c,
                        {.kind = std::string(kRemindDue),
                         .run_at = clock_.now() + std::chrono::days(1),
                         .unique_key = std::string(kRemindDue)},
                        clock_, random_));
      return {};
    });
  });
}

Result<void> Reminders::schedule() {
  return directory_.database().write([this](db::Connection& c) -> Result<void> {
    TRY(jobs::enqueue(c, {.kind = std::string(kRemindDue), .unique_key = std::string(kRemindDue)},
                      clock_, random_));
    return {};
  });
}

}  // namespace daybreak::directory::reminders
