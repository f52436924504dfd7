// SPDX-License-Identifier: AGPL-3.0-or-later
// The agency's own templates, made by filling forms: questions, sections, clauses, conditions. What
// is wrong is said with its place before a template can be used; drafts keep their edition.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/library/pages/agreements.hpp"
#include "commons/library/pages/questions.hpp"

namespace daybreak::library::pages {
namespace {

using drafts::OwnTemplate;
using drafts::Work;
using drafts::WorkClause;
using drafts::WorkField;
using drafts::WorkSection;
using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::to_translate;
using language::Words;

const Href kTemplates("/templates");
constexpr std::size_t kLargestForm = 1024 * 1024;
constexpr int kMostRows = 220;

constexpr std::pair<std::string_view, language::MessageId> kKinds[] = {
    {"text", to_translate("One line")},
    {"long", to_translate("Several sentences")},
    {"lines", to_translate("A list, one a line")},
    {"date", to_translate("A day")},
    {"number", to_translate("A number")},
    {"choice", to_translate("One of several")},
    {"yes_no", to_translate("Yes or no")}};

// ---- from the form ----

class FormReader {
 public:
  explicit FormReader(const Request& request) : fields_(request.form().fields) {}

  std::string text(const std::string& name) const {
    return std::string(trim(replace_all(fields_.get(name).raw(), "\r\n", "\n")));
  }
  bool is_set(const std::string& name) const { return fields_.get(name).raw() == "yes"; }

  Work read(std::string id) const {
    Work work{.id = std::move(id),
              .title_en = text("title_en"),
              .title_es = text("title_es"),
              .purpose_en = text("purpose_en"),
              .purpose_es = text("purpose_es"),
              .fields = {},
              .sections = {},
              .effect = {text("parties"), text("contacts"), text("purposes"), text("from"),
                         text("until")}};
    work.fields = rows<WorkField>("q", [&](const std::string& at) { return field(at); });
    work.sections = rows<WorkSection>("s", [&](const std::string& at) { return section(at); });
    return work;
  }

 private:
  // Rows that say anything, in the order of their places.
  template <typename Row, typename Read>
  std::vector<Row> rows(const std::string& prefix, Read read) const {
    std::vector<std::pair<double, Row>> found;
    const int count = static_cast<int>(
        std::clamp<std::int64_t>(to_integer(text(prefix + "_count")).value_or(0), 0, kMostRows));
    for (int i = 1; i <= count; ++i) {
      const std::string at = fmt::format("{}{}_", prefix, i);
      if (std::optional<Row> row = read(at))
        found.emplace_back(to_number(text(at + "place")).value_or(i), std::move(*row));
    }
    std::ranges::stable_sort(found, {}, &std::pair<double, Row>::first);
    std::vector<Row> sorted;
    for (auto& [place, row] : found) sorted.push_back(std::move(row));
    return sorted;
  }

  std::optional<WorkField> field(const std::string& at) const {
    WorkField field{.id = text(at + "id"),
                    .kind = text(at + "kind"),
                    .label_en = text(at + "label_en"),
                    .label_es = text(at + "label_es"),
                    .hint_en = text(at + "hint_en"),
                    .hint_es = text(at + "hint_es"),
                    .choices = text(at + "choices"),
                    .after = text(at + "after"),
                    .when = text(at + "when"),
                    .required = is_set(at + "required")};
    if (field.id.empty() && field.label_en.empty() && field.label_es.empty()) return std::nullopt;
    return field;
  }
  std::optional<WorkSection> section(const std::string& at) const {
    WorkSection section{text(at + "heading_en"), text(at + "heading_es"), text(at + "when"), {}};
    section.clauses =
        rows<WorkClause>(at + "c", [&](const std::string& row) { return clause(row); });
    if (section.heading_en.empty() && section.heading_es.empty() && section.clauses.empty())
      return std::nullopt;
    return section;
  }
  std::optional<WorkClause> clause(const std::string& at) const {
    WorkClause clause{text(at + "en"), text(at + "es"), text(at + "when"), text(at + "signatures"),
                      is_set(at + "bullet")};
    if (clause.text_en.empty() && clause.text_es.empty() && clause.signatures.empty())
      return std::nullopt;
    return clause;
  }

  const http::Fields& fields_;
};

// ---- to the form ----

class FormWriter {
 public:
  FormWriter(Markup& out, const Work& work) : out_(out), work_(work), t(out.words()) {
    for (const WorkField& field : work.fields) ids_.push_back(field.id);
  }

  void write() {
    write_head();
    html::section(out_, 2, t("Questions"), [&] { write_fields(); });
    html::section(out_, 2, t("Sections and clauses"), [&] { write_sections(); });
    html::section(out_, 2, t("What becomes a rule when all have signed"), [&] { write_effect(); });
  }

