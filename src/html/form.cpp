// SPDX-License-Identifier: AGPL-3.0-or-later
// The frames of forms: form elements, buttons, groups, the error summary. Fields: form_fields.cpp.
#include "html/form.hpp"

#include "html/content.hpp"

namespace daybreak::html {
namespace {

std::string_view button_class(ButtonKind kind, bool big) {
  switch (kind) {
    case ButtonKind::kPrimary:
      return big ? "usa-button usa-button--big" : "usa-button";
    case ButtonKind::kSecondary:
      return big ? "usa-button usa-button--base usa-button--big" : "usa-button usa-button--base";
    case ButtonKind::kOutline:
      return big ? "usa-button usa-button--outline usa-button--big"
                 : "usa-button usa-button--outline";
    case ButtonKind::kUnstyled:
      return "usa-button usa-button--unstyled";
    case ButtonKind::kDanger:
      return big ? "usa-button usa-button--secondary usa-button--big"
                 : "usa-button usa-button--secondary";
  }
  return "usa-button";
}

}  // namespace

void post_form(Markup& out, const PostForm& form, Content fields) {
  out.open("form", {{"class", "usa-form"},
                    {"method", "post"},
                    {"action", form.action},
                    {"enctype", maybe(form.with_files ? "multipart/form-data" : "")},
                    {"id", maybe(form.id)},
                    {"aria-label", maybe(form.label)},
                    {"data-guard-changes", Presence(form.guard_changes)}});
  hidden_field(out, kCsrfField, form.csrf_token);
  fields();
  out.close("form");
}

void get_form(Markup& out, const GetForm& form, Content fields) {
  out.open("form", {{"class", "usa-form filter-form"},
                    {"method", "get"},
                    {"action", form.action},
                    {"id", maybe(form.id)},
                    {"aria-label", maybe(form.label)}});
  fields();
  out.close("form");
}

void hidden_field(Markup& out, std::string_view name, std::string_view value) {
  out.lone("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
}

void field_group(Markup& out, Required legend, std::string_view hint, Content fields) {
  const std::string hint_id = hint.empty() ? std::string() : out.unique_id("hint");
  out.open("fieldset", {{"class", "usa-fieldset"}, {"aria-describedby", maybe(hint_id)}});
  out.element("legend", {{"class", "usa-legend"}}, legend);
  if (!hint.empty()) out.element("span", {{"class", "usa-hint"}, {"id", hint_id}}, hint);
  fields();
  out.close("fieldset");
}

void button(Markup& out, const Button& button) {
  out.element("button",
              {{"type", "submit"},
               {"class", button_class(button.kind, button.big)},
               {"name", maybe(button.name)},
               {"value", maybe(button.value)},
               {"form", maybe(button.form)},
               {"data-confirm", maybe(button.confirm)}},
              button.text);
}

void link_button(Markup& out, const LinkButton& button) {
  out.element("a", {{"class", button_class(button.kind, button.big)}, {"href", button.href}},
              button.text);
}

void button_group(Markup& out, Content buttons) {
  out.fixed("<div class=\"button-row\">");
  buttons();
  out.fixed("</div>");
}

void action_button(Markup& out, const ActionButton& action) {
  out.open("form", {{"class", "action-form"}, {"method", "post"}, {"action", action.action}});
  hidden_field(out, kCsrfField, action.csrf_token);
  button(out, {.text = action.text,
               .kind = action.kind,
               .name = action.name,
               .value = action.value,
               .confirm = action.confirm});
  out.close("form");
}

void error_summary(Markup& out, std::span<const FieldError> errors) {
  if (errors.empty()) return;
  const Words t = out.words();
  out.fixed(
      "<div class=\"usa-alert usa-alert--error\" role=\"alert\" tabindex=\"-1\" id=\"errors\" "
      "data-focus>"
      "<div class=\"usa-alert__body\">");
  out.element("h2", {{"class", "usa-alert__heading"}},
              t.plural("{0} thing needs a change", "{0} things need a change",
                       static_cast<std::int64_t>(errors.size())));
  out.fixed("<ul class=\"usa-list\">");
  for (const FieldError& error : errors) {
    out.fixed("<li>");
    if (error.field.empty())
      out.text(error.message);
    else
      link(out, error.message, Href("#field-" + error.field));
    out.fixed("</li>");
  }
  out.fixed("</ul></div></div>");
}

std::string_view error_of(std::span<const FieldError> errors, std::string_view field) {
  for (const FieldError& error : errors) {
    if (error.field == field) return error.message;
  }
  return {};
}

}  // namespace daybreak::html
