// SPDX-License-Identifier: AGPL-3.0-or-later
// The desk of the resource library: what is there, what is broken or due, and an issue of the news
// from what is ticked.
#include <algorithm>

#include "base/text.hpp"
#include "commons/resources/pages/pages.hpp"
#include "language/format.hpp"

namespace daybreak::resources::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

const Href kDesk("/resources-desk");

struct Shown {
  std::vector<Item> items;
  std::string kind, mark;
  html::Sorting sorting;
  Href address() const { return kDesk.with("kind", kind).with("mark", mark); }
};

std::string_view mark_of(const Item& item, Date today) {
  if (item.link == LinkState::kBroken) return "broken";
  if (item.link == LinkState::kMoved) return "moved";
  if (item.review && *item.review < today) return "review";
  return item.published ? "" : "hidden";
}

Result<Shown> read(const Desk& desk, const Request& request) {
  Shown shown{.items = {},
              .kind = request.query().get("kind").raw(),
              .mark = request.query().get("mark").raw(),
              .sorting = {}};
  if (find_kind(shown.kind) == nullptr) shown.kind.clear();
  shown.items = TRY(desk.resources.list(visit::actor_of(request), {.kind = shown.kind}));
  shown.sorting = visit::sorting_of(request, shown.address(), "title");
  std::erase_if(shown.items, [&](const Item& item) {
    return !shown.mark.empty() && mark_of(item, desk.resources.today()) != shown.mark;
  });
  std::ranges::stable_sort(shown.items, {}, [&](const Item& item) {
    if (shown.sorting.key == "kind") return item.kind;
    if (shown.sorting.key == "publisher") return to_lower_ascii(item.publisher);
    if (shown.sorting.key == "review") return item.review ? day_of(item.review) : "9999";
    return to_lower_ascii(item.title.en);
  });
  if (shown.sorting.direction == html::Direction::kDescending) std::ranges::reverse(shown.items);
  return shown;
}

void write_mark(Markup& out, const Item& item, Date today) {
  const Words t = out.words();
  const std::string_view mark = mark_of(item, today);
  if (mark == "broken")
    return html::tag(out,
                     item.link_code == 0 ? std::string(t("No answer"))
                                         : t("Broken: {0}", {std::to_string(item.link_code)}),
                     html::TagTone::kBad);
  if (mark == "moved") return html::tag(out, t("Moved"), html::TagTone::kCaution);
  if (mark == "review") return html::tag(out, t("Review is due"), html::TagTone::kCaution);
  if (mark == "hidden") return html::tag(out, t("Not shown"), html::TagTone::kPlain);
  out.text("–");
}