 private:
  void line(const std::string& name, std::string_view label, std::string_view value,
            std::string_view hint = {}, std::span<const std::string> suggestions = {}) {
    html::text_input(out_, {.words = {.name = name, .label = label, .hint = hint},
                            .value = value,
                            .suggestions = suggestions});
  }
  void area(const std::string& name, std::string_view label, std::string_view value,
            std::string_view hint = {}) {
    html::text_area(
        out_, {.words = {.name = name, .label = label, .hint = hint}, .value = value, .rows = 3});
  }
  void place(const std::string& at, std::size_t number) {
    html::text_input(out_, {.words = {.name = at + "place",
                                      .label = t("Place in the order"),
                                      .hint = t("2.5 puts it between the second and third.")},
                            .value = std::to_string(number),
                            .width = html::FieldWidth::kTiny,
                            .input_mode = "decimal"});
  }
  void tick(const std::string& name, std::string_view label, bool checked) {
    html::checkbox(out_, {.words = {.name = name, .label = label}, .checked = checked});
  }

  void write_head() {
    line("title_en", t("Title in English"), work_.title_en);
    line("title_es", t("Title in Spanish"), work_.title_es);
    line("purpose_en", t("What it is for, in English"), work_.purpose_en);
    line("purpose_es", t("What it is for, in Spanish"), work_.purpose_es);
  }

  void write_fields() {
    html::note(out_,
               t("An empty question is left out. Conditions name questions: \"shares_data and "
                 "not (level = tribal)\"."));
    const std::size_t count = work_.fields.size() + 2;
    html::hidden_field(out_, "q_count", std::to_string(count));
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_new = i >= work_.fields.size();
      const WorkField field = is_new ? WorkField{.kind = "text"} : work_.fields[i];
      const std::string title =
          is_new ? std::string(t("Add a question"))
                 : t("Question {0}: {1}",
                     {t.number(static_cast<std::int64_t>(i + 1)), field.label_en});
      html::accordion_item(out_, {.title = title}, [&] { write_field(field, i + 1); });
    }
  }

  void write_field(const WorkField& field, std::size_t number) {
    const std::string at = fmt::format("q{}_", number);
    line(at + "id", t("Id"), field.id, t("Small letters, digits and _, such as shares_data."));
    std::vector<html::Option> kinds;
    for (const auto& [code, words] : kKinds)
      kinds.push_back({.value = std::string(code),
                       .label = std::string(t(words)),
                       .selected = code == field.kind});
    html::select(out_,
                 {.words = {.name = at + "kind", .label = t("Kind of answer")}, .options = kinds});
    line(at + "label_en", t("Question in English"), field.label_en);
    line(at + "label_es", t("Question in Spanish"), field.label_es);
    line(at + "hint_en", t("Hint in English"), field.hint_en);
    line(at + "hint_es", t("Hint in Spanish"), field.hint_es);
    area(at + "choices", t("Choices"), field.choices, t("One a line: id; English; Spanish"));
    line(at + "after", t("Not before the day of question"), field.after, {}, ids_);
    line(at + "when", t("Asked only when"), field.when);
    tick(at + "required", t("An answer is needed"), field.required);
    place(at, number);
  }

  void write_sections() {
    html::note(out_,
               t("In a clause, {id} stands for the answer to a question, {fact:id} for a fact "
                 "of the register."));
    const std::size_t count = work_.sections.size() + 1;
    html::hidden_field(out_, "s_count", std::to_string(count));
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_new = i >= work_.sections.size();
      const WorkSection section = is_new ? WorkSection{} : work_.sections[i];
      const std::string title =
          is_new ? std::string(t("Add a section"))
                 : t("Section {0}: {1}",
                     {t.number(static_cast<std::int64_t>(i + 1)), section.heading_en});
      html::accordion_item(out_, {.title = title}, [&] { write_section(section, i + 1); });
    }
  }

  void write_section(const WorkSection& section, std::size_t number) {
    const std::string at = fmt::format("s{}_", number);
    line(at + "heading_en", t("Heading in English"), section.heading_en);
    line(at + "heading_es", t("Heading in Spanish"), section.heading_es);
    line(at + "when", t("Stands only when"), section.when);
    place(at, number);
    const std::size_t count = section.clauses.size() + 2;
    html::hidden_field(out_, at + "c_count", std::to_string(count));
    for (std::size_t i = 0; i < count; ++i) {
      const WorkClause clause = i < section.clauses.size() ? section.clauses[i] : WorkClause{};
      const std::string row = fmt::format("{}c{}_", at, i + 1);
      html::field_group(
          out_,
          i < section.clauses.size() ? t("Clause {0}", {t.number(static_cast<std::int64_t>(i + 1))})
                                     : std::string(t("Add a clause")),
          {}, [&] {
            area(row + "en", t("Text in English"), clause.text_en);
            area(row + "es", t("Text in Spanish"), clause.text_es);
            line(row + "when", t("Stands only when"), clause.when);
            line(row + "signatures", t("Instead of text: places to sign for each line of question"),
                 clause.signatures, {}, ids_);
            tick(row + "bullet", t("An item of a list"), clause.bullet);
            place(row, i + 1);
          });
    }
  }

