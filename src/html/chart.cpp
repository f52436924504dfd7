// SPDX-License-Identifier: AGPL-3.0-or-later
// Bar and line charts. The bar chart is its table: each row has its bar beside its number.
#include "html/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "html/figure_frame.hpp"
#include "html/table.hpp"
#include "language/format.hpp"

namespace daybreak::html {
namespace {

// The plot of a line chart, in units of its viewBox; text of 16 is readable on a phone.
constexpr double kWidth = 480, kHeight = 300, kLeft = 56, kRight = 12, kTop = 16, kBottom = 40;
constexpr std::array<std::string_view, 4> kLineClasses{
    "figure__line", "figure__line figure__line--2", "figure__line figure__line--3",
    "figure__line figure__line--4"};

std::string coordinate(double value) { return fmt::format("{:.1f}", value); }

// A number at or above the largest value whose quarters are easy to read.
double round_top(double largest) {
  if (!(largest > 0)) return 4;
  const double power = std::pow(10, std::floor(std::log10(largest)));
  for (double factor : {1.2, 2.0, 4.0, 6.0, 8.0, 12.0}) {
    if (largest <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 12 * power;
}

struct Plot {
  std::size_t points;
  double top;
  double x(std::size_t i) const {
    return kLeft + (points < 2 ? 0.5 : static_cast<double>(i) / static_cast<double>(points - 1)) *
                       (kWidth - kLeft - kRight);
  }
  double y(double value) const {
    return kHeight - kBottom - value / top * (kHeight - kTop - kBottom);
  }
};

void write_axes(Markup& out, const Plot& plot, std::span<const std::string> x_labels,
                int decimals) {
  for (int i = 0; i <= 4; ++i) {
    const double value = plot.top * i / 4;
    const std::string y = coordinate(plot.y(value));
    out.lone("line", {{"class", "figure__axis"},
                      {"x1", coordinate(kLeft)},
                      {"x2", coordinate(kWidth - kRight)},
                      {"y1", y},
                      {"y2", y}});
    out.element("text",
                {{"x", coordinate(kLeft - 6)},
                 {"y", coordinate(plot.y(value) + 5)},
                 {"text-anchor", "end"},
                 {"font-size", 15}},
                language::format_decimal(out.language(), value,
                                         std::fmod(plot.top / 4, 1) > 1e-9 ? std::max(decimals, 1) : decimals));
  }
  // At most five labels, so that they do not touch.
  const std::size_t every = std::max<std::size_t>(1, (x_labels.size() + 4) / 5);
  for (std::size_t i = 0; i < x_labels.size(); i += every) {
    const std::string_view anchor = i == 0 ? "start"
                                    : i + every >= x_labels.size() && i + 1 == x_labels.size()
                                        ? "end"
                                        : "middle";
    out.element("text",
                {{"x", coordinate(plot.x(i))},
                 {"y", coordinate(kHeight - 12)},
                 {"text-anchor", anchor},
                 {"font-size", 15}},
                x_labels[i]);
  }
}

// The line, broken where there is no value, and a dot for each value.
void write_line(Markup& out, const Plot& plot, const Series& series, std::string_view css) {
  std::string path;
  bool pen_down = false;
  for (std::size_t i = 0; i < plot.points; ++i) {
    const bool there = i < series.values.size() && std::isfinite(series.values[i]);
    if (there)
      path +=
          fmt::format("{}{:.1f},{:.1f}", pen_down ? 'L' : 'M', plot.x(i), plot.y(series.values[i]));
    pen_down = there;
  }
  out.lone("path", {{"class", css}, {"d", path}});
  for (std::size_t i = 0; i < std::min(plot.points, series.values.size()); ++i) {
    if (std::isfinite(series.values[i]) && plot.points <= 24)
      out.lone("circle", {{"class", "figure__dot"},
                          {"cx", coordinate(plot.x(i))},
                          {"cy", coordinate(plot.y(series.values[i]))},
                          {"r", 4}});
  }
}

void write_line_legend(Markup& out, std::span<const Series> series) {
  out.fixed("<ul class=\"map__legend\">");
  for (std::size_t i = 0; i < series.size(); ++i) {
    out.fixed("<li><svg class=\"figure__key\" viewBox=\"0 0 32 24\" aria-hidden=\"true\">");
    out.lone("path", {{"class", kLineClasses[i % kLineClasses.size()]}, {"d", "M0,12H32"}});
    out.fixed("</svg> ").text(series[i].name).fixed("</li>");
  }
  out.fixed("</ul>");
}

}  // namespace

void bar_chart(Markup& out, const ChartWords& words, std::span<const Bar> bars, int decimals) {
  double largest = 0;
  for (const Bar& bar : bars) {
    if (std::isfinite(bar.value)) largest = std::max(largest, bar.value);
  }
  const Words t = out.words();
  out.fixed("<div class=\"figure figure--bars\">");
  const Table frame{
      .caption = words.title,
      .columns = {
          {words.label_heading.view()}, {words.value_heading.view(), Align::kRight}, {t("Bar")}}};
  out.element("p", {{"class", "figure__summary"}}, words.summary);
  table(out, frame, [&](Rows& rows) {
    for (const Bar& bar : bars) {
      rows.row();
      if (bar.href)
        rows.link(bar.label, *bar.href);
      else
        rows.cell(bar.label);
      rows.cell(bar.value_text.empty()
                    ? language::format_decimal(out.language(), bar.value, decimals)
                    : bar.value_text);
      rows.cell([&] {
        const double share =
            largest > 0 && std::isfinite(bar.value) ? std::max(0.0, bar.value / largest) : 0;
        out.fixed(
            "<svg class=\"figure__bar-frame\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
            "aria-hidden=\"true\">");
        out.lone("rect",
                 {{"class", "figure__bar"}, {"width", coordinate(share * 100)}, {"height", 10}})
            .fixed("</svg>");
      });
    }
  });
  write_source(out, words.source);
  out.fixed("</div>");
}

void line_chart(Markup& out, const ChartWords& words, std::span<const std::string> x_labels,
                std::span<const Series> series, int decimals) {
  double largest = 0;
  for (const Series& one : series) {
    for (double value : one.values) {
      if (std::isfinite(value)) largest = std::max(largest, value);
    }
  }
  const Plot plot{x_labels.size(), round_top(largest)};
  open_figure(out, words);
  open_drawing(out, words, "figure__svg figure__svg--chart", {0, 0, kWidth, kHeight});
  write_axes(out, plot, x_labels, decimals);
  for (std::size_t i = 0; i < series.size(); ++i)
    write_line(out, plot, series[i], kLineClasses[i % kLineClasses.size()]);
  out.close("svg");
  if (series.size() > 1) write_line_legend(out, series);
  write_source(out, words.source);
  out.fixed("</figure>");

  std::vector<Column> columns{{words.label_heading.view()}};
  for (const Series& one : series) columns.emplace_back(one.name, Align::kRight);
  write_twin(out, words, columns, [&](Rows& rows) {
    for (std::size_t i = 0; i < x_labels.size(); ++i) {
      rows.row();
      rows.cell(x_labels[i]);
      for (const Series& one : series)
        rows.cell(language::format_decimal(
            out.language(), i < one.values.size() ? one.values[i] : std::nan(""), decimals));
    }
  });
}

}  // namespace daybreak::html
