// SPDX-License-Identifier: AGPL-3.0-or-later
// Reminders of documents that end soon. The mail names no document and no party.
#include "commons/library/drafts/kept.hpp"
#include "language/words.hpp"
#include "mail/message.hpp"

namespace daybreak::library::drafts {
namespace {

using language::Words;

constexpr std::string_view kRemind = "library.remind_ending";
constexpr language::MessageId kSubject = language::to_translate("A document ends soon");

std::string words_of(const Words& t, std::int64_t count, const Options& options) {
  return t.plural("{0} document of {1} ends within {2} days.",
                  "{0} documents of {1} end within {2} days.", count,
                  {options.site_name, t.number(options.ahead.count())}) +
         "\n\n" + std::string(t("Sign in and look under Documents to renew or end it:")) +
         "\n\n  " + options.site + "/agreements?show=ending\n";
}

Result<void> enqueue_next(db::Connection& c, Instant at, const Clock& clock, Random& random) {
  TRY(jobs::enqueue(
      c, {.kind = std::string(kRemind), .run_at = at, .unique_key = std::string(kRemind)}, clock,
      random));
  return {};
}

}  // namespace

Result<int> Drafts::remind(mail::Post& post) {
  std::vector<Draft> fresh;
  for (Draft& draft : TRY(ending())) {
    const auto row = TRY(database_.read([&](db::Connection& c) {
      return c.query_one("SELECT reminded_at FROM library_drafts_draft WHERE id = $1", {draft.id});
    }));
    if (row && row->is_null(0)) fresh.push_back(std::move(draft));
  }
  if (fresh.empty()) return 0;
  const auto count = static_cast<std::int64_t>(fresh.size());
  const Words english(language::Language::kEnglish), spanish(language::Language::kSpanish);
  for (const std::string& address : TRY(options_.keepers())) {
    const mail::Message message{
        .from = post.from,
        .to = {{address, {}}},
        .subject = std::string(english(kSubject)) + " / " + std::string(spanish(kSubject)),
        .text =
            words_of(english, count, options_) + "\n----\n\n" + words_of(spanish, count, options_),
        .id = Uuid::generate(clock_, random_).to_string(),
        .date = clock_.now()};
    TRY(post.sender->send({post.from.address, {address}}, TRY(mail::compose(message))));
  }
  TRY(database_.write([&](db::Connection& c) -> Result<void> {
    for (const Draft& draft : fresh) {
      TRY(c.execute("UPDATE library_drafts_draft SET reminded_at = $2 WHERE id = $1",
                    {draft.id, clock_.now()}));
      TRY(trust::append_audit(c, trust::Actor::system("job:remind"),
                              {.action = "library_draft.remind",
                               .object_type = "library_draft",
                               .object = draft.id.to_string()},
                              clock_.now()));
    }
    return {};
  }));
  return static_cast<int>(fresh.size());
}

void Drafts::add_handlers(jobs::Queue& queue, mail::Post& post) {
  queue.handle(std::string(kRemind), [this, &post](jobs::RunningJob& job) -> Result<void> {
    TRY(remind(post));
    return job.finish([this](db::Connection& c) {
      return enqueue_next(c, clock_.now() + std::chrono::days(1), clock_, random_);
    });
  });
}

Result<void> Drafts::schedule() {
  return database_.write(
      [this](db::Connection& c) { return enqueue_next(c, clock_.now(), clock_, random_); });
}

}  // namespace daybreak::library::drafts
