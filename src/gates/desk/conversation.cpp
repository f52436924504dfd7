// SPDX-License-Identifier: AGPL-3.0-or-later
#include "gates/desk/conversation.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "vault/notes/notes.hpp"
#include "vault/plans/plans.hpp"

namespace daybreak::gates::desk {
namespace {

using html::Markup;
using language::Words;
using trust::Role;
using vault::releases::ItemKind;
using vault::releases::Signer;
using vault::releases::Terms;

constexpr std::array<std::string_view, 5> kPaths = {"who", "what", "why", "until", "sign"};
constexpr std::array<Role, 5> kRecipients = {Role::kInvestigator, Role::kProsecutor,
                                             Role::kCourtStaff, Role::kLaborInspector,
                                             Role::kAdvocate};
constexpr std::array<int, 4> kDays = {1, 7, 14, 30};

void write_who(Markup& out, const Conversation& talk) {
  const Words t = out.words();
  const Terms& terms = talk.release.terms;
  if (terms.again_of)
    return html::paragraph(out, t("It is issued again for the same recipient: {0}. For another, "
                                  "begin another release.",
                                  {recipient_words(talk.desk, t, terms)}));
  std::vector<html::Option> organizations, roles;
  if (const auto all = talk.desk.vault.members.organizations())
    for (const trust::Organization& one : *all)
      if (one.active && one.id != talk.work.vault.organization())
        organizations.push_back({.value = one.id.to_string(),
                                 .label = one.name,
                                 .selected = terms.recipient_organization == one.id});
  for (const Role role : kRecipients)
    roles.push_back({.value = std::string(trust::code_of(role)),
                     .label = role_words(t, role),
                     .selected = terms.recipient_role == role});
  html::select(out, {.words = {.name = "organization",
                               .label = t("One organization on this site"),
                               .hint = t("Another one needs another release.")},
                     .options = organizations,
                     .empty_choice = t("None of these")});
  html::select(out, {.words = {.name = "role", .label = t("Who there")},
                     .options = roles,
                     .empty_choice = t("A person, named below")});
  html::text_input(out, {.words = {.name = "email",
                                   .label = t("Or one person there: the e-mail address on this "
                                              "site"),
                                   .hint = t("Then only she or he can open it.")},
                         .value = terms.recipient_member ? terms.recipient_person : std::string(),
                         .autocomplete = "off"});
  html::text_input(out, {.words = {.name = "elsewhere",
                                   .label = t("Or an organization that is not on this site")},
                         .value = terms.recipient_elsewhere,
                         .autocomplete = "off"});
  html::text_input(out, {.words = {.name = "person", .label = t("Name or function of the person")},
                         .value = terms.recipient_person,
                         .autocomplete = "off"});
  html::radios(out, {.words = {.name = "method", .label = t("In what way"), .required = true},
                     .options = vault::desk::options_of(
                         t, "method", terms.method, vault::desk::today(talk.desk.vault.clock))});
}

bool has_item(const Terms& terms, const Item& item) {
  return std::find(terms.items.begin(), terms.items.end(), item) != terms.items.end();
}

// Of a release that is issued again: no more than the earlier one had.
std::optional<std::vector<Item>> items_again(const Conversation& talk) {
  if (!talk.release.terms.again_of) return std::nullopt;
  const auto earlier = vault::releases::Releases(talk.work).read(*talk.release.terms.again_of);
  return earlier ? earlier->terms.items : std::vector<Item>();
}

std::vector<html::Option> item_options(Words t, const Conversation& talk) {
  const Terms& terms = talk.release.terms;
  std::vector<html::Option> options;
  const auto allowed = items_again(talk);
  const auto add = [&](const Item& item, std::string label) {
    if (allowed && std::find(allowed->begin(), allowed->end(), item) == allowed->end()) return;
    options.push_back({.value = vault::releases::write_item(item),
                       .label = std::move(label),
                       .selected = has_item(terms, item)});
  };
  if (terms.method == "spoken") {
    const Date today = vault::desk::today(talk.desk.vault.clock);
    for (const auto& code : vault::codes::Codes::built_in().required("topic").codes)
      if (code.valid.holds(today) || has_item(terms, {ItemKind::kTopic, code.code}))
        add({ItemKind::kTopic, code.code}, std::string(vault::desk::words_in(t, code.words)));
    return options;
  }
  const auto file = vault::clients::Clients(talk.work).read(talk.release.row.client);
  if (file)
    for (const auto& question : vault::codes::Codes::built_in().questions())
      if (const auto* told = file->find(question.id); told != nullptr && !told->answer.skip)
        add({ItemKind::kAnswer, question.id},
            std::string(vault::desk::words_in(t, question.words)));
  const auto notes = vault::notes::Notes(talk.work).of_client(talk.release.row.client);
  if (notes)
    for (const auto& note : *notes)
      if (note.is_signed)
        add({ItemKind::kNote, note.id.to_string()},
            t("Note of {0}: {1}",
              {vault::desk::time_words(t, note.written_at), shorten(note.body.reveal(), 80)}));
  const auto files = vault::attachments::Attachments(talk.work).of_client(talk.release.row.client);
  if (files)
    for (const auto& one : *files)
      if (one.has_clean_copy)
        add({ItemKind::kAttachment, one.id.to_string()},
            t("File {0}: {1}", {vault::attachments::file_name_of(one.number, one.type),
                                shorten(one.name.reveal(), 80)}));
  const auto plan = vault::plans::Plans(talk.work).read(talk.release.row.client);
  if (plan)
    for (const auto& [goal, steps] : plan->goals)
      if (!goal.terms.words.reveal().empty())  // not purged
        add({ItemKind::kGoal, goal.id.to_string()},
            t("Goal {0}, in her or his words: {1}",
              {std::to_string(goal.number), shorten(goal.terms.words.reveal(), 80)}));
  return options;
}

// Whose information is in it besides: each is named.
void write_dependants(Markup& out, const Conversation& talk) {
  const Words t = out.words();
  const auto file = vault::clients::Clients(talk.work).read(talk.release.row.client);
  if (!file || file->relatives.empty()) return;
  const auto& chosen = talk.release.terms.dependants;
  std::vector<html::Option> options;
  for (const auto& relative : file->relatives)
    options.push_back(
        {.value = relative.id.to_string(),
         .label = vault::desk::code_words(t, "relation", relative.relation) + ": " +
                  relative.name.reveal(),
         .selected = std::find(chosen.begin(), chosen.end(), relative.id) != chosen.end()});
  html::checkboxes(out, {.words = {.name = "dependants",
                                   .label = t("Children and others whose information is in it")},
                         .options = options});
}

void write_what(Markup& out, const Conversation& talk) {
  const Words t = out.words();
  html::checkboxes(
      out, {.words = {.name = "items",
                      .label = t("Exactly this may be told"),
                      .hint = t("Nothing is ticked. What is not ticked stays here. Pictures "
                                "and PDF documents are told as copies without place, "
                                "device and author; other files are not told.")},
            .options = item_options(t, talk)});
  write_dependants(out, talk);
  if (talk.release.terms.method == "spoken") return;
  std::string from, to;
  for (const Item& item : talk.release.terms.items)
    if (item.kind == ItemKind::kServices) {
      from = item.subject.substr(0, 10);
      to = item.subject.substr(item.subject.size() - 10);
    }
  html::date_picker(out, {.words = {.name = "services_from",
                                    .label = t("Services from this day (leave empty for none)")},
                          .value = from});
  html::date_picker(out,
                    {.words = {.name = "services_to", .label = t("to this day")}, .value = to});
}

void write_why(Markup& out, const Conversation& talk) {
  const Words t = out.words();
  const Terms& terms = talk.release.terms;
  html::text_area(out, {.words = {.name = "purpose",
                                  .label = t("What is it for, in her or his words?"),
                                  .required = true},
                        .value = terms.purpose,
                        .rows = 3});
  html::text_area(out, {.words = {.name = "other_ways",
                                  .label = t("What other ways did you talk about?"),
                                  .hint = t("Could she or he tell it without you, or be there?"),
                                  .required = true},
                        .value = terms.other_ways,
                        .rows = 2});
  html::select(out,
               {.words = {.name = "language", .label = t("Language in which it was read")},
                .options = vault::desk::options_of(t, "language", terms.language,
                                                   vault::desk::today(talk.desk.vault.clock))});
  html::text_input(out,
                   {.words = {.name = "interpreter", .label = t("Interpreter, if there was one")},
                    .value = terms.interpreter,
                    .autocomplete = "off"});
  html::section(out, 2, t("Read this together"), [&] {
    for (const auto part : split(
             vault::releases::form_text(t.language() == language::Language::kSpanish ? "es" : "en"),
             '\n'))
      if (!trim(part).empty()) html::paragraph(out, part);
  });
  html::checkbox(
      out, {.words = {.name = "risks_told", .label = t("We talked about what could go wrong")},
            .checked = terms.risks_told});
  html::checkbox(out, {.words = {.name = "rights_told",
                                 .label = t("We talked about the right to say no, to allow a part, "
                                            "and to stop it at any time")},
                       .checked = terms.rights_told});
}

void write_until(Markup& out, const Conversation& talk) {
  const Words t = out.words();
  const Terms& terms = talk.release.terms;
  std::vector<html::Option> days;
  for (const int count : kDays)
    days.push_back({.value = std::to_string(count),
                    .label = t.plural("{0} day", "{0} days", count),
                    .selected = terms.days == count});
  html::radios(out, {.words = {.name = "days",
                               .label = t("How long?"),
                               .hint = t("As short as it can be. It is never made longer; another "
                                         "release can be signed.")},
                     .options = days});
  html::text_input(out, {.words = {.name = "other_days", .label = t("Or so many days, at most 90")},
                         .value = std::find(kDays.begin(), kDays.end(), terms.days) == kDays.end()
                                      ? std::to_string(terms.days)
                                      : std::string(),
                         .width = html::FieldWidth::kTiny,
                         .autocomplete = "off",
                         .input_mode = "numeric"});
  html::text_input(out, {.words = {.name = "until_event",
                                   .label = t("Or until this happens, if it happens first"),
                                   .hint = t("For example: the hearing is over.")},
                         .value = terms.until_event,
                         .autocomplete = "off"});
  html::date_picker(
      out,
      {.words = {.name = "starts_on", .label = t("Only from this day on (leave empty for now)")},
       .value = terms.starts_on ? format_date(*terms.starts_on) : std::string()});
  html::checkbox(out, {.words = {.name = "single_use", .label = t("It may be told once only")},
                       .checked = terms.single_use});
}

void write_signing(Markup& out, const Conversation& talk) {
  const Words t = out.words();
  const Terms& terms = talk.release.terms;
  html::alert(out, {.text = in_one_sentence(talk.desk, t, terms,
                                            talk.work.now() + std::chrono::days(terms.days)),
                    .title = t("What you are about to allow")});
  const std::vector<html::Option> signers = {
      {.value = "adult", .label = std::string(t("An adult")), .selected = true},
      {.value = "minor_and_guardian",
       .label = std::string(t("A minor, together with a parent or guardian who did no harm"))},
      {.value = "minor_alone", .label = std::string(t("A minor who may do so alone by law"))},
      {.value = "court_guardian", .label = std::string(t("A guardian appointed by a court"))}};
  html::select(out, {.words = {.name = "signer", .label = t("Who signs")}, .options = signers});
  const auto text = [&](std::string_view name, std::string_view label, std::string_view hint = {}) {
    html::text_input(
        out, {.words = {.name = name, .label = label, .hint = hint}, .autocomplete = "off"});
  };
  text("signature", t("Signature: the name, as she or he signs"),
       t("Signed on this screen. Spoken consent alone is not enough."));
  text("guardian", t("Guardian's name and signature, where one signs too"));
  html::checkbox(out, {.words = {.name = "guardian_is_not_abuser",
                                 .label = t("The guardian did not harm the survivor or the other "
                                            "parent")}});
  text("minor_law", t("The law under which a minor signs alone"));
  text("witness", t("Witness, if there was one"));
  html::file_input(out, {.words = {.name = "paper",
                                   .label = t("Signed on paper instead: a picture or scan of it"),
                                   .hint = t("It is sealed and kept with her or his "
                                             "attachments.")},
                         .accept = ".pdf,.jpg,.jpeg,.png"});
  html::checkbox(out,
                 {.words = {.name = "took_copy",
                            .label = t("Took a copy (offered always; it may be unsafe to keep)")}});
}

}  // namespace

std::string_view path_of(Step step) { return kPaths.at(static_cast<std::size_t>(step)); }
std::optional<Step> step_from(std::string_view path) {
  const auto found = std::find(kPaths.begin(), kPaths.end(), path);
  if (found == kPaths.end()) return std::nullopt;
  return static_cast<Step>(found - kPaths.begin());
}

std::string_view question_of(Words t, Step step) {
  switch (step) {
    case Step::kWho:
      return t("1 of 5: Who may be told?");
    case Step::kWhat:
      return t("2 of 5: What exactly?");
    case Step::kWhy:
      return t("3 of 5: What for, and what could go wrong?");
    case Step::kUntil:
      return t("4 of 5: Until when?");
    case Step::kSign:
      return t("5 of 5: Sign, or leave it");
  }
  return {};
}

void write_step(Markup& out, const Conversation& talk, Step step) {
  switch (step) {
    case Step::kWho:
      return write_who(out, talk);
    case Step::kWhat:
      return write_what(out, talk);
    case Step::kWhy:
      return write_why(out, talk);
    case Step::kUntil:
      return write_until(out, talk);
    case Step::kSign:
      return write_signing(out, talk);
  }
}

namespace {

// The member of the chosen organisation with this address; another's is not told apart from none.
Result<trust::MemberId> member_at(const GatesDesk& desk, const Terms& terms,
                                  const std::string& email) {
  const auto member = TRY(desk.vault.members.find_by_email(email));
  if (!member || !terms.recipient_organization ||
      member->organization != *terms.recipient_organization)
    return fail(ErrorKind::kInvalid, "nobody with this address is at this organization",
                "field email", "Ask for the address that she or he signs in with");
  return member->id;
}

Result<void> read_who(const GatesDesk& desk, Terms& terms, const http::Fields& fields) {
  if (terms.again_of) return {};
  const auto organization = trust::OrganizationId::parse(fields.get("organization").raw());
  terms.recipient_organization = organization ? std::optional(*organization) : std::nullopt;
  terms.recipient_role = trust::role_from(fields.get("role").raw());
  terms.recipient_elsewhere = trim(fields.get("elsewhere").raw());
  terms.recipient_person = trim(fields.get("person").raw());
  const std::string method = fields.get("method").raw();
  if (method != terms.method) terms.items.clear();  // other ways of telling have other items
  terms.method = method;
  terms.recipient_member.reset();
  const std::string email(trim(fields.get("email").raw()));
  if (email.empty()) return {};
  terms.recipient_member = TRY(member_at(desk, terms, email));
  terms.recipient_person = email;
  return {};
}

void read_what(Terms& terms, const http::Fields& fields) {
  terms.items.clear();
  terms.dependants.clear();
  for (const auto& one : fields.every("dependants"))
    if (const auto id = vault::clients::RelativeId::parse(one.raw()))
      terms.dependants.push_back(*id);
  for (const auto& one : fields.every("items"))
    if (auto item = vault::releases::item_from(one.raw())) terms.items.push_back(std::move(*item));
  const std::string from = fields.get("services_from").raw(), to = fields.get("services_to").raw();
  if (!from.empty() || !to.empty()) terms.items.push_back({ItemKind::kServices, from + ".." + to});
}

void read_why(Terms& terms, const http::Fields& fields) {
  terms.purpose = trim(fields.get("purpose").raw());
  terms.other_ways = trim(fields.get("other_ways").raw());
  terms.language = fields.get("language").raw();
  terms.interpreter = trim(fields.get("interpreter").raw());
  terms.risks_told = fields.has("risks_told");
  terms.rights_told = fields.has("rights_told");
}

void read_until(Terms& terms, const http::Fields& fields) {
  std::string days(trim(fields.get("other_days").raw()));
  if (days.empty()) days = fields.get("days").raw();
  const auto count = to_integer(days);
  terms.days = count && *count >= 0 && *count < 1000 ? static_cast<int>(*count) : 0;
  terms.single_use = fields.has("single_use");
  terms.until_event = trim(fields.get("until_event").raw());
  const auto from = parse_date(fields.get("starts_on").raw());
  terms.starts_on = from ? std::optional(*from) : std::nullopt;
}

}  // namespace

Result<Terms> read_step(const GatesDesk& desk, Terms terms, Step step, const http::Fields& fields) {
  if (step == Step::kWho) TRY(read_who(desk, terms, fields));
  if (step == Step::kWhat) read_what(terms, fields);
  if (step == Step::kWhy) read_why(terms, fields);
  if (step == Step::kUntil) read_until(terms, fields);
  if (step == Step::kSign) {
    terms.signer =
        vault::releases::signer_from(fields.get("signer").raw()).value_or(Signer::kAdult);
    terms.guardian = trim(fields.get("guardian").raw());
    terms.guardian_is_not_abuser = fields.has("guardian_is_not_abuser");
    terms.minor_law = trim(fields.get("minor_law").raw());
  }
  return terms;
}

vault::releases::Signature read_signature_fields(const http::Fields& fields) {
  return {.name = std::string(trim(fields.get("signature").raw())),
          .guardian_name = std::string(trim(fields.get("guardian").raw())),
          .witness = std::string(trim(fields.get("witness").raw())),
          .took_copy = fields.has("took_copy")};
}

std::string recipient_words(const GatesDesk& desk, Words t, const Terms& terms) {
  const std::string organization =
      terms.recipient_organization ? organization_name(desk, t, *terms.recipient_organization)
      : terms.recipient_elsewhere.empty() ? std::string(t("(nobody yet)"))
                                          : terms.recipient_elsewhere;
  const std::string who = terms.recipient_member
                              ? vault::desk::member_name(desk.vault, t, *terms.recipient_member)
                          : terms.recipient_role ? role_words(t, *terms.recipient_role)
                                                 : terms.recipient_person;
  return organization + ", " + (who.empty() ? std::string(t("(nobody yet)")) : who);
}

std::string in_one_sentence(const GatesDesk& desk, Words t, const Terms& terms, Instant until) {
  std::vector<std::string> items;
  for (const Item& item : terms.items) items.push_back(item_words(t, item));
  const std::string what = items.empty() ? std::string(t("(nothing yet)")) : join(items, "; ");
  const std::string recipient = recipient_words(desk, t, terms);
  if (terms.until_event.empty())
    return t("{0}, may know this and nothing else: {1}. Until {2}.",
             {recipient, what, vault::desk::time_words(t, until)});
  return t("{0}, may know this and nothing else: {1}. Until {2}, or until this happens: {3}.",
           {recipient, what, vault::desk::time_words(t, until), terms.until_event});
}

}  // namespace daybreak::gates::desk
