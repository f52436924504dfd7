// SPDX-License-Identifier: AGPL-3.0-or-later
// The search form of the directory: its fields, checked, and turned into a query. Internal to the
// pages. Pure functions, any thread.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "commons/directory/eligibility.hpp"
#include "commons/directory/pages/pages.hpp"

namespace daybreak::directory::pages {

// What was chosen, as it stands in the form.
struct Choices {
  std::string text, need, place, miles = "25", language, age, gender, trafficking;
  bool open_24_hours = false, with_capacity = false, dependants = false, pets = false;
  std::size_t page = 1;
};
constexpr std::size_t kResultsPerPage = 20;

Choices read_choices(const http::Request& request);

struct Asked {
  search::Query query;
  Facts facts;              // for the rules of each service
  std::string county_name;  // of the place, when it is known
  std::vector<html::FieldError> errors;
};
// A place that is not known is an error of the form, in the page's language.
Asked ask(const Choices& choices, const language::Words& t, Instant now);

// The needs for a select in each language, made once: the form is on every page of results.
class NeedChoices {
 public:
  explicit NeedChoices(const search::NeedTree& needs);
  // None is selected.
  std::span<const html::Option> in(language::Language language) const;

 private:
  std::array<std::vector<html::Option>, language::kLanguages.size()> options_;
};

// The form as it stands at the top of the search page, sent to `action`.
void write_search_form(html::Markup& out, const http::Request& request, const NeedChoices& needs,
                       const Choices& choices, std::span<const html::FieldError> errors,
                       const html::Href& action = html::Href("/services"));

}  // namespace daybreak::directory::pages