  void write_effect() {
    line("parties", t("Question that names the parties"), work_.effect.parties, {}, ids_);
    line("contacts", t("Question that names their contact roles"), work_.effect.contacts, {}, ids_);
    line("purposes", t("Question that names what they do together"), work_.effect.purposes, {},
         ids_);
    line("from", t("Question for the first day"), work_.effect.from, {}, ids_);
    line("until", t("Question for the last day"), work_.effect.until, {}, ids_);
  }

  Markup& out_;
  const Work& work_;
  const Words t;
  std::vector<std::string> ids_;
};

html::Page staff_page(const Words& t, std::string_view title) {
  html::Page page{.title = title, .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Documents")), "/agreements"},
                 {std::string(t("Our own templates")), kTemplates}};
  return page;
}

Response edit_page(const Request& request, const Bureau& bureau, const OwnTemplate& own,
                   std::string_view conflict = {}) {
  const Words t(visit::language_of(request));
  const auto checked = bureau.editions.check(own.work);
  const Href here = kTemplates / own.work.id;
  const std::string title =
      own.work.title_en.empty()
          ? own.work.id
          : (t.language() == language::Language::kSpanish ? own.work.title_es : own.work.title_en);
  return bureau.visits.page(
      request, staff_page(t, title),
      [&](Markup& out) {
        if (!conflict.empty())
          html::alert(out, {.kind = html::AlertKind::kError, .text = conflict});
        if (!checked)
          html::alert(out,
                      {.kind = html::AlertKind::kWarning,
                       .text = t("{0}: {1}. {2}", {checked.error().place, checked.error().message,
                                                   checked.error().cure}),
                       .title = t("It is kept, but cannot be used yet")});
        else if (checked->digest == own.digest && !own.retired)
          html::alert(out, {.kind = html::AlertKind::kSuccess,
                            .text = t("This edition is in use."),
                            .title = t("Nothing is wrong with it")});
        else
          html::alert(out,
                      {.kind = html::AlertKind::kInfo,
                       .text = t("Put it into use when you are done. Drafts that were begun "
                                 "keep their edition."),
                       .title = t("Nothing is wrong with it")},
                      [&] {
                        html::action_button(out, {.action = here / "publish",
                                                  .csrf_token = visit::csrf_of(request),
                                                  .text = t("Put it into use")});
                      });
        html::post_form(out,
                        {.action = here,
                         .csrf_token = visit::csrf_of(request),
                         .guard_changes = true,
                         .label = t("Template")},
                        [&] {
                          html::hidden_field(out, "revision", std::to_string(own.revision));
                          FormWriter(out, own.work).write();
                          html::button(out, {.text = t("Save and check")});
                        });
        if (!own.digest.empty() && !own.retired)
          html::action_button(out, {.action = here / "retire",
                                    .csrf_token = visit::csrf_of(request),
                                    .text = t("Take it out of use"),
                                    .kind = html::ButtonKind::kOutline});
        if (checked)
          write_preview(out,
                        documents::assemble(*checked, {}, t.language(), bureau.drafts.today()));
      },
      conflict.empty() ? Status::kOk : Status::kUnprocessable);
}

