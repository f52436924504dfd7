// SPDX-License-Identifier: AGPL-3.0-or-later
// One fact for staff: what it says, where it stands, what it said before, and the form that
// corrects it or adds another.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "commons/library/pages/pages.hpp"
#include "commons/library/upkeep.hpp"
#include "commons/library/words.hpp"
#include "language/format.hpp"

namespace daybreak::library::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

const Href kFacts("/facts");
constexpr std::size_t kLargestForm = 64 * 1024;

// The form as it was typed; dates are read at saving.
struct Typed {
  Fact fact;
  std::string as_of, review_by, reason, publisher, title, address;
  std::int64_t after_change = 0;
  bool is_new = false;
};

Typed typed_from(const Fact& fact, std::int64_t after_change) {
  return {.fact = fact,
          .as_of = format_date(fact.as_of),
          .review_by = format_date(fact.review_by),
          .after_change = after_change};
}

Typed read_form(const Request& request) {
  const auto text = [&](std::string_view name) {
    return std::string(trim(request.form().fields.get(name).raw()));
  };
  return {.fact = {.id = text("id"),
                   .text = {text("en"), text("es")},
                   .value = {text("value_en"), text("value_es")},
                   .source = text("source"),
                   .place = text("place"),
                   .owner = text("owner"),
                   .jurisdiction = text("jurisdiction"),
                   .dispute = {text("disputed_en"), text("disputed_es")},
                   .dispute_source = text("disputed_source"),
                   .expired = {text("expired_en"), text("expired_es")}},
          .as_of = text("as_of"),
          .review_by = text("review_by"),
          .reason = text("reason"),
          .publisher = text("new_publisher"),
          .title = text("new_title"),
          .address = text("new_address"),
          .after_change = to_integer(text("after_change")).value_or(0)};
}

class FactForm {
 public:
  FactForm(Markup& out, const Library& library, const Typed& typed,
           std::span<const html::FieldError> errors)
      : out_(out), library_(library), typed_(typed), errors_(errors), t(out.words()) {
    for (const Source& source : library.sources) sources_.push_back(source.id);
  }

  void write() {
    const Fact& fact = typed_.fact;
    if (typed_.is_new)
      line("id", t("Id"), fact.id, t("Small letters, digits and hyphens. It never changes."));
    html::field_group(out_, t("What it says"), {}, [&] {
      area("en", t("Sentence in English"), fact.text.en);
      area("es", t("Sentence in Spanish"), fact.text.es);
      line("value_en", t("Part that is quoted alone, in English"), fact.value.en);
      line("value_es", t("Part that is quoted alone, in Spanish"), fact.value.es);
    });
    write_source();
    write_care();
    line("reason", t("Why it changes"), typed_.reason,
         t("One sentence. Everyone can read it beside the difference."));
  }

 private:
  void line(std::string_view name, std::string_view label, std::string_view value,
            std::string_view hint = {}, std::span<const std::string> suggestions = {}) {
    html::text_input(out_, {.words = {.name = name,
                                      .label = label,
                                      .hint = hint,
                                      .error = html::error_of(errors_, name)},
                            .value = value,
                            .suggestions = suggestions});
  }
  void area(std::string_view name, std::string_view label, std::string_view value,
            std::string_view hint = {}) {
    html::text_area(out_, {.words = {.name = name,
                                     .label = label,
                                     .hint = hint,
                                     .error = html::error_of(errors_, name)},
                           .value = value,
                           .rows = 3});
  }
  void day(std::string_view name, std::string_view label, std::string_view value,
           std::string_view hint) {
    html::date_picker(out_, {.words = {.name = name,
                                       .label = label,
                                       .hint = hint,
                                       .error = html::error_of(errors_, name)},
                             .value = value});
  }
  void write_source() {
    const Fact& fact = typed_.fact;
    html::field_group(out_, t("Where it is from"), {}, [&] {
      line("source", t("Source"), fact.source,
           t("One of the list, or a section of the law: \"18 USC 1589\", \"20 CFR 655.122\"."),
           sources_);
      line("place", t("Place in the source"), fact.place);
      day("as_of", t("As of"), typed_.as_of, t("The day of the source that you read."));
      day("review_by", t("Review by"), typed_.review_by,
          t("After this day it is shown as out of date."));
      line("owner", t("Owner"), fact.owner, t("A role or an organization. Name no person."));
      line("jurisdiction", t("Where it holds"), fact.jurisdiction);
    });
    html::accordion_item(out_, {.title = t("A source that is not in the list")}, [&] {
      line("new_publisher", t("Publisher"), typed_.publisher);
      line("new_title", t("Title"), typed_.title);
      line("new_address", t("Address on the web"), typed_.address);
    });
  }
  void write_care() {
    const Fact& fact = typed_.fact;
    html::accordion_item(
        out_, {.title = t("Another source says otherwise"), .open = !fact.dispute.empty()}, [&] {
          area("disputed_en", t("What it says and what to do, in English"), fact.dispute.en,
               t("Shown wherever the fact is used. Empty: nobody disagrees."));
          area("disputed_es", t("What it says and what to do, in Spanish"), fact.dispute.es);
          line("disputed_source", t("Source that disagrees"), fact.dispute_source, {}, sources_);
        });
    html::accordion_item(
        out_, {.title = t("It no longer holds"), .open = !fact.expired.empty()}, [&] {
          area("expired_en", t("Why it is out of date, in English"), fact.expired.en,
               t("Shown wherever the fact is used, until you take it out again."));
          area("expired_es", t("Why it is out of date, in Spanish"), fact.expired.es);
        });
  }

