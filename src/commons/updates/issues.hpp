// SPDX-License-Identifier: AGPL-3.0-or-later
// Issues of the news: written in Markdown by one person, approved by another, published at a time.
// Any change takes the approval away. Safe to use from any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "commons/updates/lists.hpp"
#include "commons/updates/newsroom.hpp"
#include "commons/updates/topics.hpp"
#include "doc/document.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::updates {

enum class IssueState : std::uint8_t { kDraft, kWaiting, kApproved, kPublished, kWithdrawn };
std::string_view code_of(IssueState state);

struct Issue {
  Uuid id;  // nil: new
  std::string topic;
  Both title;  // one line; Spanish may be empty: then the English stands in
  Both body;   // Markdown
  IssueState state = IssueState::kDraft;
  std::int64_t version = 0;
  trust::MemberId author;  // who changed it last
  std::optional<Instant> send_at, published_at;
  const std::string& title_in(Language language) const;
  const std::string& body_in(Language language) const;
  // The language that a reader of `language` gets.
  Language language_for(Language language) const;
};

// A line of an issue's text that stands for a survivor's story: "{{story:<id>}}".
std::string story_line(const Uuid& story);
std::vector<Uuid> stories_in(const Issue& issue);
// The issue with the stories that may be shown so now; the others leave a sentence behind.
Issue with_stories(const Newsroom& room, Issue issue, std::string_view use);

// The text as a document; the same for page, mail and paper. kInvalid names the field.
Result<doc::Document> to_document(const Issue& issue, Language language);

inline constexpr std::string_view kPublishJob = "updates.publish", kSendJob = "updates.send";

class Issues {
 public:
  Issues(Newsroom room, Lists& lists)
      : room_(std::move(room)), gatekeeper_(room_.database, room_.clock), lists_(lists) {}

  // Makes or changes a draft; its new form. kConflict when `issue.version` is not the newest, or it
  // is published. kInvalid names the field ("title_en", "body_es", "topic").
  Result<Issue> save(const trust::Actor& actor, Issue issue);
  Result<Issue> submit(const trust::Actor& actor, const Uuid& id);
  // Back to the author.
  Result<Issue> return_to_draft(const trust::Actor& actor, const Uuid& id);
  // By a second person, for exactly this version; published at `send_at`, or at once.
  Result<Issue> approve(const trust::Actor& actor, const Uuid& id, std::int64_t version,
                        std::optional<Instant> send_at);
  // Takes it out of archive and feeds; mail that went out cannot be called back.
  Result<Issue> withdraw(const trust::Actor& actor, const Uuid& id);

  Result<std::vector<Issue>> list(const trust::Actor& actor);     // for the desk, newest first
  Result<Issue> find(const trust::Actor& actor, const Uuid& id);  // for the desk
  // Published ones of public topics, newest first; all public topics without one.
  Result<std::vector<Issue>> archive(std::string_view topic, std::size_t most, std::size_t offset);
  // A published issue as its readers see it: anyone a public one, members of its list a bulletin.
  Result<Issue> read(const trust::Actor& actor, const Uuid& id);

  // Issues that a member wrote last and that are not published; and in the caller's write, to
  // another (all, or only those named). Which were moved.
  Result<std::vector<Issue>> unpublished_of(trust::MemberId author);
  static Result<std::vector<Uuid>> pass_on(db::Connection& connection, trust::MemberId from,
                                           trust::MemberId to, std::span<const Uuid> only = {});

  // For jobs: an approved issue whose time has come becomes published and its mailing is put into
  // the queue, in the caller's write. Does nothing when it is not approved any more.
  Result<void> publish(db::Connection& connection, const Uuid& id);
  // Mailings of the week (ISO) or month that ended before now, once each; for a daily job.
  Result<int> publish_digests();

 private:
  Result<Issue> move(const trust::Actor& actor, const Uuid& id, std::string_view action,
                     const std::function<Result<Issue>(db::Connection&, Issue)>& change);
  Result<Issue> load(db::Connection& connection, const Uuid& id);
  Result<void> start(db::Connection& connection, std::string_view period, std::string_view kind,
                     const std::optional<Uuid>& issue, Instant since, Instant until);

  Newsroom room_;
  trust::Gatekeeper gatekeeper_;
  Lists& lists_;
};

}  // namespace daybreak::updates
