// SPDX-License-Identifier: AGPL-3.0-or-later
// Forms. A field cannot be made without its label; hints and errors are tied to their field
// (aria-describedby), a wrong field is marked (aria-invalid) and linked from the error summary.
// Every form that changes something is a post_form, which cannot be made without its CSRF token.
// A field's id is "field-" and its name. Parameter structs hold views: build them in the call.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "html/markup.hpp"

namespace daybreak::html {

inline constexpr std::string_view kCsrfField = "csrf";

struct PostForm {
  Href action;
  Required csrf_token;
  bool with_files = false;
  // Large forms: warn before leaving with unsaved changes (needs JavaScript; harmless without).
  bool guard_changes = false;
  std::string_view id = {};     // for buttons outside the form
  std::string_view label = {};  // tells several forms of one page apart for screen readers
};
void post_form(Markup& out, const PostForm& form, Content fields);

// Only for harmless, shareable filters: what is typed lands in the address.
struct GetForm {
  Href action;
  std::string_view id = {};
  std::string_view label = {};
};
void get_form(Markup& out, const GetForm& form, Content fields);

void hidden_field(Markup& out, std::string_view name, std::string_view value);

// What every field has.
struct FieldWords {
  Required name;
  Required label;
  std::string_view hint = {};
  std::string_view error = {};
  bool required = false;
  // Seen only by screen readers; for a search box with its button beside it.
  bool label_hidden = false;
};

enum class InputType : std::uint8_t {
  kText,
  kEmail,
  kTelephone,
  kUrl,
  kNumber,
  kPassword,
  kTime,
  kMonth
};
enum class FieldWidth : std::uint8_t { kFull, kTiny, kSmall, kMedium, kLarge };

struct TextInput {
  FieldWords words;
  std::string_view value = {};
  InputType type = InputType::kText;
  FieldWidth width = FieldWidth::kFull;
  std::string_view autocomplete =
      {};  // HTML's tokens: "email", "current-password", "one-time-code", "off"
  std::string_view input_mode = {};  // "numeric", "decimal"
  int max_length = 0;                // 0: none
  // Suggestions: the address of a JSON list (typeahead, with JavaScript), or fixed ones here.
  std::optional<Href> suggestions_from = {};
  std::span<const std::string> suggestions = {};
};
void text_input(Markup& out, const TextInput& input);

struct TextArea {
  FieldWords words;
  std::string_view value = {};
  int rows = 5;
  int max_length = 0;
};
void text_area(Markup& out, const TextArea& area);

struct Option {
  std::string value;
  std::string label;
  std::string hint = {};
  bool selected = false;
  std::string group = {};  // <optgroup> in a select; consecutive options of the same group share it
};

struct Select {
  FieldWords words;
  std::span<const Option> options;
  std::string_view empty_choice = {};  // "Any county": the first, with an empty value
};
void select(Markup& out, const Select& select);

struct Choices {
  FieldWords words;  // the label is the legend
  std::span<const Option> options;
  bool tiles = false;  // large touch targets with a frame
  bool in_columns = false;
};
void radios(Markup& out, const Choices& choices);
void checkboxes(Markup& out, const Choices& choices);

struct Checkbox {
  FieldWords words;
  std::string_view value = "yes";
  bool checked = false;
};
void checkbox(Markup& out, const Checkbox& box);

// Month, day, year as three fields named "<name>_month", "<name>_day", "<name>_year", as the US Web
// Design System recommends for dates a person knows by heart.
struct DateInput {
  FieldWords words;
  std::string_view month = {}, day = {}, year = {};
};
void date_input(Markup& out, const DateInput& input);
// A date to pick near today: the browser's own date control, value "2026-11-21".
struct DatePicker {
  FieldWords words;
  std::string_view value = {}, earliest = {}, latest = {};
};
void date_picker(Markup& out, const DatePicker& picker);

struct FileInput {
  FieldWords words;
  std::string_view accept = {};  // ".csv,.xlsx"
  bool multiple = false;
};
void file_input(Markup& out, const FileInput& input);

// A search box with its button. Goes inside a form of either kind.
struct SearchBox {
  Required label;
  std::string_view name = "text";
  std::string_view value = {};
  bool big = false;
  std::optional<Href> suggestions_from = {};
};
void search_box(Markup& out, const SearchBox& box);

// Groups fields under one question.
void field_group(Markup& out, Required legend, std::string_view hint, Content fields);

enum class ButtonKind : std::uint8_t { kPrimary, kSecondary, kOutline, kUnstyled, kDanger };
struct Button {
  Required text;
  ButtonKind kind = ButtonKind::kPrimary;
  std::string_view name = {}, value = {};
  std::string_view form = {};     // id of a form elsewhere on the page
  std::string_view confirm = {};  // asked first, with JavaScript; the server asks again without
  bool big = false;
};
void button(Markup& out, const Button& button);
// A link that looks like a button: it goes somewhere, it changes nothing.
struct LinkButton {
  Required text;
  Href href;
  ButtonKind kind = ButtonKind::kPrimary;
  bool big = false;
};
void link_button(Markup& out, const LinkButton& button);
void button_group(Markup& out, Content buttons);
// One button that posts: "Confirm", "Archive". A whole form of its own.
struct ActionButton {
  Href action;
  Required csrf_token;
  Required text;
  ButtonKind kind = ButtonKind::kPrimary;
  std::string_view confirm = {};
  std::string_view name = {}, value = {};
};
void action_button(Markup& out, const ActionButton& button);

// At the top of a form that came back: every error, each a link to its field. Gets the focus.
struct FieldError {
  std::string field;  // the field's name; empty for the form as a whole
  std::string message;
};
void error_summary(Markup& out, std::span<const FieldError> errors);
// The message for one field, or "": {.error = error_of(errors, "phone")}.
std::string_view error_of(std::span<const FieldError> errors, std::string_view field);

}  // namespace daybreak::html