Response show_list(const Request& request, const Bureau& bureau) {
  const Words t(visit::language_of(request));
  const auto all = bureau.editions.own(visit::actor_of(request));
  if (!all) return bureau.visits.failure(request, all.error(), "/agreements");
  html::Page page{.title = t("Our own templates"), .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Documents")), "/agreements"}};
  return bureau.visits.page(request, page, [&](Markup& out) {
    html::lead(out, t("Beside the samples that come with the program. No code: questions, sections "
                      "and clauses in a form."));
    if (all->empty())
      html::empty_state(out, {.title = t("No template of your own yet"),
                              .what_to_do = t("Start from a sample that is close, or from an empty "
                                              "one, below.")});
    else
      html::table(out,
                  {.caption = t("Our own templates"),
                   .columns = {{t("Name")}, {t("Id")}, {t("State")}},
                   .caption_hidden = true},
                  [&](html::Rows& rows) {
                    for (const OwnTemplate& own : *all) {
                      rows.row();
                      rows.link(own.work.title_en.empty() ? own.work.id : own.work.title_en,
                                kTemplates / own.work.id);
                      rows.cell(own.work.id);
                      rows.cell([&] {
                        const bool used = !own.digest.empty() && !own.retired;
                        html::tag(out,
                                  used          ? t("In use")
                                  : own.retired ? t("Out of use")
                                                : t("Being written"),
                                  used ? html::TagTone::kGood : html::TagTone::kPlain);
                      });
                    }
                  });
    std::vector<html::Option> samples;
    for (const drafts::Template& made : documents::built_in_templates())
      samples.push_back({.value = made.id, .label = made.title.in(t.language())});
    html::section(out, 2, t("Make a template"), [&] {
      html::post_form(out,
                      {.action = kTemplates,
                       .csrf_token = visit::csrf_of(request),
                       .label = t("Make a template")},
                      [&] {
                        html::text_input(out, {.words = {.name = "id",
                                                         .label = t("Short name"),
                                                         .hint = t("Small letters, digits and "
                                                                   "hyphens.")},
                                               .max_length = 50});
                        html::select(out, {.words = {.name = "from", .label = t("Start from")},
                                           .options = samples,
                                           .empty_choice = t("An empty template")});
                        html::button(out, {.text = t("Make it")});
                      });
    });
  });
}

Response make(Request& request, const Bureau& bureau) {
  const Words t(visit::language_of(request));
  const auto& fields = request.form().fields;
  Work work;
  if (const drafts::Template* sample = documents::find_template(fields.get("from").raw()))
    work = drafts::work_of(*sample);
  work.id = "own-" + std::string(trim(fields.get("id").raw()));
  const auto saved = bureau.editions.save(visit::actor_of(request), work, 0);
  if (saved) return visit::redirect(request, kTemplates / work.id);
  if (saved.error().kind == ErrorKind::kInvalid || saved.error().kind == ErrorKind::kConflict)
    return bureau.visits.refusal(request, Status::kUnprocessable,
                                 t("Choose another short name: small letters, digits and hyphens, "
                                   "and not one that is there already."));
  return bureau.visits.failure(request, saved.error(), kTemplates);
}

Response open(const Request& request, const Bureau& bureau) {
  const auto own = bureau.editions.own(visit::actor_of(request), request.parameter("id"));
  if (!own) return bureau.visits.failure(request, own.error(), kTemplates);
  return edit_page(request, bureau, *own);
}

Response save(Request& request, const Bureau& bureau) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  auto own = bureau.editions.own(actor, request.parameter("id"));
  if (!own) return bureau.visits.failure(request, own.error(), kTemplates);
  const FormReader form(request);
  own->work = form.read(own->work.id);
  own->revision = to_integer(form.text("revision")).value_or(0);
  const auto saved = bureau.editions.save(actor, own->work, own->revision);
  if (saved) return visit::redirect(request, kTemplates / own->work.id);
  if (saved.error().kind == ErrorKind::kInvalid || saved.error().kind == ErrorKind::kConflict)
    return edit_page(request, bureau, *own,
                     saved.error().kind == ErrorKind::kConflict
                         ? t("Somebody else changed it meanwhile. Open it again.")
                         : t("The template is too large. Make two of it."));
  return bureau.visits.failure(request, saved.error(), kTemplates);
}

// Putting into use or out of it; back to the template with what stood in the way.
template <typename Work>
Response act(Request& request, const Bureau& bureau, Work work) {
  const Result<void> done = work(visit::actor_of(request), request.parameter("id"));
  const Href here = kTemplates / request.parameter("id");
  if (done || done.error().kind == ErrorKind::kInvalid || done.error().kind == ErrorKind::kConflict)
    return visit::redirect(request, here);
  return bureau.visits.failure(request, done.error(), kTemplates);
}

}  // namespace

void add_template_routes(http::Router& router, const Bureau& bureau) {
  router.get("/templates", Access::signed_in(),
             [bureau](Request& request) { return show_list(request, bureau); });
  router.post("/templates", Access::signed_in(),
              [bureau](Request& request) { return make(request, bureau); });
  router.get("/templates/{id}", Access::signed_in(),
             [bureau](Request& request) { return open(request, bureau); });
  router.post("/templates/{id}", Access::signed_in(),
              [bureau](Request& request) { return save(request, bureau); },
              {.body_limit = kLargestForm});
  router.post("/templates/{id}/publish", Access::signed_in(), [bureau](Request& request) {
    return act(request, bureau, [&](const trust::Actor& actor, const std::string& id) {
      const auto made = bureau.editions.publish(actor, id);
      return made ? Result<void>() : Result<void>(tl::make_unexpected(made.error()));
    });
  });
  router.post("/templates/{id}/retire", Access::signed_in(), [bureau](Request& request) {
    return act(request, bureau, [&](const trust::Actor& actor, const std::string& id) {
      return bureau.editions.retire(actor, id);
    });
  });
}

}  // namespace daybreak::library::pages
