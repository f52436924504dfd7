// SPDX-License-Identifier: AGPL-3.0-or-later
// Between HTTP and the areas: who asks (session, actor, language), and the page around the answer.
// Every pages.cpp gets one Visits and answers with page(). Built by one thread at start; after the
// routes are added it is immutable and safe to use from any thread.
//
//   router.get("/services", Access::anyone(), [&](Request& request) {
//     const Words t(language_of(request));
//     return visits.page(request, {.title = t("Find services")}, [&](Markup& out) { … });
//   });
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "html/components.hpp"
#include "http/router.hpp"
#include "trust/sealing.hpp"
#include "trust/session.hpp"
#include "visit/settings.hpp"

namespace daybreak::visit {

// The session of this request, or nullptr for the public.
const trust::Session* session_of(const http::Request& request);
// For decide() and the audit log; the public leaves no trace.
trust::Actor actor_of(const http::Request& request);
language::Language language_of(const http::Request& request);
// The browser runs on this machine and reached the node without a proxy: what demonstration
// accounts need. A proxy on this machine connects from loopback too, so its headers and the host
// are read.
bool is_from_this_machine(const http::Request& request);
// For html::post_form and html::action_button. Without a session there is no authority to protect;
// forms from other sites are refused by the router.
std::string csrf_of(const http::Request& request);
// 303 within the language of the request.
http::Response redirect(const http::Request& request, const html::Href& to);

enum class ShownTo : std::uint8_t { kEveryone, kStaff };

// One entry of the main menu; the label is translated at each request.
struct MenuItem {
  language::MessageId label;
  std::string path;
  ShownTo shown_to = ShownTo::kEveryone;
  int order = 50;  // smaller stands further left
  // Of members, only those whose work it is; all when not given.
  std::function<bool(const trust::Session&)> fits = {};
};

// A part of "Today": writes what waits for this member and returns how much; nothing when 0.
using TodayPart = std::function<int(const trust::Session&, html::Markup&)>;

class Visits {
 public:
  // `sessions` and `key` must outlive it.
  Visits(trust::Sessions& sessions, const trust::NodeKey& key, Settings settings);

  const Settings& settings() const { return settings_; }
  void add_menu_item(MenuItem item);
  void add_today_part(TodayPart part) { today_parts_.push_back(std::move(part)); }
  const std::vector<TodayPart>& today_parts() const { return today_parts_; }

  // For the router: finds the session and checks the token of every form of a signed-in member.
  http::Step step();
  // Lets members through; sends others to the sign-in page. What a member may see of a page is
  // decided by the services behind it; a permission route also needs the session.
  http::Authorizer authorizer();

  html::Shell shell(const http::Request& request) const;
  http::Response page(const http::Request& request, const html::Page& page,
                      const std::function<void(html::Markup&)>& content,
                      http::Status status = http::Status::kOk) const;
  // The page of an error, in plain words and with a way on; absent and hidden look the same. JSON
  // for those who do not ask for HTML. `detail` is the server's, in English.
  http::Response error_page(const http::Request& request, http::Status status,
                            std::string_view detail) const;
  // The same with a sentence of ours, in the reader's language.
  http::Response refusal(const http::Request& request, http::Status status,
                         std::string_view sentence = {}) const;

  // The answer to a service that failed: asks for a fresh confirmation where only that is missing
  // (and comes back to `here`), else the page for what is absent or hidden, wrong or unavailable.
  http::Response failure(const http::Request& request, const Error& error,
                         const html::Href& here) const;
  // Sends the member to confirm who it is, and then to `here`.
  http::Response ask_to_confirm(const http::Request& request, const html::Href& here) const;

  // Signs the browser in or out.
  void set_session_cookie(const http::Request& request, http::Response& response,
                          const Secret<std::string>& token) const;
  void clear_session_cookie(const http::Request& request, http::Response& response) const;
  // The token of the session cookie, if there is one.
  static std::optional<Secret<std::string>> token_of(const http::Request& request);
  // A pseudonym of the network address for the lock-out and the audit log.
  std::string origin_of(const http::Request& request) const;

 private:
  trust::Sessions& sessions_;
  const trust::NodeKey& key_;
  Settings settings_;
  std::vector<MenuItem> menu_;
  std::vector<TodayPart> today_parts_;
};

}  // namespace daybreak::visit
