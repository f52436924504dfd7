// SPDX-License-Identifier: AGPL-3.0-or-later
// The mails of the news as bytes: text, HTML unless the reader wants none, links to stop and to
// change, and nothing that is fetched or counted. Pure but for the seals; safe to use from any
// thread.
#pragma once

#include <span>
#include <string>

#include "commons/updates/issues.hpp"
#include "commons/updates/subscribers.hpp"
#include "language/words.hpp"
#include "mail/message.hpp"

namespace daybreak::updates {

// An issue in one language as parts of a mail.
struct Rendered {
  Uuid issue;
  std::string title, text, html;
  Language language = Language::kEnglish;
};
// kInvalid when a mail could not carry it.
Result<Rendered> render(const Issue& issue, Language language);

// One mail to one person. `id` is the left part of its Message-ID; the same input gives the same
// bytes.
struct Reader {
  Sealed contact;
  Preferences preferences;
  std::string mail_id;
  Instant date;
};

class Letters {
 public:
  Letters(const Newsroom& room, mail::Mailbox from) : room_(room), from_(std::move(from)) {
    from_.name = room_.site_name;
  }
  const mail::Mailbox& from() const { return from_; }

  Result<std::string> issue(const Rendered& issue, const Topic& topic, const Reader& reader) const;
  // What a week or month brought; at least one issue.
  Result<std::string> digest(std::span<const Rendered* const> issues, const Reader& reader) const;
  // Says that a bulletin waits behind the sign-in; nothing of it stands in the mail.
  Result<std::string> bulletin(const Uuid& issue, const Topic& topic, const Reader& reader) const;
  // To confirm a subscription, or for a known address to change it.
  Result<std::string> welcome(const Subscriber& subscriber, std::string mail_id) const;

 private:
  std::string address_of(Language language, std::string_view path) const;
  std::string link(Language language, std::string_view path,
                   const Secret<std::string>& token) const;
  struct Footer;
  Result<std::string> finish(const Reader& reader, std::string subject, const Rendered& content,
                             const Footer& footer) const;
  std::string neutral_text(language::Words t, const std::string& address) const;

  const Newsroom& room_;
  mail::Mailbox from_;
};

}  // namespace daybreak::updates
