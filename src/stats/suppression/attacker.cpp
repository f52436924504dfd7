// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/suppression/attacker.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <glpk.h>

namespace daybreak::stats {

// Columns are how far base cells are from the truth; rows are the figures of more than one cell. A
// figure of one cell is a bound of its column. In differences from the truth all that is published
// is zero, so that the solver's tolerance, which grows with the numbers, stays far below one even
// where totals run into billions.
struct Attacker::Program {
  const Publication* publication;
  double least_suppressed;
  double reach;
  Counting counting;
  glp_prob* lp = nullptr;
  std::vector<int> row_of;                               // of each figure; 0: it is one cell
  std::vector<std::size_t> figure_of_row{0};             // rows count from 1
  std::vector<std::vector<std::size_t>> single_figures;  // of each cell: figures that are that cell
  std::vector<bool> published;
  std::vector<std::size_t> earlier_single;  // of each cell: the earlier figure that is that cell
  std::vector<std::vector<double>> changes;
  std::vector<std::size_t> reasons;

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  ~Program() {
    if (lp != nullptr) glp_delete_prob(lp);
  }

  void add_row(const Figure& figure, std::size_t index) {
    const int row = glp_add_rows(lp, 1);
    figure_of_row.push_back(index);
    std::vector<int> columns(figure.cells.size() + 1);
    std::vector<double> ones(figure.cells.size() + 1, 1.0);
    for (std::size_t i = 0; i < figure.cells.size(); ++i) {
      columns[i + 1] = static_cast<int>(figure.cells[i]) + 1;
    }
    glp_set_mat_row(lp, row, static_cast<int>(figure.cells.size()), columns.data(), ones.data());
  }

  void build() {
    const Publication& all = *publication;
    const std::size_t cells = all.cells.size();
    lp = glp_create_prob();
    glp_add_cols(lp, static_cast<int>(cells));
    for (std::size_t c = 0; c < cells; ++c) {
      glp_set_col_kind(lp, static_cast<int>(c) + 1, GLP_IV);
    }
    single_figures.resize(cells);
    earlier_single.assign(cells, kNone);
    published.assign(all.figures.size(), false);
    row_of.assign(all.figures.size(), 0);
    for (std::size_t f = 0; f < all.figures.size(); ++f) {
      const Figure& figure = all.figures[f];
      if (figure.cells.size() == 1) {
        single_figures[figure.cells[0]].push_back(f);
      } else if (!figure.cells.empty()) {
        add_row(figure, f);
        row_of[f] = static_cast<int>(figure_of_row.size()) - 1;
        set_row(f);
      }
    }
    for (std::size_t e = 0; e < all.earlier.size(); ++e) {
      const Figure& figure = all.earlier[e];
      if (figure.cells.size() == 1) {
        earlier_single[figure.cells[0]] = e;
      } else if (!figure.cells.empty()) {
        add_row(figure, all.figures.size() + e);
        glp_set_row_bnds(lp, static_cast<int>(figure_of_row.size()) - 1, GLP_FX, 0, 0);
      }
    }
    for (std::uint32_t cell = 0; cell < cells; ++cell) set_column(cell);
  }

  double least_of(const Figure& figure) const {
    return figure.role == FigureRole::kWanted ? least_suppressed : 0;
  }

  void set_row(std::size_t f) {
    const Figure& figure = publication->figures[f];
    if (published[f]) {
      glp_set_row_bnds(lp, row_of[f], GLP_FX, 0, 0);
    } else {
      glp_set_row_bnds(lp, row_of[f], GLP_LO,
                       std::min(0.0, least_of(figure) - static_cast<double>(figure.value)), 0);
    }
  }

  void set_column(std::uint32_t cell) {
    bool known = earlier_single[cell] != kNone;
    double least = 0;
    for (const std::size_t f : single_figures[cell]) {
      known = known || published[f];
      least = std::max(least, least_of(publication->figures[f]));
    }
    if (known) {
      glp_set_col_bnds(lp, static_cast<int>(cell) + 1, GLP_FX, 0, 0);
    } else {
      const auto value = static_cast<double>(publication->cells[cell]);
      const double lowest = std::max(-reach, std::min(0.0, least - value));
      glp_set_col_bnds(lp, static_cast<int>(cell) + 1, GLP_DB, lowest, reach);
    }
  }

