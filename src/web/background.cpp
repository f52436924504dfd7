// SPDX-License-Identifier: AGPL-3.0-or-later
// What a node does by itself: asking providers, and every night putting away what ended.
#include "commons/directory/desk/store.hpp"
#include "commons/directory/editions/editions.hpp"
#include "commons/library/drafts/drafts.hpp"
#include "commons/library/read.hpp"
#include "commons/library/register/register.hpp"
#include "commons/measures/measures.hpp"
#include "commons/network/demonstration.hpp"
#include "commons/nodes/nodes.hpp"
#include "commons/partners/partners.hpp"
#include "commons/resources/links.hpp"
#include "commons/threat/desk/employer_review.hpp"
#include "commons/threat/desk/focus.hpp"
#include "commons/threat/store.hpp"
#include "commons/turnover/turnover.hpp"
#include "commons/updates/bureau.hpp"
#include "line/elsewhere/elsewhere.hpp"
#include "trust/migrations.hpp"
#include "web/hotlines.hpp"
#include "web/site.hpp"
#include "web/turnover_pages.hpp"
#include "web/vaults.hpp"

namespace daybreak::web {
namespace {

constexpr std::string_view kNight = "node.night", kHour = "node.hour";

Result<void> enqueue_next(db::Connection& c, std::string_view kind, std::optional<Instant> at,
                          const Clock& clock, Random& random) {
  TRY(jobs::enqueue(c,
                    {.kind = std::string(kind), .run_at = at, .unique_key = std::string(kind)},
                    clock, random));
  return {};
}

}  // namespace

std::vector<db::ModuleMigrations> commons_modules() {
  auto modules = trust::commons_migrations();
  modules.push_back(jobs::migrations());
  modules.push_back(directory::store::migrations());
  modules.push_back(directory::desk::papers::migrations());
  modules.push_back(directory::reminders::migrations());
  modules.push_back(directory::board::migrations());
  modules.push_back(directory::editions::migrations());
  modules.push_back(referrals::migrations());
  modules.push_back(measures::migrations());
  modules.push_back(threat::store::migrations());
  modules.push_back(threat::desk::migrations());
  modules.push_back(updates::migrations());
  modules.push_back(network::migrations());
  modules.push_back(library::register_migrations());
  modules.push_back(turnover::migrations());
  modules.push_back(library::drafts::migrations());
  modules.push_back(resources::migrations());
  modules.push_back(partners::migrations());
  modules.push_back(line::migrations());
  modules.push_back(line::elsewhere::migrations());
  modules.push_back(nodes::migrations());
  return modules;
}

Result<void> Site::open_background() {
  const visit::Settings& settings = visits_->settings();
  reminders_.emplace(
      *directory_, clock_, random_,
      directory::reminders::Options{.site = settings.url, .site_name = settings.site_name});
  queue_.emplace(*commons_, clock_);
  editions_ = std::make_unique<directory::editions::Editions>(
      *directory_, needs_,
      directory::editions::Imprint{.publisher = settings.operated_by,
                                   .region = settings.region,
                                   .site = settings.url,
                                   .corrections = settings.contact,
                                   .demonstration = settings.demonstration,
                                   .hotlines = guide_hotlines},
      clock_, random_);
  editions_->add_handler(*queue_);
  assessments_ = std::make_unique<threat::desk::Assessments>(*commons_, clock_, random_);
  assessments_->add_handlers(*queue_);
  employer_review_ = std::make_unique<threat::desk::EmployerReview>(*commons_, clock_);
  focus_areas_ =
      std::make_unique<threat::desk::FocusAreas>(*commons_, *assessments_, clock_, random_);
  if (settings.demonstration) {
    TRY(editions_->begin());  // so that there is something to print
    TRY(assessments_->begin_demonstration());
    // The advocate's organisation has a shelter whose room it can tell; a referral from a file
    // reaches the sheriff's victim unit through the directory.
    for (const trust::Organization& one : TRY(members_->organizations())) {
      if (one.kind == trust::OrganizationKind::kVictimServiceProvider)
        TRY(directory::board::seed_keeper(*directory_, one.id, "housing.shelter"));
      if (one.kind == trust::OrganizationKind::kLawEnforcement)
        TRY(directory::board::seed_keeper(*directory_, one.id, "justice.advocate"));
    }
  }
  reminders_->add_handlers(*queue_, post_);
  TRY(open_resources());
  TRY(open_updates());
  network_ = std::make_unique<network::Network>(*commons_, clock_, random_);
  if (settings.demonstration) TRY(network::seed_demonstration(*network_));
  TRY(open_library());
  queue_->handle(std::string(kNight), [this](jobs::RunningJob& job) -> Result<void> {
    TRY(sessions_->remove_ended());
    TRY(members_->disable_unused(trust::Actor::system("job:night")));
    TRY(queue_->remove_done());
    if (turnover_) TRY(remind_of_review(*turnover_, post_, visits_->settings(), clock_, random_));
    return job.finish([this](db::Connection& c) {
      return enqueue_next(c, kNight, clock_.now() + std::chrono::days(1), clock_, random_);
    });
  });
  queue_->handle(std::string(kHour), [this](jobs::RunningJob& job) -> Result<void> {
    if (gates_) TRY(gates_->tidy());
    return job.finish([this](db::Connection& c) -> Result<void> {
      TRY(line::forget_taken(c, clock_.now() - gates::kRemembered));
      return enqueue_next(c, kHour, clock_.now() + std::chrono::hours(1), clock_, random_);
    });
  });
  TRY(commons_->write([this](db::Connection& c) -> Result<void> {
    TRY(enqueue_next(c, kNight, std::nullopt, clock_, random_));
    return enqueue_next(c, kHour, std::nullopt, clock_, random_);
  }));
  // Without the site's own address a mail could not say where to answer; a demonstration's
  // providers are fictional.
  if (settings.url.empty() || settings.demonstration) return {};
  return reminders_->schedule();
}

Result<void> Site::open_library() {
  const visit::Settings& settings = visits_->settings();
  facts_ = std::make_unique<library::Register>(*commons_, clock_, library::built_in_library());
  editions_of_documents_ = std::make_unique<library::drafts::Editions>(*commons_, clock_, *facts_);
  // Coordinators are told of documents that end.
  auto keepers = [this]() -> Result<std::vector<std::string>> {
    std::vector<std::string> addresses;
    for (const trust::Member& one : TRY(members_->list(trust::Actor::system("job:library"))))
      if (one.state == trust::MemberState::kActive && one.roles.has(trust::Role::kCoordinator))
        addresses.push_back(one.email);
    return addresses;
  };
  drafts_ = std::make_unique<library::drafts::Drafts>(
      *commons_, clock_, random_, *editions_of_documents_, *facts_,
      library::drafts::Options{
          .site = settings.url, .site_name = settings.site_name, .keepers = std::move(keepers)});
  drafts_->add_handlers(*queue_, post_);
  if (settings.url.empty()) return {};
  return drafts_->schedule();
}

// The library with what the program brings along, and the checks of its links. A demonstration asks
// no other site for anything.
Result<void> Site::open_resources() {
  resources_ = std::make_unique<resources::Resources>(*commons_, clock_, random_);
  TRY(resources_->take_data_file());
  resources::add_link_handler(*queue_, *resources_, clock_, random_);
  if (visits_->settings().demonstration) return {};
  return resources::schedule_links(*commons_, clock_, random_);
}

// A demonstration mails into its own folder, with links to an address that nobody has.
Result<void> Site::open_updates() {
  const visit::Settings& settings = visits_->settings();
  const bool pretends = settings.demonstration && settings.url.empty();
  updates_ = TRY(updates::Bureau::open(
      {*commons_, *key_, clock_, random_,
       pretends ? std::string("https://demonstration.example.org") : settings.url,
       settings.site_name,
       [this](const Uuid& story, std::string_view language,
              std::string_view use) -> std::optional<std::string> {
         const auto words = resources_->words_of(story, use);
         if (!words || !*words) return std::nullopt;
         const bool spanish = language == "es" && !(*words)->es.empty();
         return spanish ? (*words)->es : (*words)->en;
       }},
      *members_, post_, data_));
  updates_->add_handlers(*queue_);
  return updates_->schedule();
}

}  // namespace daybreak::web
