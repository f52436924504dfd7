// SPDX-License-Identifier: AGPL-3.0-or-later
#include "stats/suppression/suppress.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "stats/suppression/hider.hpp"

namespace daybreak::stats {
namespace {

constexpr double kRounding = 1e-6;

Result<void> check_rule(const SuppressionRule& rule) {
  if (rule.threshold >= 1 && rule.threshold <= 1'000'000 && rule.width >= 1 &&
      rule.width <= 1'000'000 && rule.dominance > 0 && rule.dominance <= 1) {
    return {};
  }
  return fail(ErrorKind::kInvalid,
              fmt::format("threshold {}, width {} or dominance {} is out of range", rule.threshold,
                          rule.width, rule.dominance),
              {}, "threshold and width are 1 to 1,000,000, dominance is above 0 and at most 1");
}

std::int64_t least_suppressed(const SuppressionRule& rule) {
  return rule.zeros == Zeros::kPublish ? 1 : 0;
}

bool is_dominated(const Figure& figure, const SuppressionRule& rule) {
  return figure.largest > 0 && static_cast<double>(figure.largest) >=
                                   rule.dominance * static_cast<double>(figure.value) - kRounding;
}

bool is_sensitive(const Figure& figure, const SuppressionRule& rule) {
  if (figure.value == 0) return rule.zeros == Zeros::kSuppress && !figure.cells.empty();
  return figure.value < rule.threshold || is_dominated(figure, rule);
}

double width_for(const Figure& figure, const SuppressionRule& rule) {
  const auto width = static_cast<double>(rule.width);
  if (!is_dominated(figure, rule)) return width;
  return std::max(width, std::ceil(0.2 * static_cast<double>(figure.value)));
}

// Costs of withholding: one for an inner cell, more for margins, and a little more for large
// values, so that among equals the smaller figure goes.
std::vector<double> withholding_costs(const Publication& publication) {
  std::int64_t most = 1;
  for (const Figure& figure : publication.figures) most = std::max(most, figure.value);
  std::vector<double> costs;
  for (const Figure& figure : publication.figures) {
    const auto cells = static_cast<double>(std::max<std::size_t>(1, figure.cells.size()));
    const double size = static_cast<double>(figure.value) / static_cast<double>(most);
    costs.push_back(1 + 2 * std::log2(cells) + 0.5 * size);
  }
  return costs;
}

// How far from the truth it is worth looking.
double reach_for(const Publication& publication, const SuppressionRule& rule) {
  double widest = 1;
  for (const Figure& figure : publication.figures) {
    if (is_sensitive(figure, rule)) widest = std::max(widest, width_for(figure, rule));
  }
  return 10 * widest;
}

Attacker attacker_for(const Publication& publication, const SuppressionRule& rule,
                      const std::vector<FigureState>& states, Counting counting = Counting::kReal) {
  Attacker attacker(publication, least_suppressed(rule), reach_for(publication, rule), counting);
  for (std::size_t f = 0; f < states.size(); ++f) {
    if (states[f] == FigureState::kPublished) attacker.set_published(f, true);
  }
  return attacker;
}

std::string words_of(const Publication& publication, std::size_t figure, const Interval& interval,
                     double demanded, std::vector<std::size_t> reasons) {
  const Figure& leaking = publication.figures[figure];
  std::string words =
      interval.width() < 0.5
          ? fmt::format("\"{}\" can be worked out exactly", leaking.name)
          : fmt::format("\"{}\" can be narrowed to between {:.0f} and {:.0f}", leaking.name,
                        std::ceil(interval.low - kRounding), std::floor(interval.high + kRounding));
  words += fmt::format(", where {:.0f} between the ends is demanded", demanded);
  std::ranges::sort(reasons);
  const auto repeats = std::ranges::unique(reasons);
  reasons.erase(repeats.begin(), repeats.end());
  std::string from;
  constexpr std::size_t kShown = 4;
  for (std::size_t i = 0; i < reasons.size() && i < kShown; ++i) {
    const std::size_t figures = publication.figures.size();
    const bool earlier = reasons[i] >= figures;
    const Figure& reason =
        earlier ? publication.earlier[reasons[i] - figures] : publication.figures[reasons[i]];
    from += fmt::format("{}\"{}\"{}",
                        i == 0                    ? ""
                        : i + 1 == reasons.size() ? " and "
                                                  : ", ",
                        reason.name, earlier ? " of an earlier table" : "");
  }
  if (from.empty()) return words;
  return words + ", from " + from +
         (reasons.size() > kShown ? fmt::format(" and {} more", reasons.size() - kShown) : "");
}

}  // namespace

std::string_view name_of(FigureState state) {
  switch (state) {
    case FigureState::kPublished:
      return "published";
    case FigureState::kPrimary:
      return "primary";
    case FigureState::kComplementary:
      return "complementary";
    case FigureState::kNotWanted:
      break;
  }
  return "not wanted";
}

Result<std::vector<FigureState>> primary_states(const Publication& publication,
                                                const SuppressionRule& rule) {
  TRY(check_rule(rule));
  TRY(check_publication(publication));
  std::vector<FigureState> states;
  for (const Figure& figure : publication.figures) {
    states.push_back(figure.role == FigureRole::kHidden ? FigureState::kNotWanted
                     : is_sensitive(figure, rule)       ? FigureState::kPrimary
                                                        : FigureState::kPublished);
  }
  return states;
}

Result<std::vector<Leak>> audit(const Publication& publication, const SuppressionRule& rule,
                                const std::vector<FigureState>& states, Counting counting) {
  TRY(check_rule(rule));
  TRY(check_publication(publication));
  if (states.size() != publication.figures.size()) {
    return fail(ErrorKind::kInvalid, "not as many states as figures", {}, "give one for each");
  }
  Attacker attacker = attacker_for(publication, rule, states, counting);
  std::vector<Leak> leaks;
  for (std::size_t f = 0; f < states.size(); ++f) {
    const Figure& figure = publication.figures[f];
    if (!is_sensitive(figure, rule)) continue;
    const Interval interval = TRY(attacker.interval_of(f));
    const double demanded = width_for(figure, rule);
    if (interval.width() >= demanded - kRounding) continue;
    leaks.push_back({f, interval.low, interval.high,
                     words_of(publication, f, interval, demanded, attacker.last_reasons())});
  }
  return leaks;
}

namespace {

// The search: one sensitive figure after the other is given room, and every change that the
// attacker was shown not to see counts for all figures at once.
class Search {
 public:
  Search(const Publication& publication, const SuppressionRule& rule,
         std::vector<FigureState> states)
      : publication_(publication),
        rule_(rule),
        states_(std::move(states)),
        attacker_(attacker_for(publication, rule, states_)),
        hider_(publication, least_suppressed(rule), reach_for(publication, rule),
               withholding_costs(publication)) {
    for (std::size_t f = 0; f < states_.size(); ++f) {
      const Figure& figure = publication_.figures[f];
      if (states_[f] != FigureState::kPublished) {
        hider_.set_withheld(f);
      } else if (figure.value < least_suppressed(rule_) || figure.cells.empty()) {
        hider_.set_frozen(f);
      }
      if (is_sensitive(figure, rule_)) sensitive_.push_back(f);
      const auto value = static_cast<double>(figure.value);
      seen_.push_back({value, value});
    }
    std::ranges::stable_sort(sensitive_, std::greater{}, [&](std::size_t f) {
      return width_for(publication_.figures[f], rule_);
    });
  }

