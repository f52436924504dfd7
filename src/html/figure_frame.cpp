// SPDX-License-Identifier: AGPL-3.0-or-later
#include "html/figure_frame.hpp"

#include <fmt/format.h>

namespace daybreak::html {

void open_figure(Markup& out, const ChartWords& words) {
  out.fixed("<figure class=\"figure\"><figcaption>");
  out.element("p", {{"class", "figure__title"}}, words.title);
  out.element("p", {{"class", "figure__summary"}}, words.summary);
  out.fixed("</figcaption>");
}

void open_drawing(Markup& out, const ChartWords& words, std::string_view css_class,
                  const geography::Box& view, Drawing kind) {
  const std::string title_id = out.unique_id("drawing"), summary_id = out.unique_id("drawing");
  out.open("svg", {{"class", css_class},
                   {"viewBox", fmt::format("{:.1f} {:.1f} {:.1f} {:.1f}", view.left, view.top,
                                           view.width(), view.height())},
                   {"role", kind == Drawing::kPicture ? "img" : "group"},
                   {"aria-labelledby", title_id},
                   {"aria-describedby", summary_id}});
  out.element("title", {{"id", title_id}}, words.title);
  out.element("desc", {{"id", summary_id}}, words.summary);
}

void write_source(Markup& out, std::string_view source) {
  if (source.empty()) return;
  const Words t = out.words();
  out.element("p", {{"class", "note"}}, t("Source: {0}", {source}));
}

void write_twin(Markup& out, const ChartWords& words, const std::vector<Column>& columns,
                const std::function<void(Rows&)>& fill) {
  const Words t = out.words();
  out.fixed("<details class=\"accordion\"><summary class=\"accordion__button\">");
  out.text(t("The same figures as a table")).fixed("</summary><div class=\"accordion__content\">");
  table(out, {.caption = words.title, .columns = columns, .compact = true}, fill);
  out.fixed("</div></details>");
}

}  // namespace daybreak::html
