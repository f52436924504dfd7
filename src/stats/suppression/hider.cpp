// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/suppression/hider.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <glpk.h>
#include <utility>

namespace daybreak::stats {

// Two columns for each figure, how far it rises and how far it falls; a base cell that no figure
// shows alone has a column for its move, the others move with their figure. One row for each other
// figure: the moves of its cells are its rise less its fall. One row for each earlier figure: its
// cells together do not move.
struct Hider::Program {
  const Publication* publication;
  glp_prob* lp = nullptr;
  double reach = 0;
  std::vector<double> costs;
  std::vector<double> fall_limit;        // of each figure
  std::vector<std::size_t> cell_figure;  // the figure that is this cell alone, or kNoFigure
  std::vector<int> cell_column;          // for cells without such a figure

  static constexpr std::size_t kNoFigure = static_cast<std::size_t>(-1);

  ~Program() {
    if (lp != nullptr) glp_delete_prob(lp);
  }
  int rise(std::size_t figure) const { return static_cast<int>(2 * figure) + 1; }
  int fall(std::size_t figure) const { return static_cast<int>(2 * figure) + 2; }

  void bound(int column, double most) {
    if (most <= 0) {
      glp_set_col_bnds(lp, column, GLP_FX, 0, 0);
    } else {
      glp_set_col_bnds(lp, column, GLP_DB, 0, std::min(most, reach));
    }
  }
  void free_figure(std::size_t figure) {
    bound(rise(figure), reach);
    bound(fall(figure), fall_limit[figure]);
  }

  void build(double least_suppressed) {
    const Publication& all = *publication;
    lp = glp_create_prob();
    glp_set_obj_dir(lp, GLP_MIN);
    glp_add_cols(lp, static_cast<int>(2 * all.figures.size()));
    cell_figure.assign(all.cells.size(), kNoFigure);
    cell_column.assign(all.cells.size(), 0);
    for (std::size_t f = 0; f < all.figures.size(); ++f) {
      const Figure& figure = all.figures[f];
      const double least = figure.role == FigureRole::kWanted ? least_suppressed : 0;
      fall_limit.push_back(static_cast<double>(figure.value) - least);
      free_figure(f);
      glp_set_obj_coef(lp, rise(f), costs[f]);
      glp_set_obj_coef(lp, fall(f), costs[f]);
      if (figure.cells.size() == 1 && cell_figure[figure.cells[0]] == kNoFigure) {
        cell_figure[figure.cells[0]] = f;
      }
    }
    for (std::size_t c = 0; c < all.cells.size(); ++c) {
      if (cell_figure[c] != kNoFigure) continue;
      cell_column[c] = glp_add_cols(lp, 1);
      glp_set_col_bnds(lp, cell_column[c], GLP_DB,
                       std::max(-reach, -static_cast<double>(all.cells[c])), reach);
    }
    for (std::size_t f = 0; f < all.figures.size(); ++f) {
      const Figure& figure = all.figures[f];
      if (figure.cells.empty()) continue;
      if (figure.cells.size() == 1 && cell_figure[figure.cells[0]] == f) continue;
      add_row(figure, rise(f), fall(f));
    }
    for (const Figure& figure : all.earlier) {
      if (!figure.cells.empty()) add_row(figure, 0, 0);
    }
  }

  void add_row(const Figure& figure, int up, int down) {
    std::vector<int> columns{0};
    std::vector<double> factors{0};
    for (const std::uint32_t cell : figure.cells) {
      if (cell_figure[cell] == kNoFigure) {
        columns.push_back(cell_column[cell]);
        factors.push_back(1);
      } else {
        columns.insert(columns.end(), {rise(cell_figure[cell]), fall(cell_figure[cell])});
        factors.insert(factors.end(), {1, -1});
      }
    }
    if (up != 0) {
      columns.insert(columns.end(), {up, down});
      factors.insert(factors.end(), {-1, 1});
    }
    const int row = glp_add_rows(lp, 1);
    glp_set_row_bnds(lp, row, GLP_FX, 0, 0);
    glp_set_mat_row(lp, row, static_cast<int>(columns.size()) - 1, columns.data(), factors.data());
  }
};

Hider::Hider(const Publication& publication, std::int64_t least_suppressed, double reach,
             std::vector<double> withholding_costs)
    : program_(std::make_unique<Program>()) {
  program_->publication = &publication;
  program_->reach = reach;
  program_->costs = std::move(withholding_costs);
  program_->build(static_cast<double>(least_suppressed));
}
Hider::~Hider() = default;

void Hider::set_withheld(std::size_t figure) {
  Program& program = *program_;
  program.costs[figure] = 0;
  glp_set_obj_coef(program.lp, program.rise(figure), 0);
  glp_set_obj_coef(program.lp, program.fall(figure), 0);
}

void Hider::set_frozen(std::size_t figure) {
  program_->bound(program_->rise(figure), 0);
  program_->bound(program_->fall(figure), 0);
}

Result<std::optional<std::vector<std::size_t>>> Hider::room_for(std::size_t figure, double value) {
  Program& program = *program_;
  const double change = value - static_cast<double>(program.publication->figures[figure].value);
  const int up = program.rise(figure);
  const int down = program.fall(figure);
  glp_set_col_bnds(program.lp, up, GLP_FX, std::max(change, 0.0), std::max(change, 0.0));
  glp_set_col_bnds(program.lp, down, GLP_FX, std::max(-change, 0.0), std::max(-change, 0.0));
  glp_smcp options;
  glp_init_smcp(&options);
  options.msg_lev = GLP_MSG_OFF;
  int code = glp_simplex(program.lp, &options);
  if (code != 0) {
    glp_std_basis(program.lp);
    code = glp_simplex(program.lp, &options);
  }
  const int status = glp_get_status(program.lp);
  program.free_figure(figure);
  if (code != 0 || status == GLP_UNDEF) {
    return fail(ErrorKind::kInternal,
                fmt::format("the linear program was not solved (code {}, status {})", code, status),
                {}, "do not publish this table");
  }
  if (status != GLP_OPT) return std::optional<std::vector<std::size_t>>();
  std::vector<std::size_t> withhold;
  for (std::size_t f = 0; f < program.costs.size(); ++f) {
    if (program.costs[f] == 0 || f == figure) continue;
    const double moved = glp_get_col_prim(program.lp, program.rise(f)) +
                         glp_get_col_prim(program.lp, program.fall(f));
    if (moved > 1e-6) withhold.push_back(f);
  }
  return std::optional(std::move(withhold));
}

}  // namespace daybreak::stats
