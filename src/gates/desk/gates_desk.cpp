// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/desk/gates_desk.hpp"

#include "trust/policy.hpp"

namespace daybreak::gates::desk {

using language::Words;

std::string organization_name(const GatesDesk& desk, Words t, trust::OrganizationId id) {
  const auto found = desk.vault.members.find_organization(id);
  if (found && *found) return (*found)->name;
  return std::string(t("Another organization"));
}

std::string OrganizationNames::of(trust::OrganizationId id) {
  if (!known_) {
    known_.emplace();
    if (const auto all = desk_.vault.members.organizations())
      for (const trust::Organization& one : *all) known_->emplace(one.id, one.name);
  }
  const auto found = known_->find(id);
  return found == known_->end() ? std::string(t_("Another organization")) : found->second;
}

std::string role_words(Words t, trust::Role role) {
  switch (role) {
    case trust::Role::kAdvocate:
      return std::string(t("Advocates"));
    case trust::Role::kInvestigator:
      return std::string(t("Investigators"));
    case trust::Role::kProsecutor:
      return std::string(t("Prosecutors"));
    case trust::Role::kCourtStaff:
      return std::string(t("Court staff"));
    case trust::Role::kLaborInspector:
      return std::string(t("Labor inspectors"));
    default:
      return std::string(trust::code_of(role));
  }
}

std::string remaining_words(Words t, std::chrono::milliseconds left) {
  const auto hours = std::chrono::floor<std::chrono::hours>(left).count();
  if (hours < 1) return std::string(t("less than an hour"));
  if (hours < 48) return t.plural("{0} hour", "{0} hours", hours);
  return t.plural("{0} day", "{0} days", hours / 24);
}

std::string item_words(Words t, const Item& item) {
  using vault::releases::ItemKind;
  switch (item.kind) {
    case ItemKind::kAnswer: {
      const auto* question = vault::codes::Codes::built_in().question(item.subject);
      return std::string(question == nullptr ? std::string_view(item.subject)
                                             : vault::desk::words_in(t, question->words));
    }
    case ItemKind::kNote:
      return std::string(t("A signed note"));
    case ItemKind::kServices: {
      const auto dots = item.subject.find("..");
      return t("Services from {0} to {1}",
               {item.subject.substr(0, dots), item.subject.substr(dots + 2)});
    }
    case ItemKind::kAttachment:
      return std::string(t("A file, without place, device and author"));
    case ItemKind::kTopic:
      return vault::desk::code_words(t, "topic", item.subject);
    case ItemKind::kGoal:
      return std::string(t("A goal"));
  }
  return {};
}

namespace {

// What waits for the organisation's answer, on Today.
int waiting_referrals(const GatesDesk& desk, const trust::Session& session, html::Markup& out) {
  const Words t = out.words();
  const auto tokens = desk.referrals.received(session.actor("web", {}));
  if (!tokens) return 0;
  int waiting = 0;
  for (const referrals::Token& token : *tokens)
    waiting += referrals::has_ended(token.state) ? 0 : 1;
  if (waiting == 0) return 0;
  html::section(out, 2, t("Referrals to you"), [&] {
    html::link(out, t.plural("{0} referral waits for you", "{0} referrals wait for you", waiting),
               "/referrals");
  });
  return waiting;
}

bool answers_referrals(const trust::Session& session) {
  return trust::decide(session.actor("web", {}), {"list"},
                       {.type = "referral", .owner = session.organization.id}, {}, Instant())
      .allowed;
}

}  // namespace

void add_routes(http::Router& router, const GatesDesk& desk) {
  desk.vault.visits.add_today_part([desk](const trust::Session& session, html::Markup& out) {
    return answers_referrals(session) ? waiting_referrals(desk, session, out) : 0;
  });
  add_release_routes(router, desk);
  add_record_routes(router, desk);
  add_inbox_routes(router, desk);
  add_referral_routes(router, desk);
  add_count_routes(router, desk);
  add_key_routes(router, desk);
}

}  // namespace daybreak::gates::desk