  void note_reasons() {
    const std::size_t figures = publication->figures.size();
    for (int row = 1; row < static_cast<int>(figure_of_row.size()); ++row) {
      if (std::abs(glp_get_row_dual(lp, row)) > 1e-7 && glp_get_row_type(lp, row) == GLP_FX) {
        reasons.push_back(figure_of_row[static_cast<std::size_t>(row)]);
      }
    }
    for (std::size_t c = 0; c < earlier_single.size(); ++c) {
      const int column = static_cast<int>(c) + 1;
      if (glp_get_col_type(lp, column) != GLP_FX || publication->cells[c] == 0 ||
          std::abs(glp_get_col_dual(lp, column)) <= 1e-7) {
        continue;
      }
      for (const std::size_t f : single_figures[c]) {
        if (published[f]) reasons.push_back(f);
      }
      if (earlier_single[c] != kNone) reasons.push_back(figures + earlier_single[c]);
    }
  }

  // The changes at the optimum; false when they are not whole.
  bool note_table(double (*value_of)(glp_prob*, int)) {
    std::vector<double>& table = changes.emplace_back(publication->cells.size());
    bool whole = true;
    for (std::size_t c = 0; c < table.size(); ++c) {
      table[c] = value_of(lp, static_cast<int>(c) + 1);
      whole = whole && std::abs(table[c] - std::round(table[c])) < 1e-5;
    }
    return whole;
  }

  // After the linear program: the same in whole numbers. No change is possible for sure.
  double whole_bound() {
    changes.pop_back();
    glp_iocp options;
    glp_init_iocp(&options);
    options.msg_lev = GLP_MSG_OFF;
    options.tm_lim = 5'000;
    (void)glp_intopt(lp, &options);
    const int status = glp_mip_status(lp);
    if (status != GLP_OPT && status != GLP_FEAS) return 0;
    (void)note_table(glp_mip_col_val);
    return glp_mip_obj_val(lp);
  }

  // The change in one direction.
  Result<double> bound(int direction) {
    glp_set_obj_dir(lp, direction);
    glp_smcp options;
    glp_init_smcp(&options);
    options.msg_lev = GLP_MSG_OFF;
    int code = glp_simplex(lp, &options);
    if (code != 0 || glp_get_status(lp) != GLP_OPT) {
      // A basis left by the last question may be unfit for this one: begin anew.
      glp_std_basis(lp);
      code = glp_simplex(lp, &options);
    }
    const int status = glp_get_status(lp);
    if (code == 0 && status == GLP_OPT) {
      note_reasons();
      const bool whole = note_table(glp_get_col_prim);
      return whole || counting == Counting::kReal ? glp_get_obj_val(lp) : whole_bound();
    }
    return fail(ErrorKind::kInternal,
                fmt::format("the linear program was not solved (code {}, status {})", code, status),
                {}, "do not publish this table");
  }
};

Attacker::Attacker(const Publication& publication, std::int64_t least_suppressed, double reach,
                   Counting counting)
    : program_(std::make_unique<Program>()) {
  program_->publication = &publication;
  program_->least_suppressed = static_cast<double>(least_suppressed);
  program_->reach = reach;
  program_->counting = counting;
  program_->build();
}

Attacker::~Attacker() = default;
Attacker::Attacker(Attacker&&) noexcept = default;
Attacker& Attacker::operator=(Attacker&&) noexcept = default;

void Attacker::set_published(std::size_t figure, bool published) {
  Program& program = *program_;
  program.published[figure] = published;
  if (program.row_of[figure] != 0) {
    program.set_row(figure);
  } else if (!program.publication->figures[figure].cells.empty()) {
    program.set_column(program.publication->figures[figure].cells[0]);
  }
}

Result<Interval> Attacker::interval_of(std::size_t figure) {
  Program& program = *program_;
  program.reasons.clear();
  program.changes.clear();
  const std::vector<std::uint32_t>& cells = program.publication->figures[figure].cells;
  const auto truth = static_cast<double>(program.publication->figures[figure].value);
  for (const std::uint32_t cell : cells) {
    glp_set_obj_coef(program.lp, static_cast<int>(cell) + 1, 1);
  }
  const auto forget = [&] {
    for (const std::uint32_t cell : cells) {
      glp_set_obj_coef(program.lp, static_cast<int>(cell) + 1, 0);
    }
  };
  const Result<double> low = program.bound(GLP_MIN);
  const Result<double> high = low ? program.bound(GLP_MAX) : low;
  forget();
  if (!high) return tl::make_unexpected(high.error());
  return Interval{truth + *low, truth + *high};
}

const std::vector<std::vector<double>>& Attacker::last_changes() const { return program_->changes; }
const std::vector<std::size_t>& Attacker::last_reasons() const { return program_->reasons; }

}  // namespace daybreak::stats