  Result<void> protect_all() {
    for (const std::size_t f : sensitive_) TRY(protect(f));
    return {};
  }

  // Publishes again what turns out not to be needed, the dearest first.
  Result<void> thin_out() {
    constexpr std::size_t kMostQuestions = 40'000;
    std::ranges::sort(withheld_, std::greater{}, [&](std::size_t f) {
      return std::pair(publication_.figures[f].cells.size(), publication_.figures[f].value);
    });
    std::size_t questions = 0;
    for (const std::size_t f : withheld_) {
      if ((questions += sensitive_.size()) > kMostQuestions) return {};
      attacker_.set_published(f, true);
      bool safe = true;
      for (const std::size_t s : by_nearness_to(f)) {
        const Interval interval = TRY(attacker_.interval_of(s));
        safe = interval.width() >= width_for(publication_.figures[s], rule_) - kRounding;
        if (!safe) break;
      }
      if (safe) {
        states_[f] = FigureState::kPublished;
      } else {
        attacker_.set_published(f, false);
      }
    }
    return {};
  }

  const std::vector<FigureState>& states() const { return states_; }

 private:
  bool has_room(std::size_t f) const {
    return seen_[f].width() >= width_for(publication_.figures[f], rule_) - kRounding;
  }

  Result<void> protect(std::size_t f) {
    const double demanded = width_for(publication_.figures[f], rule_);
    double asked =
        demanded;  // grows when whole numbers leave less room than the linear program saw
    for (int round = 0; round < 12; ++round) {
      if (has_room(f)) return {};
      const Interval interval = TRY(attacker_.interval_of(f));
      note_changes();
      seen_[f] = interval;
      if (has_room(f)) return {};
      auto withhold = TRY(hider_.room_for(f, interval.low + asked));
      if (!withhold) withhold = TRY(hider_.room_for(f, interval.high - asked));
      if (!withhold) return fail_to_hide(f, demanded);
      if (withhold->empty()) asked += 1;
      for (const std::size_t other : *withhold) {
        states_[other] = FigureState::kComplementary;
        withheld_.push_back(other);
        attacker_.set_published(other, false);
        hider_.set_withheld(other);
      }
    }
    return fail_to_hide(f, demanded);
  }

