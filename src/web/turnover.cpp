// SPDX-License-Identifier: AGPL-3.0-or-later
// What members look after in each area, gathered for hand-overs; and the reminder of the yearly
// review.
#include "commons/turnover/turnover.hpp"

#include <algorithm>

#include "commons/directory/board/board.hpp"
#include "commons/network/network.hpp"
#include "commons/threat/desk/focus.hpp"
#include "commons/updates/bureau.hpp"
#include "mail/message.hpp"
#include "web/administration.hpp"
#include "web/site.hpp"
#include "web/turnover_pages.hpp"

namespace daybreak::web {
namespace {

using language::to_translate;
using turnover::Duty;
using turnover::Holder;
using Duties = std::vector<Duty>;

Holder agreed_actions(network::Network& network) {
  return {.code = "network_action",
          .words = to_translate("Actions agreed in meetings"),
          .duties = [&network](const trust::Actor&, const trust::Member& one) -> Result<Duties> {
            Duties duties;
            for (const network::AgreedAction& action : TRY(network.actions_of(one.id)))
              duties.push_back({action.action.words, "/network-desk/actions", action.action.due});
            return duties;
          },
          .pass_on = network::Network::pass_on,
          .end = network::Network::end_feeds};
}

Holder unpublished_news(updates::Bureau& updates) {
  return {.code = "updates_issue",
          .words = to_translate("Issues of the news not yet published"),
          .duties = [&updates](const trust::Actor&, const trust::Member& one) -> Result<Duties> {
            Duties duties;
            for (const updates::Issue& issue : TRY(updates.issues.unpublished_of(one.id)))
              duties.push_back({issue.title.en, "/news-desk/" + issue.id.to_string()});
            return duties;
          },
          .pass_on = updates::Issues::pass_on};
}

Holder restricted_lists(updates::Bureau& updates) {
  return {.code = "updates_list",
          .words = to_translate("Restricted lists: the place ends with the account"),
          .duties = [&updates](const trust::Actor&, const trust::Member& one) -> Result<Duties> {
            Duties duties;
            for (const std::string& topic : TRY(updates.lists.lists_of(one.id)))
              duties.push_back({topic, "/news-desk/lists"});
            return duties;
          },
          .end = updates::Lists::end_all};
}

Holder focus_tasks(threat::desk::FocusAreas& focus, const Clock& clock) {
  return {.code = "focus_task",
          .words = to_translate("Outreach that the organization planned"),
          .duties = [&focus, &clock](const trust::Actor& reader,
                                     const trust::Member& one) -> Result<Duties> {
            Duties duties;
            if (!trust::decide(reader, {"list"}, threat::desk::focus_object(), {}, clock.now()))
              return duties;
            const Date last = parse_date("9999-12-31").value();
            for (const threat::desk::Task& task : TRY(focus.due_by(reader, last)))
              if (task.owner == one.organization)
                duties.push_back({task.words, "/threat/focus/" + task.focus.to_string(), task.due});
            return duties;
          }};
}

Holder kept_services(directory::board::Boards& boards) {
  return {.code = "directory_keeper",
          .words = to_translate("Providers for which the organization says who has room"),
          .duties = [&boards](const trust::Actor&, const trust::Member& one) -> Result<Duties> {
            Duties duties;
            const auto keepers = TRY(boards.keepers());
            const auto kept = std::ranges::count_if(
                keepers, [&](const auto& pair) { return pair.second == one.organization; });
            if (kept > 0) duties.push_back({std::to_string(kept), "/capacity"});
            return duties;
          }};
}

}  // namespace

void Site::open_turnover() {
  turnover_ = std::make_unique<turnover::Turnover>(
      *commons_, clock_, random_, *members_,
      std::vector<Holder>{agreed_actions(*network_), unpublished_news(*updates_),
                          restricted_lists(*updates_), focus_tasks(*focus_areas_, clock_),
                          kept_services(*boards_)});
}

Result<void> remind_of_review(turnover::Turnover& turnover, mail::Post& post,
                              const visit::Settings& settings, const Clock& clock, Random& random) {
  for (const trust::Member& one : TRY(turnover.daily())) {
    if (settings.url.empty() || !post.sender) continue;
    const language::Words t(
        language::parse_language(one.language).value_or(language::Language::kEnglish));
    const std::string bytes = TRY(mail::compose(
        {.from = post.from,
         .to = {{one.email, {}}},
         .reply_to = {},
         .subject = std::string(t("Something waits for you")),
         .text = t("Sign in and look at Today: {0}", {settings.url + "/today"}) + "\n",
         .html = {},
         .language = one.language,
         .unsubscribe_url = {},
         .list_id = {},
         .in_reply_to = {},
         .id = Uuid::generate(clock, random).to_string(),
         .date = clock.now()}));
    TRY(post.sender->send({post.from.address, {one.email}}, bytes));
  }
  return {};
}

}  // namespace daybreak::web
