// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/gallery.hpp"

#include <array>
#include <cmath>

#include "html/components.hpp"

namespace daybreak::html {
namespace {

// The gallery is for the people who build pages; its content is English and made up. The words of
// the components themselves are in the language of the page.
constexpr std::string_view kToken = "demonstration";

void write_content(Markup& out) {
  lead(out, "Words first: what a page says, and in which order.");
  alert(out, {.kind = AlertKind::kInfo,
              .text = "Call before you go. Hours change on holidays.",
              .title = "Good to know"});
  alert(out, {.kind = AlertKind::kWarning, .text = "This record was last checked in March."});
  alert(out, {.kind = AlertKind::kSuccess, .text = "Your changes are saved."});
  alert(out, {.kind = AlertKind::kError, .text = "The file has no column named \"name\"."});
  alert(out,
        {.kind = AlertKind::kEmergency, .text = "In danger now? Call 911.", .title = "Emergency"});
  section(out, 2, "What would help tonight?", [&] {
    constexpr std::array kNeeds{
        "A safe place to sleep", "Food", "A doctor", "A lawyer", "Someone to talk to",
        "A way to get there"};
    card_list(out, kNeeds.size(), [&](std::size_t i) {
      card(out, {.title = kNeeds[i],
                 .href = "/styleguide/forms",
                 .text = "Open now near you, in your language."});
    });
  });
  section(out, 2, "Sunrise Example House", [&] {
    paragraph(out, [&] {
      tag(out, "24 hours", TagTone::kGood);
      tag(out, "Call first", TagTone::kCaution);
      tag(out, "Full tonight", TagTone::kBad);
      tag(out, "Spanish", TagTone::kInfo);
      tag(out, "Statewide");
    });
    description_list(out, [&](Descriptions& list) {
      list.add("Phone", [&] { phone_link(out, "7165550100", "Call Sunrise Example House"); });
      list.add("Who can go", "Adults of any gender, with children and pets");
      list.add("Web site", [&] { link(out, "example.org", "https://example.org/"); });
    });
    accordion_item(out, {.title = "How do I get in?", .open = true},
                   [&] { paragraph(out, "Call the number above. A person answers at any hour."); });
    accordion_item(out, {.title = "What does it cost?"}, [&] { paragraph(out, "Nothing."); });
  });
  section(out, 2, "Figures", [&] {
    const std::array figures{
        Figure{.value = "14",
               .label = "records wait for a check",
               .source = "Today",
               .href = "/styleguide/tables"},
        Figure{.value = "312", .label = "services listed", .source = "17 counties"},
        Figure{.value = "92%", .label = "checked within 180 days"}};
    figure_list(out, figures);
  });
  list(out, ListKind::kNumbers, 3,
       [&](std::size_t i) { out.text(std::array{"Ask", "Listen", "Call together"}[i]); });
  empty_state(out, {.title = "No service fits all of this",
                    .what_to_do = "Try a wider distance, or leave out one of your choices.",
                    .action = "Change my choices",
                    .href = "/styleguide/forms"});
  button_group(out, [&] {
    link_button(out, {.text = "Print", .href = "#"});
    link_button(out, {.text = "Back", .href = "/styleguide/content", .kind = ButtonKind::kOutline});
  });
}

void write_forms(Markup& out) {
  const std::vector<FieldError> errors{{"zip", "Write a ZIP code of five digits"},
                                       {"form", "Choose at least one"}};
  const std::vector<std::string> steps_done{"Who", "What", "How long", "Review", "Sign"};
  steps(out, steps_done, 1);
  error_summary(out, errors);
  post_form(
      out,
      {.action = "/styleguide/forms",
       .csrf_token = kToken,
       .with_files = true,
       .guard_changes = true,
       .label = "All fields"},
      [&] {
        search_box(out, {.label = "Search services", .value = "shelter"});
        text_input(out, {.words = {.name = "name",
                                   .label = "Name of the place",
                                   .hint = "As people know it",
                                   .required = true},
                         .value = "Sunrise Example House"});
        text_input(out,
                   {.words = {.name = "zip", .label = "ZIP code", .error = error_of(errors, "zip")},
                    .value = "142O1",
                    .width = FieldWidth::kSmall,
                    .input_mode = "numeric"});
        text_input(out, {.words = {.name = "secret", .label = "Password"},
                         .type = InputType::kPassword,
                         .autocomplete = "current-password"});
        const std::vector<std::string> counties{"Erie", "Niagara", "Monroe"};
        text_input(out, {.words = {.name = "county", .label = "County"}, .suggestions = counties});
        text_area(out, {.words = {.name = "note",
                                  .label = "What should people know?",
                                  .hint = "Do not write names of clients."},
                        .value = "Ring twice.",
                        .rows = 3});
        const std::vector<Option> levels{{.value = "local", .label = "Local", .selected = true},
                                         {.value = "state", .label = "Statewide"}};
        select(out, {.words = {.name = "level", .label = "Level"},
                     .options = levels,
                     .empty_choice = "Any level"});
        const std::vector<Option> forms{
            {.value = "labor", .label = "Labor", .hint = "Made to work by force, fraud or threat"},
            {.value = "other", .label = "Other", .selected = true}};
        radios(
            out,
            {.words = {.name = "form", .label = "Which form?", .error = error_of(errors, "form")},
             .options = forms,
             .tiles = true});
        const std::vector<Option> languages{{.value = "en", .label = "English", .selected = true},
                                            {.value = "es", .label = "Spanish"},
                                            {.value = "ar", .label = "Arabic"},
                                            {.value = "ne", .label = "Nepali"}};
        checkboxes(out, {.words = {.name = "languages", .label = "Languages spoken"},
                         .options = languages,
                         .in_columns = true});
        checkbox(out, {.words = {.name = "always",
                                 .label = "Open 24 hours",
                                 .hint = "A person answers at any hour"}});
        date_input(out, {.words = {.name = "born",
                                   .label = "Date of the visit",
                                   .hint = "For example: 4 28 2026"},
                         .month = "4",
                         .day = "28",
                         .year = "2026"});
        date_picker(out,
                    {.words = {.name = "until", .label = "Valid until"}, .value = "2026-12-31"});
        file_input(out, {.words = {.name = "file", .label = "Spreadsheet", .hint = "CSV or XLSX"},
                         .accept = ".csv,.xlsx"});
        field_group(out, "Opening hours on Monday", "Leave empty when closed", [&] {
          text_input(out, {.words = {.name = "opens", .label = "Opens"},
                           .type = InputType::kTime,
                           .width = FieldWidth::kSmall});
          text_input(out, {.words = {.name = "closes", .label = "Closes"},
                           .type = InputType::kTime,
                           .width = FieldWidth::kSmall});
        });
        button_group(out, [&] {
          button(out, {.text = "Save"});
          button(out, {.text = "Save and add another", .kind = ButtonKind::kOutline});
          button(out, {.text = "Archive this record",
                       .kind = ButtonKind::kDanger,
                       .confirm = "Archive this record? People will no longer find it."});
          button(out, {.text = "Cancel", .kind = ButtonKind::kUnstyled});
        });
      });
}

void write_tables(Markup& out) {
  const std::vector<Tab> views{{"List", "/styleguide/tables", true},
                               {"Map", "/styleguide/figures", false}};
  tabs(out, "Views", views);
  table(out,
        {.caption = "Services near you",
         .columns = {{"Name", Align::kLeft, "name"},
                     {"Distance", Align::kRight, "distance"},
                     {"Hours today"},
                     {"Places", Align::kRight}},
         .sorting = Sorting{.key = "distance", .base = "/styleguide/tables"}},
        [&](Rows& rows) {
          for (int i = 1; i <= 8; ++i) {
            rows.row();
            rows.link("Example House " + std::to_string(i), "/styleguide/content");
            rows.cell(std::to_string(i) + ".4 miles");
            rows.cell([&] {
              tag(out, "24 hours", TagTone::kGood);
              if (i % 3 == 0) tag(out, "Call first", TagTone::kCaution);
            });
            rows.number(i * 7);
          }
        });
  pagination(out, {.page = 4, .pages = 12, .href = [](std::int64_t page) {
                     return route("/styleguide/tables").with("page", std::to_string(page));
                   }});
  section(out, 2, "Proposed changes", [&] {
    const std::vector<FieldChange> changes{
        {"hours", "Hours", "Monday to Friday, 9 to 5", "Monday to Saturday, 9 to 5"},
        {"phone", "Phone", "(716) 555-0100", "(716) 555-0101"},
        {"alert", "Notice", "", "Closed on Thanksgiving"}};
    post_form(
        out, {.action = "/styleguide/tables", .csrf_token = kToken, .label = "Proposed changes"},
        [&] {
          diff(out,
               {.caption = "Sunrise Example House", .changes = changes, .mode = DiffMode::kChoose});
          button(out, {.text = "Save my choices"});
        });
  });
}

void write_figures(Markup& out) {
  const std::vector<Bar> bars{
      {"Housing", 84}, {"Legal help", 61}, {"Health", 40}, {"Interpretation", 9, "under 10"}};
  bar_chart(out,
            {.title = "Services by need",
             .summary = "Housing has the most services, interpretation the fewest.",
             .label_heading = "Need",
             .value_heading = "Services",
             .source = "Demonstration directory, November 2026"},
            bars);
  const std::vector<std::string> quarters{"2025 Q1", "2025 Q2", "2025 Q3", "2025 Q4",
                                          "2026 Q1", "2026 Q2", "2026 Q3"};
  const std::vector<Series> series{{"Found a place", {12, 15, 14, 22, 25, 24, 31}},
                                   {"No place that night", {9, 8, std::nan(""), 7, 6, 6, 4}}};
  line_chart(out,
             {.title = "Nights and places",
              .summary = "Since early 2025 more people found a place and fewer did not.",
              .label_heading = "Quarter",
              .value_heading = "People",
              .source = "Made-up figures"},
             quarters, series);
  constexpr std::array<std::uint32_t, 17> kWesternNewYork{36003, 36009, 36013, 36015, 36029, 36037,
                                                          36051, 36055, 36063, 36069, 36073, 36097,
                                                          36099, 36101, 36117, 36121, 36123};
  std::vector<CountyValue> counties;
  for (std::uint32_t fips : kWesternNewYork) {
    CountyValue value{.county = geography::CountyFips(fips),
                      .value = (fips * 7) % 23,
                      .href = route("/styleguide/tables").with("county", std::to_string(fips))};
    if (fips == 36097) value.value.reset();
    counties.push_back(value);
  }
  county_map(
      out, {.words = {.title = "Services by county",
                      .summary =
                          "Seventeen counties of western New York and how many services each has.",
                      .label_heading = "County",
                      .value_heading = "Services",
                      .source = "Demonstration directory, November 2026"},
            .counties = counties,
            .bounds = {0, 4, 9, 14, 19}});
}

void write_staff(Markup& out) {
  const std::array figures{
      Figure{.value = "3", .label = "changes wait for you", .href = "/styleguide/tables"},
      Figure{.value = "0", .label = "reports are late"}};
  figure_list(out, figures);
  section(out, 2, "Today", [&] {
    list(out, ListKind::kPlain, 2, [&](std::size_t i) {
      link(out,
           std::array{"Check the hours of Sunrise Example House",
                      "Answer the proposal of Example Legal Aid"}[i],
           "/styleguide/tables");
    });
  });
}

using Writer = void (*)(Markup&);
struct Entry {
  std::string_view name, title;
  Audience audience;
  Writer write;
};
constexpr std::array<Entry, 5> kEntries{
    Entry{"content", "Words, cards and alerts", Audience::kPublic, write_content},
    Entry{"forms", "Fields and buttons", Audience::kPublic, write_forms},
    Entry{"tables", "Tables, pages and changes", Audience::kPublic, write_tables},
    Entry{"figures", "Charts and maps", Audience::kPublic, write_figures},
    Entry{"staff", "A page for staff", Audience::kStaff, write_staff}};

}  // namespace

const std::vector<std::string>& gallery_pages() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Entry& entry : kEntries) all.emplace_back(entry.name);
    return all;
  }();
  return names;
}

std::string gallery_page(std::string_view name, const Shell& shell) {
  for (const Entry& entry : kEntries) {
    if (entry.name != name) continue;
    std::vector<SideLink> side;
    for (const Entry& other : kEntries)
      side.push_back(
          {std::string(other.title), route("/styleguide") / other.name, other.name == name});
    return page(shell,
                {.title = entry.title,
                 .audience = entry.audience,
                 .crumbs = {{"Style guide", "/styleguide"}},
                 .wide = true,
                 .side = side,
                 .side_label = "Style guide"},
                entry.write);
  }
  throw std::logic_error("no such page of the gallery");
}

}  // namespace daybreak::html