  // What gives the figure away even when everything that can be withheld is.
  tl::unexpected<Error> fail_to_hide(std::size_t f, double demanded) {
    for (std::size_t other = 0; other < states_.size(); ++other) {
      const bool zero = publication_.figures[other].value < least_suppressed(rule_);
      attacker_.set_published(other, zero && states_[other] == FigureState::kPublished);
    }
    const auto interval = attacker_.interval_of(f);
    if (!interval) return tl::make_unexpected(interval.error());
    return fail(ErrorKind::kInvalid,
                words_of(publication_, f, *interval, demanded, attacker_.last_reasons()),
                publication_.figures[f].name,
                "no choice of cells hides it: join categories, or do not publish this table");
  }

  void note_changes() {
    for (const std::vector<double>& change : attacker_.last_changes()) {
      for (const std::size_t f : sensitive_) {
        auto sum = static_cast<double>(publication_.figures[f].value);
        for (const std::uint32_t cell : publication_.figures[f].cells) sum += change[cell];
        seen_[f].low = std::min(seen_[f].low, sum);
        seen_[f].high = std::max(seen_[f].high, sum);
      }
    }
  }

  // Sensitive figures, those that meet most figures of the same cells first: where a mistake shows.
  std::vector<std::size_t> by_nearness_to(std::size_t figure) const {
    std::vector<std::size_t> order = sensitive_;
    const std::uint32_t first = publication_.figures[figure].cells.front();
    std::ranges::stable_sort(order, {}, [&](std::size_t s) {
      const std::uint32_t cell = publication_.figures[s].cells.front();
      return cell > first ? cell - first : first - cell;
    });
    return order;
  }

  const Publication& publication_;
  const SuppressionRule& rule_;
  std::vector<FigureState> states_;
  Attacker attacker_;
  Hider hider_;
  std::vector<std::size_t> sensitive_;
  std::vector<std::size_t> withheld_;
  std::vector<Interval> seen_;  // of each figure: what the attacker is known to hold possible
};

}  // namespace

Result<Suppression> suppress(const Publication& publication, const SuppressionRule& rule) {
  Search search(publication, rule, TRY(primary_states(publication, rule)));
  TRY(search.protect_all());
  TRY(search.thin_out());
  Suppression result{.states = search.states()};
  const std::vector<Leak> leaks = TRY(audit(publication, rule, result.states));
  if (!leaks.empty()) {
    return fail(ErrorKind::kInternal, leaks.front().words,
                publication.figures[leaks.front().figure].name, "do not publish this table");
  }
  result.primary =
      static_cast<std::size_t>(std::ranges::count(result.states, FigureState::kPrimary));
  result.complementary =
      static_cast<std::size_t>(std::ranges::count(result.states, FigureState::kComplementary));
  return result;
}

}  // namespace daybreak::stats
