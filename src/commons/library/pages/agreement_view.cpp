// SPDX-License-Identifier: AGPL-3.0-or-later
// How one document of the task force is shown: its questions while it is a draft, the parties while
// they sign, what holds afterwards.
#include "commons/library/pages/agreement_view.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/library/pages/questions.hpp"
#include "language/format.hpp"

namespace daybreak::library::pages {
namespace {

using drafts::Draft;
using drafts::How;
using drafts::Party;
using drafts::PartyState;
using drafts::State;
using html::Href;
using html::Markup;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

const Href kAgreements("/agreements");

std::string date_words(const Words& t, Date day) {
  return language::format_date(t.language(), day);
}
std::string date_words(const Words& t, Instant at) {
  return date_words(t, Date(std::chrono::floor<std::chrono::days>(at)));
}

// A document and what this member may do with it.
struct Look {
  const Bureau& bureau;
  const Request& request;
  const Draft& draft;
  const drafts::Template& made;
  std::span<const html::FieldError> errors;
  trust::Actor actor;
  Href here() const { return kAgreements / draft.id.to_string(); }
  bool may(std::string_view action) const { return bureau.drafts.may(actor, action); }
};

std::string how_words(const Words& t, const Party& party) {
  switch (party.how) {
    case How::kOnScreen:
      return std::string(t("on the screen, by a member of this organization"));
    case How::kInPerson:
      return std::string(t("on the screen, in front of the coordinator"));
    case How::kPaperCopy:
      return std::string(t("on paper; the copy is kept"));
    case How::kNotYet:
      break;
  }
  return {};
}

void write_state(Markup& out, const Look& look) {
  const Words t = out.words();
  const Draft& draft = look.draft;
  html::description_list(out, [&](html::Descriptions& list) {
    list.add(t("State"), [&] {
      html::tag(out, state_name(draft, look.bureau.drafts.today(), t),
                tone_of(draft, look.bureau.drafts.today()));
      if (!draft.reason.empty()) out.text(" " + draft.reason);
    });
    list.add(t("Made from"),
             t("{0}, edition of {1}", {look.made.title.in(t.language()), draft.version}));
    if (draft.begins && draft.ends)
      list.add(t("Holds"),
               t("{0} to {1}", {date_words(t, *draft.begins), date_words(t, *draft.ends)}));
    else if (draft.ends)
      list.add(t("Last day"), date_words(t, *draft.ends));
    if (!draft.paper_digest.empty())
      list.add(t("Digest of the paper (SHA-256)"),
               [&] { out.element("code", {{"class", "long-code"}}, draft.paper_digest); });
    if (draft.follows)
      list.add(t("Follows"), [&] {
        html::link(out, t("the earlier document"), kAgreements / draft.follows->to_string());
      });
  });
}

// ---- while it is a draft ----

void write_newer(Markup& out, const Look& look) {
  const Words t = out.words();
  const auto newer = look.bureau.drafts.newer(look.draft);
  if (!newer || !*newer || !look.may("edit")) return;
  html::section(out, 2, t("The template has a newer edition"), [&] {
    html::paragraph(out, t("This draft stays with its own edition until you change it."));
    std::vector<html::FieldChange> changes;
    int number = 0;
    for (const documents::Difference& one : (*newer)->differences)
      changes.push_back({{}, fmt::format("{}", ++number), one.before, one.after});
    if (changes.empty())
      html::paragraph(out, t("With these answers the words stay the same."));
    else
      html::diff(out, {.caption = t("What the newer edition would change"),
                       .changes = changes,
                       .before_label = t("This draft"),
                       .after_label = t("Edition of {0}", {(*newer)->made.version})});
    html::action_button(out, {.action = look.here() / "newer",
                              .csrf_token = visit::csrf_of(look.request),
                              .text = t("Use the newer edition"),
                              .kind = html::ButtonKind::kOutline});
  });
}

void write_answers(Markup& out, const Look& look) {
  const Words t = out.words();
  html::section(out, 2, t("Answers"), [&] {
    html::post_form(out,
                    {.action = look.here(),
                     .csrf_token = visit::csrf_of(look.request),
                     .guard_changes = true,
                     .label = t("Questions")},
                    [&] {
                      html::hidden_field(out, "revision", std::to_string(look.draft.revision));
                      write_questions(out, look.made, look.draft.answers, look.errors);
                      html::button(out, {.text = t("Save")});
                    });
  });
}

// The network's word for an account's kind.
std::string_view kind_for(const trust::Organization* account) {
  if (account == nullptr) return {};
  using Kind = trust::OrganizationKind;
  switch (account->kind) {
    case Kind::kVictimServiceProvider:
    case Kind::kHousing:
    case Kind::kLegal:
      return "provider";
    case Kind::kLawEnforcement:
      return "local";
    case Kind::kProsecution:
      return "prosecution";
    case Kind::kCourt:
      return "court";
    case Kind::kLaborInspection:
      return "labor";
    case Kind::kHealth:
      return "health";
    case Kind::kSchool:
      return "school";
    case Kind::kTribal:
      return "tribal";
    case Kind::kBusiness:
      return "business";
    default:
      return {};
  }
}

void write_offer_fields(Markup& out, const Look& look, const std::vector<std::string>& parties) {
  const Words t = out.words();
  const auto accounts = look.bureau.members.organizations();
  for (std::size_t i = 0; i < parties.size(); ++i) {
    const trust::Organization* account = accounts ? account_of(*accounts, parties[i]) : nullptr;
    std::vector<html::Option> kinds;
    for (const network::Code& code : network::organization_kinds())
      kinds.push_back({.value = std::string(code.code),
                       .label = std::string(t(code.words)),
                       .selected = code.code == kind_for(account)});
    const std::string name = fmt::format("kind{}", i + 1);
    html::select(out, {.words = {.name = name,
                                 .label = t("Kind of organization: {0}", {parties[i]}),
                                 .hint = account == nullptr
                                             ? t("It has no accounts here: you take its signature "
                                                 "in person or on paper.")
                                             : t("Its members can sign here on their own screen."),
                                 .error = html::error_of(look.errors, name)},
                       .options = kinds,
                       .empty_choice = t("Choose one")});
  }
  std::vector<html::Option> task_forces;
  if (const auto all = look.bureau.network.all())
    for (const network::TaskForce& one : *all)
      task_forces.push_back({.value = one.id.to_string(),
                             .label = one.name + ", " + one.home,
                             .selected = look.draft.task_force == one.id});
  html::select(out, {.words = {.name = "task_force",
                               .label = t("Members of which task force"),
                               .hint = t("When all have signed, the parties stand there as members "
                                         "until the last day.")},
                     .options = task_forces,
                     .empty_choice = t("None: it makes no members")});
}

void write_offer(Markup& out, const Look& look) {
  if (!look.may("offer")) return;
  const Words t = out.words();
  const auto parties = documents::lines_of(
      documents::answer_to(look.made, look.made.effect.parties, look.draft.answers));
  html::section(out, 2, t("Send it for signing"), [&] {
    const auto missing = errors_of(look.made, look.draft.answers, t.language());
    if (!missing.empty()) {
      html::paragraph(out, t("First answer what is missing:"));
      html::list(out, html::ListKind::kBullets, missing.size(), [&](std::size_t index) {
        const documents::Field* field = look.made.field(missing[index].field);
        out.text((field == nullptr ? missing[index].field : field->label.in(t.language())) + ": " +
                 missing[index].message);
      });
      return;
    }
    if (parties.empty()) {
      html::paragraph(out, t("This kind of document names nobody who signs. Take the file."));
      return;
    }
    html::paragraph(out, t("After this the paper is fixed: nobody can change its words."));
    html::post_form(out,
                    {.action = look.here() / "offer",
                     .csrf_token = visit::csrf_of(look.request),
                     .label = t("Send it for signing")},
                    [&] {
                      write_offer_fields(out, look, parties);
                      html::button(out, {.text = t("Fix the paper and begin signing")});
                    });
  });
}

// ---- while it is signed ----

void write_parties(Markup& out, const Look& look) {
  const Words t = out.words();
  html::section(out, 2, t("Parties, in the order of signing"), [&] {
    html::table(out,
                {.caption = t("Parties, in the order of signing"),
                 .columns = {{t("Party")}, {t("State")}, {t("By whom")}, {t("When")}, {t("How")}},
                 .caption_hidden = true},
                [&](html::Rows& rows) {
                  for (const Party& party : look.draft.parties) {
                    rows.row();
                    rows.cell(party.name);
                    const bool turn = look.draft.next() == &party;
                    rows.cell([&] {
                      if (party.state == PartyState::kSigned)
                        html::tag(out, t("Signed"), html::TagTone::kGood);
                      else if (party.state == PartyState::kDeclined)
                        html::tag(out, t("Declined"), html::TagTone::kCaution);
                      else
                        html::tag(out, turn ? t("Signs next") : t("Waits"),
                                  turn ? html::TagTone::kInfo : html::TagTone::kPlain);
                    });
                    rows.cell(party.signer.empty() ? "–" : party.signer + ", " + party.title);
                    rows.cell(party.at ? date_words(t, *party.at) : "–");
                    rows.cell([&] {
                      if (party.copy_digest.empty())
                        out.text(party.how == How::kNotYet ? "–" : how_words(t, party));
                      else
                        html::link(out, how_words(t, party),
                                   look.here() / "copies" / std::to_string(party.number));
                    });
                  }
                });
  });
}

void write_signing(Markup& out, const Look& look) {
  const Words t = out.words();
  const Party* next = look.draft.next();
  if (next == nullptr || !look.bureau.drafts.may_sign(look.actor, *next)) return;
  const bool witness = look.may("witness");
  html::section(out, 2, t("Sign for {0}", {next->name}), [&] {
    if (witness)
      html::paragraph(out, t("Hand the screen to the person who signs, or put in the signed paper "
                             "as a PDF. Your account is recorded as the witness."));
    html::post_form(
        out,
        {.action = look.here() / "sign",
         .csrf_token = visit::csrf_of(look.request),
         .with_files = true,
         .label = t("Sign")},
        [&] {
          html::hidden_field(out, "party", std::to_string(next->number));
          html::text_input(out, {.words = {.name = "signer",
                                           .label = t("Your name"),
                                           .error = html::error_of(look.errors, "signer"),
                                           .required = true},
                                 .autocomplete = "name",
                                 .max_length = 200});
          html::text_input(out, {.words = {.name = "title",
                                           .label = t("Your role there"),
                                           .error = html::error_of(look.errors, "title"),
                                           .required = true},
                                 .max_length = 200});
          html::checkbox(out, {.words = {.name = "agreed",
                                         .label = statement_for(t, look.draft, *next),
                                         .error = html::error_of(look.errors, "agreed"),
                                         .required = true}});
          if (witness)
            html::file_input(out, {.words = {.name = "copy",
                                             .label = t("Signed paper (PDF, at most 10 MB)"),
                                             .hint = t("Only when it was signed on paper."),
                                             .error = html::error_of(look.errors, "copy")},
                                   .accept = ".pdf"});
          html::button(out, {.text = t("Sign")});
        });
    html::accordion_item(out, {.title = t("Decline")}, [&] {
      html::post_form(
          out,
          {.action = look.here() / "decline",
           .csrf_token = visit::csrf_of(look.request),
           .label = t("Decline")},
          [&] {
            html::hidden_field(out, "party", std::to_string(next->number));
            html::text_input(out, {.words = {.name = "reason",
                                             .label = t("Why"),
                                             .hint = t("The other parties read it."),
                                             .error = html::error_of(look.errors, "reason")}});
            html::button(out, {.text = t("Decline to sign"), .kind = html::ButtonKind::kDanger});
          });
    });
  });
}

// ---- always ----

void write_files(Markup& out, const Look& look) {
  const Words t = out.words();
  html::section(out, 2, t("Take it with you"), [&] {
    const bool fixed = !look.draft.paper_digest.empty();
    std::vector<std::pair<std::string_view, std::string_view>> files;
    files.emplace_back("paper.pdf", fixed ? t("The paper that is signed (PDF)") : t("PDF"));
    if (!fixed) files.emplace_back("document.docx", t("Word file (DOCX)"));
    files.emplace_back("answers.json", t("Answers as data (JSON)"));
    html::list(out, html::ListKind::kBullets, files.size(), [&](std::size_t index) {
      html::link(out, files[index].second, look.here() / files[index].first);
    });
  });
}

// What was signed, in the words that stood there then; and what the register says otherwise since.
void write_fixed(Markup& out, const Look& look) {
  const Words t = out.words();
  const auto changed = look.bureau.drafts.changed_facts(look.draft);
  if (changed && !changed->empty())
    html::section(out, 2, t("Facts that changed since"), [&] {
      html::paragraph(out, t("The paper quotes them as they were. Think of renewing it."));
      html::list(out, html::ListKind::kBullets, changed->size(), [&](std::size_t index) {
        const RegisterChange& change = (*changed)[index];
        html::link(out, change.after.text.in(t.language()),
                   Href("/signs/changes").at(fmt::format("change-{}", change.number)));
      });
    });
  html::section(out, 2, t("What was fixed"),
                [&] { out.trusted(html::TrustedMarkup::vouch_for(look.draft.words)); });
}

void write_ending(Markup& out, const Look& look) {
  const Words t = out.words();
  const State state = look.draft.state;
  const bool over =
      state == State::kDeclined || state == State::kWithdrawn || state == State::kEnded;
  if ((over || state == State::kInForce) && look.may("create"))
    html::section(out, 2, t("Renew"), [&] {
      html::paragraph(out, t("A new draft with the same answers, in the newest edition."));
      html::action_button(out, {.action = look.here() / "renew",
                                .csrf_token = visit::csrf_of(look.request),
                                .text = t("Begin the document that follows"),
                                .kind = html::ButtonKind::kOutline});
    });
  if (over || !look.may("withdraw")) return;
  const bool in_force = state == State::kInForce;
  html::accordion_item(out, {.title = in_force ? t("End it today") : t("Withdraw it")}, [&] {
    html::post_form(out,
                    {.action = look.here() / "withdraw",
                     .csrf_token = visit::csrf_of(look.request),
                     .label = in_force ? t("End it today") : t("Withdraw it")},
                    [&] {
                      html::text_input(out,
                                       {.words = {.name = "reason",
                                                  .label = t("Why"),
                                                  .error = html::error_of(look.errors, "reason")}});
                      html::button(out, {.text = in_force ? t("End it today") : t("Withdraw it"),
                                         .kind = html::ButtonKind::kDanger});
                    });
  });
}

}  // namespace

const trust::Organization* account_of(const std::vector<trust::Organization>& all,
                                      std::string_view name) {
  for (const trust::Organization& one : all)
    if (one.active && equals_ignoring_case_ascii(one.name, name)) return &one;
  return nullptr;
}

std::string statement_for(const Words& t, const Draft& draft, const Party& party) {
  return t("I have read this document ({0}) and sign it for {1}. I may sign for this organization.",
           {draft.paper_digest.substr(0, 12), party.name});
}

Response show_agreement(const Request& request, const Bureau& bureau, const Draft& draft,
                        std::span<const html::FieldError> errors) {
  const Words t(visit::language_of(request));
  const auto made = bureau.editions.find(draft.edition);
  const auto document = bureau.drafts.document(draft);
  if (!made || !document)
    return bureau.visits.failure(request, made ? document.error() : made.error(), kAgreements);
  const Look look{bureau, request, draft, *made, errors, visit::actor_of(request)};
  return bureau.visits.page(
      request,
      {.title = draft.name,
       .audience = html::Audience::kStaff,
       .crumbs = {{std::string(t("Documents")), kAgreements}}},
      [&](Markup& out) {
        html::error_summary(out, errors);
        write_state(out, look);
        if (draft.state == State::kDraft) {
          write_newer(out, look);
          if (look.may("edit")) write_answers(out, look);
          write_offer(out, look);
        } else {
          if (!draft.parties.empty()) write_parties(out, look);
          write_signing(out, look);
        }
        write_files(out, look);
        write_ending(out, look);
        if (draft.words.empty())
          write_preview(out, *document);
        else
          write_fixed(out, look);
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

}  // namespace daybreak::library::pages