  Markup& out_;
  const Library& library_;
  const Typed& typed_;
  std::span<const html::FieldError> errors_;
  const Words t;
  std::vector<std::string> sources_;
};

void write_standing(Markup& out, const Library& library, const Fact& fact, Date today) {
  const Words t = out.words();
  const Source source = source_of(library, fact.source);
  html::description_list(out, [&](html::Descriptions& list) {
    list.add(t("State"), [&] {
      const Standing standing = standing_of(fact, today);
      html::tag(out, standing_name(standing, t),
                standing == Standing::kCurrent ? html::TagTone::kGood : html::TagTone::kCaution);
      if (const std::string care = standing_words(fact, t, today); !care.empty())
        out.text(" " + care);
    });
    list.add(t("Source"), [&] {
      html::link(out, source.title, Href(source.address));
      out.text((fact.place.empty() ? "" : ", " + fact.place) + ". " + source.publisher + ", " +
               as_of_words(t, fact) + ".");
    });
    list.add(t("Review by"), language::format_date(t.language(), fact.review_by));
    list.add(t("Owner"), fact.owner);
  });
}

bool quotes(const documents::Template& made, std::string_view fact) {
  const auto facts = documents::quoted_facts(made);
  return std::ranges::find(facts, fact) != facts.end();
}

void write_uses(Markup& out, const Desk& desk, const Library& library, const Fact& fact) {
  const Words t = out.words();
  const auto pages = uses_of(library, fact);
  std::vector<documents::Template> quoting;
  if (auto templates = desk.editions.current())
    for (documents::Template& made : *templates)
      if (quotes(made, fact.id)) quoting.push_back(std::move(made));
  html::section(out, 2, t("Where it is used"), [&] {
    if (pages.empty() && quoting.empty())
      html::paragraph(out, t("No page quotes it yet. A document can quote it as {0}.",
                             {"{fact:" + fact.id + "}"}));
    html::list(out, html::ListKind::kBullets, pages.size() + quoting.size(),
               [&](std::size_t index) {
                 if (index < pages.size())
                   return html::link(out, pages[index]->title.in(t.language()),
                                     html::route("/signs") / pages[index]->id);
                 const documents::Template& made = quoting[index - pages.size()];
                 html::link(out, t("Document: {0}", {made.title.in(t.language())}),
                            html::route("/documents") / made.id);
               });
  });
}

std::string notice_in(const Words& t, const RegisterChange& change) {
  const auto language = t.language();
  std::string text = t("A fact changed: {0}", {change.after.text.in(language)}) + "\n\n";
  if (change.before) text += t("Before: {0}", {change.before->text.in(language)}) + "\n\n";
  text += t("Old paper copies no longer hold. Print them again.");
  return text + "\n\n";
}

// Words for the news desk, with the old and the new sentence, in both languages.
void write_notice(Markup& out, const RegisterChange& change) {
  const Words t = out.words();
  std::string text;
  for (const auto language : language::kLanguages) text += notice_in(Words(language), change);
  html::accordion_item(out, {.title = t("Words for the news")}, [&] {
    html::text_area(out, {.words = {.name = "notice",
                                    .label = t("Copy them into a news issue"),
                                    .hint = t("Nothing is sent from here.")},
                          .value = text,
                          .rows = 8});
  });
}

