// SPDX-License-Identifier: AGPL-3.0-or-later
// News as pages: for everyone the latest, the archive, feeds, subscribing and the links of mails
// (no account, no cookie; looking changes nothing); for staff the desk where issues are written.
#pragma once

#include <memory>

#include "commons/updates/bureau.hpp"
#include "commons/updates/throttle.hpp"
#include "http/router.hpp"
#include "visit/visit.hpp"

namespace daybreak::updates::pages {

// What the handlers work with; all of it must outlive the router.
struct Desk {
  visit::Visits& visits;
  Bureau& bureau;
  trust::Members& members;
  const Clock& clock;
  // Per network address: mails asked for, remarks sent.
  std::shared_ptr<Throttle> asks = std::make_shared<Throttle>(clock, 5, std::chrono::hours(1));
  std::shared_ptr<Throttle> remarks = std::make_shared<Throttle>(clock, 5, std::chrono::hours(1));
};

// "/news", "/news/{id}", "/news/feeds/{topic}.xml", "/news/feedback".
void add_reading_routes(http::Router& router, const Desk& desk);
// "/news/subscribe" and what mails link to: "/news/confirm", "/news/mine", "/news/stop".
void add_subscribing_routes(http::Router& router, const Desk& desk);
// "/news-desk": writing, approving, bulletins' lists, what readers say.
void add_desk_routes(http::Router& router, const Desk& desk);
void add_desk_list_routes(http::Router& router, const Desk& desk);
// "/news-desk/topics".
void add_desk_topic_routes(http::Router& router, const Desk& desk);

// The fields of a subscriber's choices; shared by the two pages that ask for them.
void write_choices(html::Markup& out, const Preferences& chosen,
                   std::span<const html::FieldError> errors);
Preferences read_choices(const http::Request& request);
// One form with an e-mail address and the choices.
void write_subscribe_form(html::Markup& out, const http::Request& request, std::string_view address,
                          const Preferences& chosen, std::span<const html::FieldError> errors);
// An issue's text below its heading, as readers see it.
void write_issue(html::Markup& out, const Issue& issue);

}  // namespace daybreak::updates::pages
