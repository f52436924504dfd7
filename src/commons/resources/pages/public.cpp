// SPDX-License-Identifier: AGPL-3.0-or-later
// What everyone sees of the resource library.
#include <algorithm>
#include <span>

#include "base/csv.hpp"
#include "base/icalendar.hpp"
#include "base/text.hpp"
#include "commons/resources/pages/pages.hpp"
#include "language/format.hpp"
#include "language/names.hpp"

namespace daybreak::resources::pages {
namespace {

using html::Href;
using html::Markup;
using http::Access;
using http::Request;
using http::Response;
using http::Status;
using language::Words;

const Href kResources("/resources");
const Href kFunding("/resources/funding");
constexpr std::size_t kPerPage = 20;

Href page_of(const Item& item) { return kResources / item.id.to_string(); }
Href page_of(const Collection& one) { return kResources / "collections" / one.id.to_string(); }

Filter filter_of(const Request& request) {
  const auto text = [&](std::string_view name) { return request.query().get(name).raw(); };
  return {.text = shorten(trim(text("text")), 100),
          .kind = text("kind"),
          .audience = text("audience"),
          .topic = text("topic")};
}

std::string languages_words(Words t, const Item& item) {
  std::vector<std::string> names;
  for (const std::string& code : item.languages) names.push_back(language::language_name(t, code));
  return join(names, ", ");
}

Href address_of(const Href& base, const Filter& filter) {
  return base.with("text", filter.text)
      .with("kind", filter.kind)
      .with("audience", filter.audience)
      .with("topic", filter.topic);
}

void sort(std::vector<Item>& items, const html::Sorting& sorting, language::Language language) {
  std::ranges::stable_sort(items, {}, [&](const Item& item) {
    if (sorting.key == "kind") return item.kind;
    if (sorting.key == "publisher") return to_lower_ascii(item.publisher);
    if (sorting.key == "closes") return item.closes ? format_date(*item.closes) : "9999";
    return to_lower_ascii(said(item.title, language));
  });
  if (sorting.direction == html::Direction::kDescending) std::ranges::reverse(items);
}

void write_filter(Markup& out, const Desk& desk, const Filter& filter) {
  const Words t = out.words();
  html::get_form(out, {.action = kResources, .label = t("Filter")}, [&] {
    html::text_input(out, {.words = {.name = "text", .label = t("Words")}, .value = filter.text});
    const auto choose = [&](std::string_view name, std::string_view label,
                            const std::vector<html::Option>& options) {
      html::select(
          out,
          {.words = {.name = name, .label = label}, .options = options, .empty_choice = t("All")});
    };
    choose("kind", t("Kind"), kind_options(t, filter.kind));
    choose("audience", t("For whom"), audience_options(desk, t, {filter.audience}));
    choose("topic", t("Topic"), topic_options(t, {filter.topic}));
    html::button(out, {.text = t("Show"), .kind = html::ButtonKind::kOutline});
  });
}

void write_table(Markup& out, std::span<const Item> items, const html::Sorting& sorting,
                 std::string_view caption) {
  const Words t = out.words();
  html::table(out,
              {.caption = caption,
               .columns = {{t("Title"), html::Align::kLeft, "title"},
                           {t("What it is")},
                           {t("Kind"), html::Align::kLeft, "kind"},
                           {t("Publisher"), html::Align::kLeft, "publisher"},
                           {t("Languages")}},
               .sorting = sorting},
              [&](html::Rows& rows) {
                for (const Item& item : items) {
                  rows.row();
                  rows.link(said(item.title, t.language()), page_of(item));
                  rows.cell(shorten(said(item.about, t.language()), 200));
                  rows.cell(kind_words(t, item.kind));
                  rows.cell(item.publisher.empty() ? "–" : item.publisher);
                  rows.cell(item.languages.empty() ? "–" : languages_words(t, item));
                }
              });
}

Response list(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const Filter filter = filter_of(request);
  auto items = desk.resources.published(filter);
  if (!items) return desk.visits.failure(request, items.error(), kResources);
  const Href address = address_of(kResources, filter);
  const html::Sorting sorting = visit::sorting_of(request, address, "title");
  sort(*items, sorting, t.language());
  if (request.query().get("format").raw() == "csv")
    return visit::csv_download(to_csv(*items), "resources.csv");
  return desk.visits.page(request, {.title = t("Resources"), .wide = true}, [&](Markup& out) {
    html::lead(out, t("Guides, trainings, forms and data that others publish, chosen for those who "
                      "meet or help people."));
    html::card_list(out, 3, [&](std::size_t i) {
      if (i == 0)
        html::card(out, {.title = t("Federal pages"),
                         .href = kResources / "federal",
                         .text = t("Which agency does what, in one sentence each."),
                         .heading_level = 2});
      else if (i == 1)
        html::card(out, {.title = t("Funding"),
                         .href = kFunding,
                         .text = t("What opens and closes when, also as a calendar."),
                         .heading_level = 2});
      else
        html::card(out, {.title = t("Campaigns and collections"),
                         .href = kResources / "campaigns",
                         .text = t("Posters, text to copy and days."),
                         .heading_level = 2});
    });
    html::section(out, 2, t("Find a resource"), [&] {
      write_filter(out, desk, filter);
      if (items->empty())
        return html::empty_state(out, {.title = t("Nothing fits these choices"),
                                       .what_to_do = t("Choose fewer, or other words."),
                                       .action = t("Show everything"),
                                       .href = kResources});
      const std::size_t pages = (items->size() + kPerPage - 1) / kPerPage;
      const auto asked = to_integer(request.query().get("page").raw()).value_or(1);
      const auto page = std::clamp<std::int64_t>(asked, 1, static_cast<std::int64_t>(pages));
      const std::size_t first = static_cast<std::size_t>(page - 1) * kPerPage;
      const std::size_t count = std::min(kPerPage, items->size() - first);
      write_table(
          out, std::span<const Item>(*items).subspan(first, count), sorting,
          t.plural("{0} resource", "{0} resources", static_cast<std::int64_t>(items->size())));
      html::pagination(out, {.page = page,
                             .pages = static_cast<std::int64_t>(pages),
                             .href = [&](std::int64_t other) {
                               return address.with("sort", request.query().get("sort").raw())
                                   .with("page", std::to_string(other));
                             }});
      html::link(out, t("Download as a table (CSV)"), address.with("format", "csv"));
    });
  });
}

std::vector<std::string> names_of(const std::vector<html::Option>& options) {
  std::vector<std::string> names;
  for (const html::Option& one : options)
    if (one.selected) names.push_back(one.label);
  return names;
}

Response show(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto item = desk.resources.find_published(request.uuid_parameter("id"));
  if (!item) return desk.visits.failure(request, item.error(), kResources);
  html::Page page{.title = said(item->title, t.language())};
  page.crumbs = {{std::string(t("Resources")), kResources}};
  return desk.visits.page(request, page, [&](Markup& out) {
    write_plain(out, said(item->about, t.language()));
    if (item->is_story())
      if (const auto words = desk.resources.words_of(item->id, "site"); words && *words)
        out.element("blockquote", {}, [&] { write_plain(out, said(**words, t.language())); });
    html::description_list(out, [&](html::Descriptions& list) {
      list.add(t("Kind"), kind_words(t, item->kind));
      if (!item->publisher.empty()) list.add(t("Publisher"), item->publisher);
      if (!item->address.empty())
        list.add(t("Address"), [&] { html::link(out, item->address, Href(item->address)); });
      const auto whom = names_of(audience_options(desk, t, item->audiences));
      if (!whom.empty()) list.add(t("For whom"), join(whom, ", "));
      const auto topics = names_of(topic_options(t, item->topics));
      if (!topics.empty()) list.add(t("Topics"), join(topics, ", "));
      if (!item->languages.empty()) list.add(t("Languages"), languages_words(t, *item));
      if (!item->licence.empty()) list.add(t("Licence"), item->licence);
      const auto day = [&](std::string_view term, const std::optional<Date>& date) {
        if (date) list.add(term, language::format_date(t.language(), *date));
      };
      day(t("Opens"), item->opens);
      day(t("Closes"), item->closes);
    });
    if (item->link == LinkState::kBroken)
      html::note(out, t("When we looked last, this address did not answer."));
    else if (item->checked_at)
      html::note(
          out,
          t("The address answered on {0}.",
            {language::format_date(
                t.language(), Date(std::chrono::floor<std::chrono::days>(*item->checked_at)))}));
  });
}

Response federal(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  auto items = desk.resources.published({.federal = true});
  if (!items) return desk.visits.failure(request, items.error(), kResources);
  std::ranges::stable_sort(*items, {}, &Item::publisher);
  html::Page page{.title = t("Federal pages")};
  page.crumbs = {{std::string(t("Resources")), kResources}};
  return desk.visits.page(request, page, [&](Markup& out) {
    html::lead(out, t("What federal agencies offer, said in our own words. The address is the "
                      "source."));
    if (items->empty())
      return html::empty_state(out, {.title = t("Nothing is written down here"),
                                     .what_to_do = t("See the other resources."),
                                     .action = t("Resources"),
                                     .href = kResources});
    std::string publisher;
    for (const Item& item : *items) {
      if (item.publisher != publisher) html::heading(out, 2, item.publisher);
      publisher = item.publisher;
      html::paragraph(out, [&] {
        html::link(out, said(item.title, t.language()), Href(item.address));
        out.text(": ").text(said(item.about, t.language()));
        if (item.link == LinkState::kBroken) {
          out.text(" ");
          html::tag(out, t("Did not answer lately"), html::TagTone::kCaution);
        }
      });
    }
  });
}

Result<std::vector<Item>> open_funding(const Desk& desk) {
  auto items = TRY(desk.resources.published({.kind = "funding"}));
  std::erase_if(items, [&](const Item& item) {
    return item.closes && *item.closes < desk.resources.today();
  });
  return items;
}

Response funding(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  auto items = open_funding(desk);
  if (!items) return desk.visits.failure(request, items.error(), kFunding);
  const html::Sorting sorting = visit::sorting_of(request, kFunding, "closes");
  sort(*items, sorting, t.language());
  if (request.query().get("format").raw() == "csv")
    return visit::csv_download(to_csv(*items), "funding.csv");
  const auto day = [&](const std::optional<Date>& date) {
    return date ? language::format_date(t.language(), *date, language::DateStyle::kShort) : "–";
  };
  html::Page page{.title = t("Funding"), .wide = true};
  page.crumbs = {{std::string(t("Resources")), kResources}};
  return desk.visits.page(request, page, [&](Markup& out) {
    if (items->empty())
      html::empty_state(out, {.title = t("Nothing is open now that we know of"),
                              .what_to_do = t("Subscribe to the calendar: it tells when something "
                                              "opens."),
                              .action = t("Resources"),
                              .href = kResources});
    else
      html::table(out,
                  {.caption = t("Funding"),
                   .columns = {{t("Title"), html::Align::kLeft, "title"},
                               {t("Publisher"), html::Align::kLeft, "publisher"},
                               {t("Opens")},
                               {t("Closes"), html::Align::kLeft, "closes"}},
                   .sorting = sorting,
                   .caption_hidden = true},
                  [&](html::Rows& rows) {
                    for (const Item& item : *items) {
                      rows.row();
                      rows.link(said(item.title, t.language()), page_of(item));
                      rows.cell(item.publisher.empty() ? "–" : item.publisher);
                      rows.cell(day(item.opens));
                      rows.cell(day(item.closes));
                    }
                  });
    html::paragraph(out, [&] {
      html::link(out, t("Calendar of openings and closings"), "/resources/funding.ics");
      out.text(" · ");
      html::link(out, t("Download as a table (CSV)"), kFunding.with("format", "csv"));
    });
  });
}

Response calendar(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto items = open_funding(desk);
  if (!items) return desk.visits.failure(request, items.error(), kFunding);
  std::vector<CalendarEvent> events;
  for (const Item& item : *items) {
    const std::string& title = said(item.title, t.language());
    if (item.opens)
      events.push_back({.id = item.id.to_string() + "-opens",
                        .title = t("Opens: {0}", {title}),
                        .about = item.address,
                        .day = item.opens});
    if (item.closes)
      events.push_back({.id = item.id.to_string() + "-closes",
                        .title = t("Closes: {0}", {title}),
                        .about = item.address,
                        .day = item.closes});
  }
  return Response::of("text/calendar; charset=utf-8",
                      to_icalendar(events, t("Funding"), desk.resources.clock().now()));
}

std::string days_words(Words t, const Collection& one) {
  if (!one.starts || !one.ends) return {};
  const std::string first = language::format_date(t.language(), *one.starts);
  if (*one.starts == *one.ends) return first;
  return t("{0} to {1}", {first, language::format_date(t.language(), *one.ends)});
}

Response campaigns(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto all = desk.resources.published_collections();
  if (!all) return desk.visits.failure(request, all.error(), kResources);
  html::Page page{.title = t("Campaigns and collections")};
  page.crumbs = {{std::string(t("Resources")), kResources}};
  return desk.visits.page(request, page, [&](Markup& out) {
    if (all->empty())
      return html::empty_state(out, {.title = t("Nothing is written down here"),
                                     .what_to_do = t("See the other resources."),
                                     .action = t("Resources"),
                                     .href = kResources});
    html::card_list(out, all->size(), [&](std::size_t i) {
      const Collection& one = (*all)[i];
      html::card(out,
                 {.title = said(one.title, t.language()),
                  .href = page_of(one),
                  .text = said(one.about, t.language()),
                  .heading_level = 2},
                 [&] {
                   if (const std::string days = days_words(t, one); !days.empty())
                     html::note(out, days);
                 });
    });
  });
}

void write_posters(Markup& out, const Desk& desk, const Collection& one) {
  const Words t = out.words();
  std::vector<const library::Reference*> posters;
  for (const std::string& id : one.posters)
    if (const auto* reference = desk.library.reference(id)) posters.push_back(reference);
  if (posters.empty()) return;
  html::section(out, 2, t("Posters to print"), [&] {
    html::list(out, html::ListKind::kBullets, posters.size(), [&](std::size_t i) {
      html::link(out, said(posters[i]->title, t.language()), Href("/signs") / posters[i]->id);
    });
  });
}

Response collection(const Desk& desk, const Request& request) {
  const Words t(visit::language_of(request));
  const auto all = desk.resources.published_collections();
  const auto items = desk.resources.published();
  if (!all || !items) return desk.visits.refusal(request, Status::kUnavailable);
  const auto one = std::ranges::find(*all, request.uuid_parameter("id"), &Collection::id);
  if (one == all->end()) return desk.visits.refusal(request, Status::kNotFound);
  html::Page page{.title = said(one->title, t.language())};
  page.crumbs = {{std::string(t("Resources")), kResources},
                 {std::string(t("Campaigns and collections")), kResources / "campaigns"}};
  return desk.visits.page(request, page, [&](Markup& out) {
    if (const std::string days = days_words(t, *one); !days.empty()) html::note(out, days);
    write_plain(out, said(one->about, t.language()));
    if (const std::string& copy = said(one->copy, t.language()); !copy.empty())
      html::section(out, 2, t("Text to copy"), [&] { write_plain(out, copy); });
    write_posters(out, desk, *one);
    if (one->items.empty()) return;
    html::section(out, 2, t("Resources"), [&] {
      html::list(out, html::ListKind::kBullets, one->items.size(), [&](std::size_t i) {
        const auto item = std::ranges::find(*items, one->items[i], &Item::id);
        if (item != items->end()) html::link(out, said(item->title, t.language()), page_of(*item));
      });
    });
  });
}

}  // namespace

std::string kind_words(Words t, std::string_view kind) {
  const Code* found = find_kind(kind);
  return found == nullptr ? std::string(kind) : std::string(t(found->words));
}

std::vector<html::Option> kind_options(Words t, std::string_view chosen) {
  std::vector<html::Option> options;
  for (const Code& one : kinds())
    options.push_back({.value = std::string(one.code),
                       .label = std::string(t(one.words)),
                       .selected = one.code == chosen});
  return options;
}

std::vector<html::Option> audience_options(const Desk& desk, Words t,
                                           const std::vector<std::string>& chosen) {
  std::vector<html::Option> options;
  for (const library::Named& one : desk.library.audiences)
    options.push_back({.value = one.id,
                       .label = said(one.name, t.language()),
                       .selected = std::ranges::find(chosen, one.id) != chosen.end()});
  return options;
}

std::vector<html::Option> topic_options(Words t, const std::vector<std::string>& chosen) {
  std::vector<html::Option> options;
  for (const updates::Topic& one : updates::topics())
    if (!one.is_restricted() && !one.retired)
      options.push_back({.value = one.id,
                         .label = said(one.name, t.language()),
                         .selected = std::ranges::find(chosen, one.id) != chosen.end()});
  return options;
}

const std::string& said(const Both& text, language::Language language) {
  return text.in(language).empty() ? text.en : text.in(language);
}

std::string to_csv(const std::vector<Item>& items) {
  std::string text;
  CsvWriter csv(text, CsvFormulas::kNeutralise);
  csv.row({"title", "title_es", "kind", "publisher", "address", "languages", "audiences", "topics",
           "licence", "review", "opens", "closes", "link"});
  for (const Item& item : items)
    csv.row({item.title.en, item.title.es, item.kind, item.publisher, item.address,
             join(item.languages, " "), join(item.audiences, " "), join(item.topics, " "),
             item.licence, day_of(item.review), day_of(item.opens), day_of(item.closes),
             code_of(item.link)});
  return text;
}

void write_plain(Markup& out, std::string_view text) {
  std::string block;
  const auto flush = [&] {
    if (!trim(block).empty()) html::paragraph(out, trim(block));
    block.clear();
  };
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty())
      flush();
    else
      block += std::string(line) + " ";
  }
  flush();
}

std::string day_of(const std::optional<Date>& day) { return day ? format_date(*day) : ""; }

bool read_day(const std::string& text, std::optional<Date>& day) {
  day.reset();
  if (text.empty()) return true;
  const auto read = parse_date(text);
  if (read) day = *read;
  return read.has_value();
}

void add_public_routes(http::Router& router, const Desk& desk) {
  const auto add = [&](const char* path, Response (*handler)(const Desk&, const Request&),
                       const char* summary) {
    router.get(path, Access::anyone(),
               [desk, handler](Request& request) { return handler(desk, request); },
               {.summary = summary});
  };
  add("/resources", list, "The resource library");
  add("/resources/{id:uuid}", show, "One resource");
  add("/resources/federal", federal, "What federal agencies offer");
  add("/resources/funding", funding, "Funding that is open");
  add("/resources/funding.ics", calendar, "Openings and closings as a calendar");
  add("/resources/campaigns", campaigns, "Campaign packs and collections");
  add("/resources/collections/{id:uuid}", collection, "One campaign pack or collection");
  desk.visits.add_menu_item(
      {.label = language::to_translate("Resources"), .path = "/resources", .order = 43});
}

}  // namespace daybreak::resources::pages