Response fact_page(const Request& request, const Desk& desk, const Typed& typed,
                   std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  const auto library = desk.facts.library();
  const Fact* stands = typed.is_new ? nullptr : library->fact(typed.fact.id);
  const auto changes =
      stands == nullptr ? Result<std::vector<RegisterChange>>() : desk.facts.changes(typed.fact.id);
  const bool may_edit = desk.facts.may(visit::actor_of(request), typed.is_new ? "create" : "edit");
  const std::string title =
      stands == nullptr ? std::string(t("Add a fact")) : stands->text.in(t.language());
  return desk.visits.page(
      request,
      {.title = title,
       .audience = html::Audience::kStaff,
       .crumbs = {{std::string(t("Facts register")), kFacts}}},
      [&](Markup& out) {
        html::error_summary(out, errors);
        if (stands != nullptr) {
          write_standing(out, *library, *stands, today_of(desk.clock));
          write_uses(out, desk, *library, *stands);
        }
        if (may_edit)
          html::section(out, 2, stands == nullptr ? t("The fact") : t("Correct it"), [&] {
            html::post_form(out,
                            {.action = stands == nullptr ? kFacts : kFacts / typed.fact.id,
                             .csrf_token = visit::csrf_of(request),
                             .guard_changes = true,
                             .label = t("Fact")},
                            [&] {
                              html::hidden_field(out, "after_change",
                                                 std::to_string(typed.after_change));
                              FactForm(out, *library, typed, errors).write();
                              html::button(out, {.text = t("Put it into force")});
                            });
          });
        if (!changes || changes->empty()) return;
        html::section(out, 2, t("What changed"), [&] {
          if (changes->front().shipped_since)
            html::alert(out, {.kind = html::AlertKind::kWarning,
                              .text = t("The edition that comes with the program has changed since "
                                        "your correction. Yours stands. Compare them.")});
          write_notice(out, changes->front());
          for (const RegisterChange& change : *changes) write_change(out, *library, change, 3);
        });
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

std::int64_t last_change(const Desk& desk, std::string_view fact) {
  const auto changes = desk.facts.changes(fact, 1);
  return changes && !changes->empty() ? changes->front().number : 0;
}

std::string message_of(const Error& error, const Words& t) {
  if (error.kind == ErrorKind::kConflict)
    return std::string(t("Somebody else changed it meanwhile. Open it again."));
  return t("This cannot be put into force: {0}.", {error.message});
}

// The field of the form that an error of the register is shown at.
std::string field_of(const Error& error) {
  return error.place == "value" ? "value_en" : error.place;
}

Response save(Request& request, const Desk& desk, std::string id) {
  const Words t(visit::language_of(request));
  Typed typed = read_form(request);
  typed.is_new = id.empty();
  if (!typed.is_new) typed.fact.id = std::move(id);
  const auto library = desk.facts.library();
  std::vector<html::FieldError> errors;
  if (typed.is_new && library->fact(typed.fact.id) != nullptr)
    errors.push_back({"id", std::string(t("A fact has this id already."))});
  for (const auto& [name, text, date] :
       {std::tuple{"as_of", &typed.as_of, &typed.fact.as_of},
        std::tuple{"review_by", &typed.review_by, &typed.fact.review_by}}) {
    if (const auto day = parse_date(*text))
      *date = *day;
    else
      errors.push_back({name, std::string(t("This is not a day."))});
  }
  if (errors.empty()) {
    Register::Correction correction{.fact = typed.fact,
                                    .new_source = {},
                                    .reason = typed.reason,
                                    .after_change = typed.after_change};
    if (!typed.address.empty())
      correction.new_source = Source{{}, typed.publisher, typed.title, typed.address};
    const auto saved = desk.facts.save(visit::actor_of(request), std::move(correction));
    if (saved) return visit::redirect(request, kFacts / saved->after.id);
    if (saved.error().kind != ErrorKind::kInvalid && saved.error().kind != ErrorKind::kConflict)
      return desk.visits.failure(request, saved.error(), kFacts);
    errors.push_back({field_of(saved.error()), message_of(saved.error(), t)});
  }
  return fact_page(request, desk, typed, errors);
}

Response open_new(const Request& request, const Desk& desk) {
  if (!desk.facts.may(visit::actor_of(request), "create"))
    return desk.visits.refusal(request, Status::kNotFound);
  Typed typed;
  typed.is_new = true;
  typed.fact.jurisdiction = "US";
  typed.as_of = format_date(today_of(desk.clock));
  return fact_page(request, desk, typed);
}

Response open_fact(const Request& request, const Desk& desk) {
  const auto library = desk.facts.library();
  const Fact* fact = library->fact(request.parameter("id"));
  if (fact == nullptr || !desk.facts.may(visit::actor_of(request), "list"))
    return desk.visits.refusal(request, Status::kNotFound);
  return fact_page(request, desk, typed_from(*fact, last_change(desk, fact->id)));
}

}  // namespace

void add_fact_pages(http::Router& router, const Desk& desk) {
  router.get("/facts/new", Access::signed_in(),
             [desk](Request& request) { return open_new(request, desk); });
  router.post("/facts", Access::signed_in(),
              [desk](Request& request) { return save(request, desk, {}); },
              {.body_limit = kLargestForm});
  router.get("/facts/{id}", Access::signed_in(),
             [desk](Request& request) { return open_fact(request, desk); });
  router.post("/facts/{id}", Access::signed_in(),
              [desk](Request& request) {
                const auto library = desk.facts.library();
                if (library->fact(request.parameter("id")) == nullptr)
                  return desk.visits.refusal(request, Status::kNotFound);
                return save(request, desk, request.parameter("id"));
              },
              {.body_limit = kLargestForm});
}

}  // namespace daybreak::library::pages