void write_filter(Markup& out, const Shown& shown) {
  const Words t = out.words();
  std::vector<html::Option> marks;
  const auto mark = [&](const char* code, std::string_view words) {
    marks.push_back({.value = code, .label = std::string(words), .selected = shown.mark == code});
  };
  mark("broken", t("Broken links"));
  mark("moved", t("Moved"));
  mark("review", t("Review is due"));
  mark("hidden", t("Not shown"));
  html::get_form(out, {.action = kDesk, .label = t("Filter")}, [&] {
    html::select(out, {.words = {.name = "kind", .label = t("Kind")},
                       .options = kind_options(t, shown.kind),
                       .empty_choice = t("All")});
    html::select(out, {.words = {.name = "mark", .label = t("Mark")},
                       .options = marks,
                       .empty_choice = t("All")});
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_table(Markup& out, const Desk& desk, const Shown& shown) {
  const Words t = out.words();
  const auto day = [&](const std::optional<Instant>& at) {
    return at ? language::format_date(t.language(),
                                      Date(std::chrono::floor<std::chrono::days>(*at)),
                                      language::DateStyle::kShort)
              : std::string(t("Not yet"));
  };
  html::table(out,
              {.caption = t("Resource library"),
               .columns = {{t("Title"), html::Align::kLeft, "title"},
                           {t("Kind"), html::Align::kLeft, "kind"},
                           {t("Publisher"), html::Align::kLeft, "publisher"},
                           {t("Review by"), html::Align::kLeft, "review"},
                           {t("Link seen")},
                           {t("Mark")}},
               .sorting = shown.sorting,
               .caption_hidden = true},
              [&](html::Rows& rows) {
                for (const Item& item : shown.items) {
                  rows.row();
                  rows.link(item.title.en, kDesk / item.id.to_string());
                  rows.cell(kind_words(t, item.kind));
                  rows.cell(item.publisher.empty() ? "–" : item.publisher);
                  rows.cell(item.review ? language::format_date(t.language(), *item.review,
                                                                language::DateStyle::kShort)
                                        : "–");
                  rows.cell(item.address.empty() ? "–" : day(item.checked_at));
                  rows.cell([&] { write_mark(out, item, desk.resources.today()); });
                }
              });
}

// An issue of the news made of items: a draft that its author then edits.
void write_issue_form(Markup& out, const Request& request, const Shown& shown) {
  const Words t = out.words();
  std::vector<html::Option> items;
  for (const Item& item : shown.items)
    if (item.published) items.push_back({.value = item.id.to_string(), .label = item.title.en});
  if (items.empty()) return;
  html::accordion_item(
      out, {.title = t("Make an issue of the news from resources"), .heading_level = 2}, [&] {
        html::post_form(out,
                        {.action = kDesk / "issue",
                         .csrf_token = visit::csrf_of(request),
                         .label = t("Make an issue of the news from resources")},
                        [&] {
                          html::select(out, {.words = {.name = "topic", .label = t("Topic")},
                                             .options = topic_options(t, {})});
                          html::checkboxes(out,
                                           {.words = {.name = "items", .label = t("Resources")},
                                            .options = items,
                                            .in_columns = true});
                          html::button(out, {.text = t("Make a draft")});
                        });
      });
}

Response list(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto shown = read(desk, request);
  if (!shown) return desk.visits.failure(request, shown.error(), kDesk);
  if (request.query().get("format").raw() == "csv")
    return visit::csv_download(to_csv(shown->items), "resource-library.csv");
  return desk.visits.page(
      request, {.title = t("Resource library"), .audience = html::Audience::kStaff, .wide = true},
      [&](Markup& out) {
        html::button_group(out, [&] {
          html::link_button(out, {.text = t("Add a resource"), .href = kDesk / "new"});
          html::link_button(out, {.text = t("Campaigns and collections"),
                                  .href = kDesk / "collections",
                                  .kind = html::ButtonKind::kOutline});
        });
        write_filter(out, *shown);
        if (shown->items.empty())
          return html::empty_state(out, {.title = t("Nothing fits these choices"),
                                         .what_to_do = t("Choose all, or add a resource.")});
        write_table(out, desk, *shown);
        html::link(out, t("Download as a table (CSV)"), shown->address().with("format", "csv"));
        write_issue_form(out, request, *shown);
      });
}

struct Typed {
  Item item;
  std::string review, opens, closes;
};

void write_choices(Markup& out, const Desk& desk, const Item& item) {
  const Words t = out.words();
  html::checkboxes(out, {.words = {.name = "audiences", .label = t("For whom")},
                         .options = audience_options(desk, t, item.audiences),
                         .in_columns = true});
  html::checkboxes(out, {.words = {.name = "topics", .label = t("Topics")},
                         .options = topic_options(t, item.topics),
                         .in_columns = true});
  html::checkbox(out, {.words = {.name = "federal", .label = t("Of a federal agency")},
                       .checked = item.federal});
  html::checkbox(out, {.words = {.name = "published", .label = t("Shown to everyone")},
                       .checked = item.published});
}

void write_fields(Markup& out, const Desk& desk, const Typed& typed,
                  std::span<const html::FieldError> errors) {
  const Words t = out.words();
  const Item& item = typed.item;
  const auto words = [&](std::string_view name, std::string_view label,
                         std::string_view hint = {}) {
    return html::FieldWords{
        .name = name, .label = label, .hint = hint, .error = html::error_of(errors, name)};
  };
  html::select(out, {.words = words("kind", t("Kind")), .options = kind_options(t, item.kind)});
  html::text_input(out,
                   {.words = words("title_en", t("Title in English")), .value = item.title.en});
  html::text_input(out,
                   {.words = words("title_es", t("Title in Spanish")), .value = item.title.es});
  html::text_area(out,
                  {.words = words("about_en", t("About it in English"), t("In your own words.")),
                   .value = item.about.en});
  html::text_area(out,
                  {.words = words("about_es", t("About it in Spanish")), .value = item.about.es});
  html::text_input(out, {.words = words("publisher", t("Publisher")), .value = item.publisher});
  html::text_input(out, {.words = words("address", t("Address"),
                                        t("A whole web address, such as https://example.org.")),
                         .value = item.address,
                         .type = html::InputType::kUrl});
  html::text_input(out, {.words = words("licence", t("Licence")), .value = item.licence});
  html::text_input(out, {.words = words("languages", t("Languages"), t("Codes, such as en, es.")),
                         .value = join(item.languages, ", ")});
  write_choices(out, desk, item);
  html::date_picker(out, {.words = words("review", t("Review by")), .value = typed.review});
  html::date_picker(
      out, {.words = words("opens", t("Opens"), t("Only for funding.")), .value = typed.opens});
  html::date_picker(
      out, {.words = words("closes", t("Closes"), t("Only for funding.")), .value = typed.closes});
}

Response form(const Desk& desk, const Request& request, const Typed& typed,
              std::span<const html::FieldError> errors = {}) {
  const Words t(visit::language_of(request));
  const Item& item = typed.item;
  if (!desk.resources.may(visit::actor_of(request), "edit"))
    return desk.visits.refusal(request, Status::kNotFound);
  const bool is_new = item.id.is_nil();
  const Href here = is_new ? kDesk : kDesk / item.id.to_string();
  html::Page page{.title = is_new ? t("Add a resource") : t("Change a resource"),
                  .audience = html::Audience::kStaff};
  page.crumbs = {{std::string(t("Resource library")), kDesk}};
  return desk.visits.page(
      request, page,
      [&](Markup& out) {
        html::error_summary(out, errors);
        if (!is_new && item.is_story())
          html::link_button(out, {.text = t("Words and consent"), .href = here / "story"});
        html::post_form(out,
                        {.action = here,
                         .csrf_token = visit::csrf_of(request),
                         .guard_changes = true,
                         .label = t("Resource")},
                        [&] {
                          html::hidden_field(out, "version", std::to_string(item.version));
                          write_fields(out, desk, typed, errors);
                          html::button(out, {.text = t("Save")});
                        });
        if (!is_new)
          html::action_button(out, {.action = here / "remove",
                                    .csrf_token = visit::csrf_of(request),
                                    .text = t("Remove this resource"),
                                    .kind = html::ButtonKind::kDanger,
                                    .confirm = t("Remove it from all pages?")});
      },
      errors.empty() ? Status::kOk : Status::kUnprocessable);
}

Typed read_form(const Request& request, const Uuid& id) {
  const auto text = [&](std::string_view name) { return visit::text_of(request, name); };
  const http::Fields& fields = request.form().fields;
  Typed typed{.item = {.id = id,
                       .kind = text("kind"),
                       .title = {text("title_en"), text("title_es")},
                       .about = {text("about_en"), text("about_es")},
                       .publisher = text("publisher"),
                       .address = text("address"),
                       .licence = text("licence"),
                       .federal = fields.has("federal"),
                       .published = fields.has("published"),
                       .version = to_integer(text("version")).value_or(0)},
              .review = text("review"),
              .opens = text("opens"),
              .closes = text("closes")};
  for (const auto& one : fields.every("audiences")) typed.item.audiences.push_back(one.raw());
  for (const auto& one : fields.every("topics")) typed.item.topics.push_back(one.raw());
  const std::string languages = text("languages");
  for (const std::string_view one : split(languages, ','))
    if (!trim(one).empty()) typed.item.languages.emplace_back(trim(one));
  return typed;
}

Response save(const Desk& desk, const Request& request, const Uuid& id) {
  const Words t(visit::language_of(request));
  Typed typed = read_form(request, id);
  std::vector<html::FieldError> errors;
  const auto day = [&](const char* name, const std::string& value, std::optional<Date>& date) {
    if (!read_day(value, date)) errors.push_back({name, std::string(t("This is not a day."))});
  };
  day("review", typed.review, typed.item.review);
  day("opens", typed.opens, typed.item.opens);
  day("closes", typed.closes, typed.item.closes);
  if (errors.empty()) {
    const auto saved = desk.resources.save(visit::actor_of(request), typed.item);
    if (saved)
      return visit::redirect(request,
                             saved->is_story() ? kDesk / saved->id.to_string() / "story" : kDesk);
    if (saved.error().kind != ErrorKind::kInvalid && saved.error().kind != ErrorKind::kConflict)
      return desk.visits.failure(request, saved.error(), kDesk);
    errors.push_back({saved.error().place, message_of(saved.error(), t)});
  }
  return form(desk, request, typed, errors);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_{}[]<>()#|").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string issue_text(const Item& item, language::Language language) {
  std::string text = "## " + escaped(said(item.title, language)) + "\n\n";
  if (item.is_story()) return text + updates::story_line(item.id) + "\n\n";
  return text + escaped(said(item.about, language)) + "\n\n<" + item.address + ">\n\n";
}

Response make_issue(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  updates::Issue issue{.topic = visit::text_of(request, "topic"),
                       .title = {"From the library", "De la biblioteca"},
                       .body = {}};
  for (const auto& one : request.form().fields.every("items")) {
    const auto id = Uuid::parse(one.raw());
    const auto item = id ? desk.resources.find_published(*id)
                         : Result<Item>(fail(ErrorKind::kNotFound, "there is no such item"));
    if (!item) continue;
    issue.body.en += issue_text(*item, language::Language::kEnglish);
    issue.body.es += issue_text(*item, language::Language::kSpanish);
  }
  const auto saved = desk.updates.issues.save(visit::actor_of(request), issue);
  if (saved) return visit::redirect(request, Href("/news-desk") / saved->id.to_string());
  if (saved.error().kind == ErrorKind::kInvalid)
    return desk.visits.refusal(request, Status::kUnprocessable,
                               t("Tick at least one resource, and no story whose consent does not "
                                 "allow mail."));
  return desk.visits.failure(request, saved.error(), kDesk);
}

}  // namespace

std::string message_of(const Error& error, Words t) {
  const auto is = [&](std::string_view place) { return error.place == place; };
  if (error.kind == ErrorKind::kConflict)
    return std::string(t("Somebody else changed it meanwhile. Open it again."));
  if (is("title_en")) return std::string(t("Write 1 to 200 characters."));
  if (is("address")) return std::string(t("Give the whole address, such as https://example.org."));
  if (is("closes") || is("ends")) return std::string(t("The end is before the start."));
  if (is("starts")) return std::string(t("Give the first and the last day."));
  if (is("uses")) return std::string(t("Choose what she allowed."));
  if (is("until")) return std::string(t("Give a day within five years."));
  if (is("form")) return std::string(t("Say where the signed form lies."));
  return std::string(t("This cannot be left so. Write or choose something else."));
}

void add_desk_routes(http::Router& router, const Desk& desk) {
  router.get("/resources-desk", Access::signed_in(),
             [desk](Request& request) { return list(desk, request); },
             {.summary = "The desk of the resource library"});
  router.get("/resources-desk/new", Access::signed_in(),
             [desk](Request& request) { return form(desk, request, {}); },
             {.summary = "A new resource"});
  router.post("/resources-desk", Access::signed_in(),
              [desk](Request& request) { return save(desk, request, {}); },
              {.summary = "Adds a resource"});
  router.post("/resources-desk/issue", Access::signed_in(),
              [desk](Request& request) { return make_issue(desk, request); },
              {.summary = "Makes a draft of the news from resources"});
  router.get("/resources-desk/{id:uuid}", Access::signed_in(),
             [desk](Request& request) {
               const auto item =
                   desk.resources.find(visit::actor_of(request), request.uuid_parameter("id"));
               if (!item) return desk.visits.failure(request, item.error(), kDesk);
               return form(
                   desk, request,
                   {*item, day_of(item->review), day_of(item->opens), day_of(item->closes)});
             },
             {.summary = "Changes a resource"});
  router.post(
      "/resources-desk/{id:uuid}", Access::signed_in(),
      [desk](Request& request) { return save(desk, request, request.uuid_parameter("id")); },
      {.summary = "Saves a resource"});
  router.post("/resources-desk/{id:uuid}/remove", Access::signed_in(),
              [desk](Request& request) {
                const auto done =
                    desk.resources.remove(visit::actor_of(request), request.uuid_parameter("id"));
                if (!done) return desk.visits.failure(request, done.error(), kDesk);
                return visit::redirect(request, kDesk);
              },
              {.summary = "Removes a resource"});
  add_story_routes(router, desk);
  add_collection_routes(router, desk);
  desk.visits.add_menu_item({.label = language::to_translate("Resource library"),
                             .path = "/resources-desk",
                             .shown_to = visit::ShownTo::kStaff,
                             .order = 46,
                             .fits = [](const trust::Session& session) {
                               return session.member.roles.has_any_of({trust::Role::kCoordinator,
                                                                       trust::Role::kTrainer,
                                                                       trust::Role::kAdvocate});
                             }});
}

}  // namespace daybreak::resources::pages
