// SPDX-License-Identifier: AGPL-3.0-or-later
// The fields of forms.
#include <array>

#include "html/form.hpp"

namespace daybreak::html {
namespace {

// The ids of one field, and what describes it.
struct FieldIds {
  explicit FieldIds(const FieldWords& words) : field("field-" + std::string(words.name.view())) {
    if (!words.hint.empty()) hint = field + "-hint";
    if (!words.error.empty()) error = field + "-error";
    described_by = hint;
    if (!error.empty()) described_by += (hint.empty() ? "" : " ") + error;
  }
  std::string field, hint, error, described_by;
};

void write_requirement(Markup& out, const FieldWords& words) {
  if (!words.required) return;
  const Words t = out.words();
  out.fixed(" <span class=\"usa-hint\">").text(t("(required)")).fixed("</span>");
}

void write_hint_and_error(Markup& out, const FieldWords& words, const FieldIds& ids) {
  if (!words.hint.empty())
    out.element("span", {{"class", "usa-hint"}, {"id", ids.hint}}, words.hint);
  if (words.error.empty()) return;
  const Words t = out.words();
  out.open("span", {{"class", "usa-error-message"}, {"id", ids.error}});
  out.element("span", {{"class", "usa-sr-only"}}, t("Error:")).fixed(" ").text(words.error);
  out.close("span");
}

// The frame of a field with a <label>.
void labelled(Markup& out, const FieldWords& words, const FieldIds& ids, Content field) {
  const bool wrong = !words.error.empty();
  out.open("div", {{"class", wrong ? "usa-form-group usa-form-group--error" : "usa-form-group"}});
  const std::string_view label_class = words.label_hidden ? "usa-sr-only"
                                       : wrong            ? "usa-label usa-label--error"
                                                          : "usa-label";
  out.open("label", {{"class", label_class}, {"for", ids.field}}).text(words.label);
  write_requirement(out, words);
  out.close("label");
  write_hint_and_error(out, words, ids);
  field();
  out.close("div");
}

// The frame of a field of several controls: a fieldset whose legend is the label.
void grouped(Markup& out, const FieldWords& words, const FieldIds& ids, Content fields) {
  const bool wrong = !words.error.empty();
  out.open("div", {{"class", wrong ? "usa-form-group usa-form-group--error" : "usa-form-group"}});
  // The error summary links here.
  out.open("fieldset", {{"class", "usa-fieldset"},
                        {"id", ids.field},
                        {"tabindex", maybe(wrong ? "-1" : "")},
                        {"aria-describedby", maybe(ids.described_by)}});
  out.open("legend", {{"class", words.label_hidden ? "usa-sr-only" : "usa-label"}})
      .text(words.label);
  write_requirement(out, words);
  out.close("legend");
  write_hint_and_error(out, words, ids);
  fields();
  out.fixed("</fieldset></div>");
}

std::string_view type_name(InputType type) {
  switch (type) {
    case InputType::kText:
      return "text";
    case InputType::kEmail:
      return "email";
    case InputType::kTelephone:
      return "tel";
    case InputType::kUrl:
      return "url";
    case InputType::kNumber:
      return "number";
    case InputType::kPassword:
      return "password";
    case InputType::kTime:
      return "time";
    case InputType::kMonth:
      return "month";
  }
  return "text";
}

std::string_view width_class(FieldWidth width, bool wrong) {
  switch (width) {
    case FieldWidth::kFull:
      return wrong ? "usa-input usa-input--error" : "usa-input";
    case FieldWidth::kTiny:
      return wrong ? "usa-input usa-input--xs usa-input--error" : "usa-input usa-input--xs";
    case FieldWidth::kSmall:
      return wrong ? "usa-input usa-input--sm usa-input--error" : "usa-input usa-input--sm";
    case FieldWidth::kMedium:
      return wrong ? "usa-input usa-input--md usa-input--error" : "usa-input usa-input--md";
    case FieldWidth::kLarge:
      return wrong ? "usa-input usa-input--lg usa-input--error" : "usa-input usa-input--lg";
  }
  return "usa-input";
}

std::string number_or_nothing(int number) {
  return number > 0 ? std::to_string(number) : std::string();
}

enum class ChoiceKind : std::uint8_t { kRadio, kCheckbox };

void write_choice(Markup& out, ChoiceKind kind, const FieldWords& words, const Option& option,
                  std::string_view id, bool tile) {
  const bool radio = kind == ChoiceKind::kRadio;
  out.open("div", {{"class", radio ? "usa-radio" : "usa-checkbox"}});
  const std::string_view input_class =
      radio ? (tile ? "usa-radio__input usa-radio__input--tile" : "usa-radio__input")
            : (tile ? "usa-checkbox__input usa-checkbox__input--tile" : "usa-checkbox__input");
  out.lone("input", {{"class", input_class},
                     {"type", radio ? "radio" : "checkbox"},
                     {"id", id},
                     {"name", words.name.view()},
                     {"value", option.value},
                     {"checked", Presence(option.selected)},
                     {"required", Presence(radio && words.required)}});
  out.open("label", {{"class", radio ? "usa-radio__label" : "usa-checkbox__label"}, {"for", id}});
  out.text(option.label);
  const std::string_view hint_class =
      radio ? "usa-radio__label-description" : "usa-checkbox__label-description";
  if (!option.hint.empty()) out.element("span", {{"class", hint_class}}, option.hint);
  out.close("label");
  out.close("div");
}

void write_choices(Markup& out, ChoiceKind kind, const Choices& choices) {
  const FieldIds ids(choices.words);
  grouped(out, choices.words, ids, [&] {
    if (choices.in_columns) out.fixed("<div class=\"choice-columns\">");
    int index = 0;
    for (const Option& option : choices.options) {
      const std::string id = ids.field + "-" + std::to_string(++index);
      write_choice(out, kind, choices.words, option, id, choices.tiles);
    }
    if (choices.in_columns) out.fixed("</div>");
  });
}

}  // namespace

void text_input(Markup& out, const TextInput& input) {
  const FieldIds ids(input.words);
  const std::string list_id = input.suggestions.empty() ? std::string() : ids.field + "-list";
  const std::string source(input.suggestions_from ? input.suggestions_from->view() : "");
  const bool secret = input.type == InputType::kPassword;
  labelled(out, input.words, ids, [&] {
    out.lone("input",
             {{"class", width_class(input.width, !input.words.error.empty())},
              {"id", ids.field},
              {"name", input.words.name.view()},
              {"type", type_name(input.type)},
              {"value", maybe(secret ? "" : input.value)},  // a password is never given back
              {"required", Presence(input.words.required)},
              {"autocomplete", maybe(input.autocomplete)},
              {"inputmode", maybe(input.input_mode)},
              {"maxlength", maybe(number_or_nothing(input.max_length))},
              {"list", maybe(list_id)},
              {"data-suggestions", maybe(source)},
              {"aria-invalid", maybe(input.words.error.empty() ? "" : "true")},
              {"aria-describedby", maybe(ids.described_by)}});
    if (input.suggestions.empty()) return;
    out.open("datalist", {{"id", list_id}});
    for (const std::string& suggestion : input.suggestions)
      out.lone("option", {{"value", suggestion}});
    out.close("datalist");
  });
}

void text_area(Markup& out, const TextArea& area) {
  const FieldIds ids(area.words);
  labelled(out, area.words, ids, [&] {
    // The line end after the tag is dropped by browsers; without it a first empty line would be
    // lost.
    out.open("textarea", {{"class", area.words.error.empty() ? "usa-textarea"
                                                             : "usa-textarea usa-input--error"},
                          {"id", ids.field},
                          {"name", area.words.name.view()},
                          {"rows", area.rows},
                          {"maxlength", maybe(number_or_nothing(area.max_length))},
                          {"required", Presence(area.words.required)},
                          {"aria-invalid", maybe(area.words.error.empty() ? "" : "true")},
                          {"aria-describedby", maybe(ids.described_by)}});
    out.fixed("\n").text(area.value).close("textarea");
  });
}

void select(Markup& out, const Select& select) {
  const FieldIds ids(select.words);
  labelled(out, select.words, ids, [&] {
    out.open("select",
             {{"class", select.words.error.empty() ? "usa-select" : "usa-select usa-input--error"},
              {"id", ids.field},
              {"name", select.words.name.view()},
              {"required", Presence(select.words.required)},
              {"aria-invalid", maybe(select.words.error.empty() ? "" : "true")},
              {"aria-describedby", maybe(ids.described_by)}});
    if (!select.empty_choice.empty()) out.element("option", {{"value", ""}}, select.empty_choice);
    std::string_view group;
    for (const Option& option : select.options) {
      if (option.group != group) {
        if (!group.empty()) out.close("optgroup");
        if (!option.group.empty()) out.open("optgroup", {{"label", option.group}});
        group = option.group;
      }
      out.element("option", {{"value", option.value}, {"selected", Presence(option.selected)}},
                  option.label);
    }
    if (!group.empty()) out.close("optgroup");
    out.close("select");
  });
}

void radios(Markup& out, const Choices& choices) {
  write_choices(out, ChoiceKind::kRadio, choices);
}
void checkboxes(Markup& out, const Choices& choices) {
  write_choices(out, ChoiceKind::kCheckbox, choices);
}

void checkbox(Markup& out, const Checkbox& box) {
  const FieldIds ids(box.words);
  const bool wrong = !box.words.error.empty();
  out.open("div", {{"class", wrong ? "usa-form-group usa-form-group--error" : "usa-form-group"}});
  if (wrong)
    out.element("span", {{"class", "usa-error-message"}, {"id", ids.error}}, box.words.error);
  out.fixed("<div class=\"usa-checkbox\">");
  out.lone("input", {{"class", "usa-checkbox__input"},
                     {"type", "checkbox"},
                     {"id", ids.field},
                     {"name", box.words.name.view()},
                     {"value", box.value},
                     {"checked", Presence(box.checked)},
                     {"required", Presence(box.words.required)},
                     {"aria-invalid", maybe(wrong ? "true" : "")},
                     {"aria-describedby", maybe(ids.described_by)}});
  out.open("label", {{"class", "usa-checkbox__label"}, {"for", ids.field}}).text(box.words.label);
  write_requirement(out, box.words);
  if (!box.words.hint.empty()) {
    out.element("span", {{"class", "usa-checkbox__label-description"}, {"id", ids.hint}},
                box.words.hint);
  }
  out.close("label");
  out.fixed("</div></div>");
}

void date_input(Markup& out, const DateInput& input) {
  const Words t = out.words();
  const FieldIds ids(input.words);
  struct Part {
    std::string_view suffix, label, value, size_class;
    int length;
  };
  const std::array parts{
      Part{"_month", t("Month"), input.month, "usa-form-group usa-form-group--month", 2},
      Part{"_day", t("Day"), input.day, "usa-form-group usa-form-group--day", 2},
      Part{"_year", t("Year"), input.year, "usa-form-group usa-form-group--year", 4}};
  grouped(out, input.words, ids, [&] {
    out.fixed("<div class=\"usa-memorable-date\">");
    for (const Part& part : parts) {
      const std::string id = ids.field + std::string(part.suffix);
      out.open("div", {{"class", part.size_class}});
      out.element("label", {{"class", "usa-label"}, {"for", id}}, part.label);
      out.lone("input", {{"class", "usa-input"},
                         {"id", id},
                         {"name", std::string(input.words.name.view()) + std::string(part.suffix)},
                         {"value", part.value},
                         {"inputmode", "numeric"},
                         {"maxlength", part.length},
                         {"aria-invalid", maybe(input.words.error.empty() ? "" : "true")}});
      out.close("div");
    }
    out.fixed("</div>");
  });
}

void date_picker(Markup& out, const DatePicker& picker) {
  const FieldIds ids(picker.words);
  labelled(out, picker.words, ids, [&] {
    out.lone("input", {{"class", width_class(FieldWidth::kMedium, !picker.words.error.empty())},
                       {"type", "date"},
                       {"id", ids.field},
                       {"name", picker.words.name.view()},
                       {"value", maybe(picker.value)},
                       {"min", maybe(picker.earliest)},
                       {"max", maybe(picker.latest)},
                       {"required", Presence(picker.words.required)},
                       {"aria-invalid", maybe(picker.words.error.empty() ? "" : "true")},
                       {"aria-describedby", maybe(ids.described_by)}});
  });
}

void file_input(Markup& out, const FileInput& input) {
  const FieldIds ids(input.words);
  labelled(out, input.words, ids, [&] {
    out.lone("input", {{"class", "file-input"},
                       {"type", "file"},
                       {"id", ids.field},
                       {"name", input.words.name.view()},
                       {"accept", maybe(input.accept)},
                       {"multiple", Presence(input.multiple)},
                       {"required", Presence(input.words.required)},
                       {"aria-invalid", maybe(input.words.error.empty() ? "" : "true")},
                       {"aria-describedby", maybe(ids.described_by)}});
  });
}

void search_box(Markup& out, const SearchBox& box) {
  const Words t = out.words();
  const std::string id = "field-" + std::string(box.name);
  const std::string source(box.suggestions_from ? box.suggestions_from->view() : "");
  out.open("div",
           {{"class", box.big ? "usa-search usa-search--big" : "usa-search"}, {"role", "search"}});
  out.element("label", {{"class", "usa-sr-only"}, {"for", id}}, box.label);
  out.lone("input", {{"class", "usa-input"},
                     {"type", "search"},
                     {"id", id},
                     {"name", box.name},
                     {"value", maybe(box.value)},
                     {"autocomplete", "off"},  // nothing of the search stays on a shared device
                     {"data-suggestions", maybe(source)}});
  out.fixed(
      "<button class=\"usa-button\" type=\"submit\"><span class=\"usa-search__submit-text\">");
  out.text(t("Search")).fixed("</span></button></div>");
}

}  // namespace daybreak::html
