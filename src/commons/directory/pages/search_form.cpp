// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/pages/search_form.hpp"

#include "base/text.hpp"
#include "geography/geography.hpp"
#include "language/names.hpp"

namespace daybreak::directory::pages {
namespace {

using html::Markup;
using language::Words;

constexpr std::size_t kLongestText = 200;
constexpr std::string_view kLanguages[] = {"en", "es", "zh", "ar", "fr", "ht", "ko",  "my",  "ne",
                                           "pl", "ru", "so", "sw", "uk", "vi", "ase", "mam", "quc"};

bool chosen(const http::Request& request, std::string_view name) {
  return request.form().fields.has(name);
}

std::string said(const http::Request& request, std::string_view name) {
  return std::string(trim(request.form().fields.get(name).raw()));
}

// "14201", "Erie County", "Erie, NY": a ZIP code or a county.
std::optional<search::Place> place_of(std::string_view text, std::string& county_name) {
  const geography::County* county = nullptr;
  search::Place place;
  if (const geography::Zip* zip = geography::find_zip(text)) {
    place.point = {zip->point.latitude, zip->point.longitude};
    county = geography::find_county(zip->counties[0]);
  } else {
    const std::size_t comma = text.rfind(',');
    const std::string_view name = trim(text.substr(0, comma));
    const std::string_view state =
        comma == text.npos ? std::string_view() : trim(text.substr(comma + 1));
    if (!state.empty()) {
      if (const geography::State* known = geography::find_state(state))
        county = geography::find_county(known->abbreviation, name);
    } else {
      // Without a state only a name that no other state has is clear.
      int found = 0;
      for (const geography::State& one : geography::states())
        if (const geography::County* candidate = geography::find_county(one.abbreviation, name)) {
          county = candidate;
          ++found;
        }
      if (found != 1) county = nullptr;
    }
    if (county == nullptr) return std::nullopt;
    place.point = {county->center.latitude, county->center.longitude};
  }
  if (county != nullptr) {
    place.county = county->fips.number();
    county_name = std::string(county->name) + ", " + std::string(county->state);
  }
  return place;
}

void write_about_person(Markup& out, const Choices& choices) {
  const Words t = out.words();
  const std::vector<html::Option> genders{
      {"female", std::string(t("Woman or girl")), "", choices.gender == "female"},
      {"male", std::string(t("Man or boy")), "", choices.gender == "male"},
      {"transgender", std::string(t("Transgender")), "", choices.gender == "transgender"},
      {"nonbinary", std::string(t("Nonbinary")), "", choices.gender == "nonbinary"}};
  const std::vector<html::Option> forms{
      {"labor", std::string(t("Work")), "", choices.trafficking == "labor"},
      {"sex", std::string(t("Sex")), "", choices.trafficking == "sex"},
      {"sex,labor", std::string(t("Both")), "", choices.trafficking == "sex,labor"}};
  html::paragraph(
      out,
      t("Some places serve only some people. Every answer here is optional; nothing is kept."));
  html::text_input(out, {.words = {.name = "age", .label = t("Age")},
                         .value = choices.age,
                         .width = html::FieldWidth::kTiny,
                         .autocomplete = "off",
                         .input_mode = "numeric",
                         .max_length = 3});
  html::select(out, {.words = {.name = "gender", .label = t("Gender")},
                     .options = genders,
                     .empty_choice = t("Not said")});
  html::select(out, {.words = {.name = "trafficking",
                               .label = t("Was someone forced to …"),
                               .hint = t("Some programs are for one form only.")},
                     .options = forms,
                     .empty_choice = t("Not said")});
  html::checkbox(out, {.words = {.name = "dependants", .label = t("With children")},
                       .checked = choices.dependants});
  html::checkbox(out,
                 {.words = {.name = "pets", .label = t("With a pet")}, .checked = choices.pets});
}

}  // namespace

Choices read_choices(const http::Request& request) {
  Choices choices;
  choices.text = shorten(said(request, "text"), kLongestText);
  choices.need = said(request, "need");
  choices.place = shorten(said(request, "place"), kLongestText);
  if (const std::string miles = said(request, "miles"); !miles.empty()) choices.miles = miles;
  choices.language = said(request, "language");
  choices.age = said(request, "age");
  choices.gender = said(request, "gender");
  choices.trafficking = said(request, "trafficking");
  choices.open_24_hours = chosen(request, "open_24_hours");
  choices.with_capacity = chosen(request, "with_capacity");
  choices.dependants = chosen(request, "dependants");
  choices.pets = chosen(request, "pets");
  const auto page = to_integer(said(request, "page"));
  choices.page = page && *page > 0 && *page < 100'000 ? static_cast<std::size_t>(*page) : 1;
  return choices;
}

Asked ask(const Choices& choices, const Words& t, Instant now) {
  Asked asked;
  search::Query& query = asked.query;
  query.text = choices.text;
  query.language = t.language() == language::Language::kSpanish ? search::Language::kSpanish
                                                                : search::Language::kEnglish;
  query.need = choices.need;
  query.now = now;
  query.limit = kResultsPerPage;
  query.offset = (choices.page - 1) * kResultsPerPage;
  query.open_24_hours = choices.open_24_hours;
  query.with_capacity = choices.with_capacity;
  if (!choices.language.empty()) query.languages = {choices.language};
  if (!choices.place.empty()) {
    query.place = place_of(choices.place, asked.county_name);
    if (!query.place)
      asked.errors.push_back(
          {"place",
           std::string(t("We do not know this place. Give a ZIP code, or a county with its "
                         "state, such as Erie, NY."))});
    const auto miles = to_number(choices.miles);
    if (query.place && miles && *miles > 0)
      query.place->radius_km = *miles * geography::kKilometersPerMile;
  }
  if (!choices.age.empty()) {
    const auto age = to_integer(choices.age);
    if (!age || *age < 0 || *age > 120)
      asked.errors.push_back(
          {"age", std::string(t("Give the age as a number of years, such as 24."))});
    else
      asked.facts.age = static_cast<int>(*age);
  }
  if (!choices.gender.empty()) asked.facts.gender = choices.gender;
  if (!choices.trafficking.empty()) {
    asked.facts.trafficking.emplace();
    for (const std::string_view form : split(choices.trafficking, ','))
      asked.facts.trafficking->emplace(form);
  }
  if (choices.dependants) asked.facts.dependants = true;
  if (choices.pets) asked.facts.pets = true;
  if (query.place && query.place->county != 0) {
    const geography::CountyFips county(query.place->county);
    asked.facts.county = county.to_string();
    if (const geography::County* known = geography::find_county(county))
      asked.facts.state = std::string(known->state);
  }
  return asked;
}

NeedChoices::NeedChoices(const search::NeedTree& needs) {
  for (const language::Language one : language::kLanguages)
    options_[static_cast<std::size_t>(one)] = need_options(needs, Words(one), "");
}

std::span<const html::Option> NeedChoices::in(language::Language language) const {
  return options_[static_cast<std::size_t>(language)];
}

void write_search_form(Markup& out, const http::Request& request, const NeedChoices& needs,
                       const Choices& choices, std::span<const html::FieldError> errors,
                       const html::Href& action) {
  const Words t = out.words();
  std::span<const html::Option> options = needs.in(t.language());
  std::vector<html::Option> marked;
  if (!choices.need.empty()) {
    marked.assign(options.begin(), options.end());
    for (html::Option& option : marked) option.selected = option.value == choices.need;
    options = marked;
  }
  std::vector<html::Option> distances;
  for (const std::string_view miles : {"5", "10", "25", "50", "100"})
    distances.push_back({std::string(miles), t("{0} miles", {miles}), "", choices.miles == miles});
  std::vector<html::Option> languages;
  for (const std::string_view code : kLanguages)
    languages.push_back(
        {std::string(code), language::language_name(t, code), "", choices.language == code});

  html::post_form(
      out,
      {.action = action,
       .csrf_token = visit::csrf_of(request),
       .id = "search",
       .label = t("Find services")},
      [&] {
        html::text_input(
            out, {.words = {.name = "text",
                            .label = t("What do you need?"),
                            .hint = t("For example: a bed tonight, a lawyer, unpaid wages")},
                  .value = choices.text,
                  .autocomplete = "off",
                  .max_length = kLongestText,
                  .suggestions_from = html::Href("/services/suggestions")});
        html::select(out, {.words = {.name = "need", .label = t("Or choose from the list")},
                           .options = options,
                           .empty_choice = t("Anything")});
        html::text_input(out, {.words = {.name = "place",
                                         .label = t("Where?"),
                                         .hint = t("ZIP code or county"),
                                         .error = html::error_of(errors, "place")},
                               .value = choices.place,
                               .width = html::FieldWidth::kLarge,
                               .autocomplete = "off",
                               .max_length = 60});
        html::select(out,
                     {.words = {.name = "miles", .label = t("How far?")}, .options = distances});
        html::accordion_item(
            out,
            {.title = t("More choices"),
             .open = !choices.language.empty() || choices.open_24_hours || choices.with_capacity ||
                     !choices.age.empty() || !choices.gender.empty() ||
                     !choices.trafficking.empty(),
             .heading_level = 2},
            [&] {
              html::select(out, {.words = {.name = "language", .label = t("Language")},
                                 .options = languages,
                                 .empty_choice = t("Any language")});
              html::checkbox(out,
                             {.words = {.name = "open_24_hours", .label = t("Open day and night")},
                              .checked = choices.open_24_hours});
              html::checkbox(out, {.words = {.name = "with_capacity",
                                             .label = t("Said lately that it has room")},
                                   .checked = choices.with_capacity});
              html::field_group(out, t("About the person"), "",
                                [&] { write_about_person(out, choices); });
            });
        html::button(out, {.text = t("Search"), .big = true});
      });
}

}  // namespace daybreak::directory::pages
