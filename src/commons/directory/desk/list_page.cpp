// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of records: filter, sort, pages, export. What is asked travels in the form, never in the
// address.
#include <algorithm>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/directory/check.hpp"
#include "commons/directory/desk/form.hpp"
#include "commons/directory/desk/parts.hpp"
#include "commons/directory/desk/store.hpp"

namespace daybreak::directory::desk {
namespace {

using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using language::Words;

constexpr std::size_t kPerPage = 50;
constexpr Entity kListed[] = {Entity::kService, Entity::kOrganization, Entity::kLocation};

struct Asked {
  std::string text, state;
  Entity entity = Entity::kService;
  std::string visibility, sort = "name";
  std::int64_t page = 1;
};

struct Row {
  Uuid id, organization;
  std::string name, city, visibility, checked;
  Instant modified{};
  bool overdue = false, may_export = false;
};

Asked read_asked(const Request& request) {
  const http::Fields& form = request.form().fields;
  Asked asked;
  asked.text = shorten(said(form, "text"), 200);
  asked.state = said(form, "state");
  asked.visibility = said(form, "visibility");
  if (const EntityInfo* entity = find_entity(said(form, "entity")))
    if (is_kept(entity->entity)) asked.entity = entity->entity;
  // A button of the table's head, or what was sorted by before.
  for (const auto& value : form.every("sort"))
    if (!value.raw().empty()) asked.sort = value.raw();
  asked.page = std::max<std::int64_t>(1, to_integer(said(form, "page")).value_or(1));
  return asked;
}

std::string city_of(const Json& body, const Audience& sight) {
  const Json* addresses = body.find("addresses");
  if (const JsonArray* items = addresses ? addresses->if_array() : nullptr)
    for (const Json& address : *items)
      if (sight.sees(address)) return std::string(text_of(address, "city"));
  return {};
}

bool fits(const Asked& asked, const Row& row, const Json& body, Entity entity) {
  if (!asked.visibility.empty() &&
      asked.visibility != (row.visibility.empty() ? "public" : row.visibility))
    return false;
  if (asked.state == "overdue" && !row.overdue) return false;
  if (asked.state == "unchecked" && (!row.checked.empty() || entity != Entity::kService))
    return false;
  if (asked.text.empty()) return true;
  const std::string wanted = search_key(asked.text);
  for (const std::string_view field : {"name", "alternate_name"})
    if (search_key(text_of(body, field)).find(wanted) != std::string::npos) return true;
  return search_key(row.city).find(wanted) != std::string::npos;
}

// The rows that this member may keep, sorted.
Result<std::vector<Row>> find_rows(const Office& office, const trust::Actor& actor,
                                   const Asked& asked) {
  const Instant now = office.clock.now();
  std::vector<Row> rows;
  const auto take = [&](std::vector<store::Stored> batch) -> Result<void> {
    for (store::Stored& stored : batch) {
      const Json& full = stored.record.body;
      const Subject subject("directory_record", asked.entity, full);
      const trust::Object object = subject.object();
      if (!trust::decide(actor, {"list"}, object, {}, now) ||
          !trust::decide(actor, {"edit"}, object, {}, now))
        continue;
      Row row{.id = stored.record.id,
              .organization = Uuid::parse(text_of(full, "organization_id")).value_or(Uuid()),
              .name = std::string(text_of(full, "name")),
              .city = city_of(full, sight_of(actor, subject, now)),
              .visibility = std::string(text_of(full, "visibility")),
              .checked = std::string(text_of(full, "assured_date").substr(0, 10)),
              .modified = stored.modified};
      row.overdue = asked.entity == Entity::kService && is_overdue(full, now);
      row.may_export = trust::decide(actor, {"export"}, object, {}, now).allowed;
      if (fits(asked, row, full, asked.entity)) rows.push_back(std::move(row));
    }
    return {};
  };
  TRY(office.directory.database().read([&](db::Connection& c) -> Result<void> {
    if (asked.state != "archived") return store::each(c, asked.entity, 1000, take);
    std::vector<store::Stored> gone =
        TRY(store::load(c, TRY(papers::archived(c, asked.entity)), store::Removed::kInclude));
    std::erase_if(gone, [&](const store::Stored& s) { return s.record.entity != asked.entity; });
    return take(std::move(gone));
  }));
  const bool falling = asked.sort.starts_with('-');
  const std::string_view key = std::string_view(asked.sort).substr(falling ? 1 : 0);
  std::unordered_map<Uuid, std::string> keys;
  for (const Row& row : rows) keys.emplace(row.id, search_key(row.name));
  std::ranges::stable_sort(rows, [&](const Row& a, const Row& b) {
    if (key == "checked" && a.checked != b.checked)
      return falling ? a.checked > b.checked : a.checked < b.checked;
    if (key == "changed" && a.modified != b.modified)
      return falling ? a.modified > b.modified : a.modified < b.modified;
    const std::string &x = keys[a.id], &y = keys[b.id];
    return falling && key == "name" ? x > y : x < y;
  });
  return rows;
}

// The names of the organisations of the rows of one page.
std::unordered_map<Uuid, std::string> organization_names(const Office& office,
                                                         std::span<const Row> rows) {
  std::vector<Uuid> ids;
  for (const Row& row : rows)
    if (!row.organization.is_nil()) ids.push_back(row.organization);
  std::unordered_map<Uuid, std::string> names;
  if (ids.empty()) return names;
  const auto found =
      office.directory.database().read([&](db::Connection& c) { return store::load(c, ids); });
  if (!found) return names;
  for (const store::Stored& stored : *found)
    if (stored.record.entity == Entity::kOrganization &&
        Audience::keepers().sees(stored.record.body))
      names.emplace(stored.record.id, text_of(stored.record.body, "name"));
  return names;
}

void write_filter(Markup& out, const Request& request, const Asked& asked) {
  const Words t = out.words();
  html::post_form(
      out,
      {.action = "/directory",
       .csrf_token = visit::csrf_of(request),
       .id = "list",
       .label = t("Filter the list")},
      [&] {
        // Enter in a field must not press a button of the table.
        html::hidden_field(out, "sort", asked.sort);
        html::text_input(out, {.words = {.name = "text",
                                         .label = t("Name or town"),
                                         .hint = t("A part of it is enough.")},
                               .value = asked.text,
                               .autocomplete = "off",
                               .max_length = 200});
        std::vector<html::Option> kinds, visibilities, states;
        for (const Entity entity : kListed)
          kinds.push_back({std::string(info(entity).name), std::string(entity_words(t, entity)), "",
                           asked.entity == entity});
        html::select(out, {.words = {.name = "entity", .label = t("Kind")}, .options = kinds});
        for (const std::string_view code : {"public", "task_force", "partner", "confidential"})
          visibilities.push_back({std::string(code), std::string(choice_words(t, code)), "",
                                  asked.visibility == code});
        html::select(out, {.words = {.name = "visibility", .label = t("Who may see it")},
                           .options = visibilities,
                           .empty_choice = t("Anyone")});
        states = {{"overdue", std::string(t("Overdue for a check")), "", asked.state == "overdue"},
                  {"unchecked", std::string(t("Never checked")), "", asked.state == "unchecked"},
                  {"archived", std::string(t("Archived")), "", asked.state == "archived"}};
        html::select(out, {.words = {.name = "state", .label = t("State")},
                           .options = states,
                           .empty_choice = t("All that are not archived")});
        html::button_group(out, [&] {
          html::button(out, {.text = t("Show")});
          html::button(out, {.text = t("Export as CSV"),
                             .kind = html::ButtonKind::kOutline,
                             .name = "export",
                             .value = "csv"});
        });
      });
}

void write_row(html::Rows& rows, Markup& out, const Row& row, const Asked& asked,
               const std::unordered_map<Uuid, std::string>& names) {
  const Words t = out.words();
  rows.row();
  rows.link(row.name.empty() ? entity_words(t, asked.entity) : std::string_view(row.name),
            address_of(asked.entity, row.id));
  const auto owner = names.find(row.organization);
  rows.cell(asked.entity == Entity::kLocation ? row.city
            : owner == names.end()            ? std::string("—")
                                              : owner->second);
  rows.cell(choice_words(t, row.visibility.empty() ? "public" : std::string_view(row.visibility)));
  rows.cell([&] {
    out.text(date_words(t, std::string_view(row.checked)));
    if (row.overdue) {
      out.text(" ");
      html::tag(out, t("Overdue"), html::TagTone::kCaution);
    }
  });
  rows.cell(date_words(t, row.modified));
}

void write_table(Markup& out, std::span<const Row> rows, const Asked& asked,
                 const std::unordered_map<Uuid, std::string>& names) {
  const Words t = out.words();
  const bool falling = asked.sort.starts_with('-');
  html::table(out,
              {.caption = t("Records"),
               .columns = {{t("Name"), html::Align::kLeft, "name"},
                           {asked.entity == Entity::kLocation ? t("Town") : t("Organization")},
                           {t("Who may see it")},
                           {t("Checked on"), html::Align::kLeft, "checked"},
                           {t("Changed on"), html::Align::kLeft, "changed"}},
               .sorting = html::Sorting{.key = falling ? asked.sort.substr(1) : asked.sort,
                                        .direction = falling ? html::Direction::kDescending
                                                             : html::Direction::kAscending,
                                        .form_id = "list"},
               .caption_hidden = true},
              [&](html::Rows& table) {
                for (const Row& row : rows) write_row(table, out, row, asked, names);
              });
}

// What the member may take away; a list of confidential places never leaves.
Response export_rows(const Office& office, const Request& request, std::vector<Row> rows,
                     const Asked& asked) {
  const Words t(visit::language_of(request));
  std::erase_if(rows, [](const Row& row) { return !row.may_export; });
  const auto recorded = trust::record_audit(office.directory.database(), visit::actor_of(request),
                                            {.action = "directory_record.export",
                                             .object_type = std::string(info(asked.entity).name),
                                             .detail = "rows=" + std::to_string(rows.size())},
                                            office.clock.now());
  if (!recorded) return refuse(office, request, recorded.error(), "/directory");
  const auto names = organization_names(office, rows);
  std::string csv;
  CsvWriter writer(csv, CsvFormulas::kNeutralise);
  writer.row(
      {"id", "name", "organization", "city", "visibility", "checked_on", "overdue", "changed_on"});
  for (const Row& row : rows) {
    const auto owner = names.find(row.organization);
    writer.row({row.id.to_string(), row.name, owner == names.end() ? "" : owner->second, row.city,
                row.visibility.empty() ? std::string_view("public") : row.visibility, row.checked,
                row.overdue ? "yes" : "no", format_instant(row.modified).substr(0, 10)});
  }
  Response response = Response::of("text/csv; charset=utf-8", std::move(csv));
  response.as_download("directory-" + std::string(info(asked.entity).name) + ".csv");
  return response;
}

// The other pages of the desk, as far as they are this member's work.
void write_tools(Markup& out, const Office& office, const trust::Actor& actor) {
  const Words t = out.words();
  const auto is_mine = [&](std::string_view type, std::string_view action) {
    return trust::decide(actor, {action}, {.type = type, .audience = trust::Audience::kTaskForce},
                         {}, office.clock.now())
        .allowed;
  };
  std::vector<html::Tab> tabs = {{std::string(t("Records")), "/directory", true},
                                 {std::string(t("Proposals")), "/directory/proposals"},
                                 {std::string(t("Likely duplicates")), "/directory/duplicates"}};
  if (is_mine("directory_import", "run"))
    tabs.push_back({std::string(t("Imports")), "/directory/imports"});
  if (is_mine("directory_words", "edit"))
    tabs.push_back({std::string(t("Words of the search")), "/directory/words"});
  html::tabs(out, t("Directory"), tabs);
}

Response list_page(const Office& office, Request& request) {
  const Words t(visit::language_of(request));
  const trust::Actor actor = visit::actor_of(request);
  const Asked asked = read_asked(request);
  auto found = find_rows(office, actor, asked);
  if (!found) return refuse(office, request, found.error(), "/today");
  if (said(request.form().fields, "export") == "csv")
    return export_rows(office, request, std::move(*found), asked);
  const auto count = static_cast<std::int64_t>(found->size());
  const std::int64_t pages = std::max<std::int64_t>(1, (count + kPerPage - 1) / kPerPage);
  const std::int64_t page = std::min(asked.page, pages);
  const auto first = static_cast<std::size_t>(page - 1) * kPerPage;
  const std::span<const Row> shown =
      std::span(*found).subspan(first, std::min(kPerPage, found->size() - first));
  const auto names = organization_names(office, shown);
  return staff_page(office, request, t("Directory"), {}, [&](Markup& out) {
    html::button_group(out, [&] {
      html::link_button(out, {.text = t("New service"), .href = "/directory/new/service"});
      html::link_button(out, {.text = t("New organization"),
                              .href = "/directory/new/organization",
                              .kind = html::ButtonKind::kOutline});
    });
    write_tools(out, office, actor);
    write_filter(out, request, asked);
    html::heading(out, 2, t.plural("{0} record", "{0} records", count), "results");
    if (shown.empty()) {
      html::empty_state(out, {.title = t("No record fits"),
                              .what_to_do = t("Take back a choice above, or make a new record."),
                              .action = t("New service"),
                              .href = "/directory/new/service"});
      return;
    }
    write_table(out, shown, asked, names);
    html::pagination(out, {.page = page, .pages = pages, .form_id = "list"});
  });
}

}  // namespace

void add_list_routes(http::Router& router, const Office& office) {
  router.get("/directory", Access::signed_in(), for_keepers(office, list_page),
             {.summary = "The records of the directory, for those who keep it"});
  router.post("/directory", Access::signed_in(), for_keepers(office, list_page),
              {.summary = "The same, filtered and sorted, or as CSV"});
}

}  // namespace daybreak::directory::desk
