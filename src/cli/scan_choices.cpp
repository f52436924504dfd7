// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/scan_choices.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/text.hpp"

namespace daybreak::cli {
namespace {

using stats::Model;

constexpr std::size_t kMostSets = std::size_t{60} << 20;

// "50%" or "0.5%" as a share; a bare number is a percentage too.
Result<double> share_of(const std::string& text, std::string_view option) {
  std::string_view number = trim(text);
  if (number.ends_with('%')) number.remove_suffix(1);
  const auto value = to_number(number);
  if (!value || *value <= 0 || *value > 100) {
    return tl::make_unexpected(
        Error{ErrorKind::kInvalid,
              fmt::format("\"{}\" is not a percentage above 0 and at most 100", text),
              fmt::format("option {}", option), "write for example 50%"});
  }
  return *value / 100;
}

// "50%" of the units, or a number of units.
Result<std::uint32_t> units_of(const std::string& text, std::uint32_t units,
                               std::string_view option) {
  if (trim(text).ends_with('%')) {
    const double share = TRY(share_of(text, option));
    return std::max(1u, static_cast<std::uint32_t>(std::floor(units * share + 1e-9)));
  }
  const auto value = to_integer(trim(text));
  if (!value || *value < 1 || *value > 100000) {
    return tl::make_unexpected(
        Error{ErrorKind::kInvalid, fmt::format("\"{}\" is not a length of time", text),
              fmt::format("option {}", option), "write for example 50% or 3"});
  }
  return std::min(units, static_cast<std::uint32_t>(*value));
}

}  // namespace

Error usage(std::string message, std::string cure) {
  return Error{ErrorKind::kInvalid, std::move(message), "", std::move(cure)};
}

stats::Coordinates coordinates_of(const ScanRequest& request) {
  return request.cartesian ? stats::Coordinates::kCartesian
                           : stats::Coordinates::kLatitudeLongitude;
}

Result<Model> model_of(const ScanRequest& request) {
  if (request.kind == ScanKind::kPermutation) return Model::kPermutation;
  if (request.model == "poisson") {
    return request.unconditional ? Model::kPoissonUnconditional : Model::kPoisson;
  }
  if (request.model == "bernoulli") {
    return request.unconditional ? Model::kBernoulliUnconditional : Model::kBernoulli;
  }
  if (request.model == "permutation") return Model::kPermutation;
  return tl::make_unexpected(usage(fmt::format("\"{}\" is not a model", request.model),
                                   "use poisson, bernoulli, permutation or multinomial"));
}

Result<std::optional<stats::Time>> time_option(const std::string& text, std::string_view option) {
  if (text.empty()) return std::optional<stats::Time>();
  const auto time = stats::parse_time(text);
  if (time) return std::optional<stats::Time>(*time);
  return tl::make_unexpected(Error{ErrorKind::kInvalid, fmt::format("\"{}\" is not a date", text),
                                   fmt::format("option {}", option),
                                   "write 2024, 2024/3 or 2024/3/9"});
}

Result<stats::TimeStep> step_of(const ScanRequest& request, stats::TimeStep precision) {
  if (request.time_unit.empty()) return precision;
  if (const auto step = stats::parse_time_step(request.time_unit)) return *step;
  return tl::make_unexpected(Error{ErrorKind::kInvalid,
                                   fmt::format("\"{}\" is not a unit of time", request.time_unit),
                                   "option --time-unit", "use year, quarter, month, week or day"});
}

Result<stats::SpaceWindows> windows_of(const ScanRequest& request, const stats::Study& study,
                                       std::span<const std::vector<std::uint32_t>> lists) {
  if (request.kind == ScanKind::kTime || request.kind == ScanKind::kTree)
    return stats::single_place();
  const stats::Coordinates coordinates = coordinates_of(request);
  double total = 0;
  for (const double m : study.place_measure) total += m;
  const stats::SpaceLimit limit{TRY(share_of(request.max_size, "--max-size")) * total,
                                request.max_radius, kMostSets};
  if (request.shape == "flexible") {
    if (request.neighbours.empty()) {
      return tl::make_unexpected(
          usage("the flexible scan needs to know which places are adjacent",
                "give --neighbours FILE, one line a place: id neighbour neighbour ..."));
    }
    return stats::flexible_windows(coordinates, study.points, lists, request.nearest, kMostSets);
  }
  if (!request.neighbours.empty()) return stats::listed_windows(lists, study.place_measure, limit);
  std::vector<stats::Shape> shapes{stats::Shape{}};
  if (request.shape == "ellipse") {
    const auto penalty = request.penalty == "none"     ? stats::Penalty::kNone
                         : request.penalty == "strong" ? stats::Penalty::kStrong
                                                       : stats::Penalty::kMedium;
    if (request.ratios.size() != request.angles.size()) {
      return tl::make_unexpected(usage("--ellipse-shapes and --ellipse-angles differ in length"));
    }
    shapes = stats::elliptic_shapes(request.ratios, request.angles, penalty);
  }
  return stats::compact_windows(coordinates, study.points, study.place_measure, shapes, limit);
}

Result<stats::TimeWindows> time_windows(const ScanRequest& request, const stats::Study& study) {
  stats::TimeWindows out;
  out.shortest = TRY(units_of(request.min_time, study.data.times, "--min-time"));
  out.longest = TRY(units_of(request.max_time, study.data.times, "--max-time"));
  if (study.data.times == 1) out.shortest = out.longest = 1;
  if (out.shortest > out.longest) {
    return tl::make_unexpected(usage("--min-time is longer than --max-time"));
  }
  out.only_alive = request.prospective;
  return out;
}

Result<stats::ScanOptions> options_of(const ScanRequest& request) {
  stats::ScanOptions out;
  out.replications = request.replications;
  out.seed = request.seed;
  out.threads = std::max(1u, request.threads);
  out.simd = stats::best_simd();
  if (request.simd != "auto") {
    const auto simd = stats::parse_simd(request.simd);
    if (!simd) {
      return tl::make_unexpected(
          usage(fmt::format("\"{}\" is not an instruction set", request.simd),
                "use auto, avx512, avx2 or portable"));
    }
    if (!stats::is_supported(*simd)) {
      return tl::make_unexpected(Error{ErrorKind::kUnsupported,
                                       fmt::format("this processor has no {}", request.simd),
                                       "option --simd", "use auto or portable"});
    }
    out.simd = *simd;
  }
  out.fewest_cases = request.min_cases;
  out.stop_after = request.sequential;
  out.certainty_samples = request.certainty;
  out.most_clusters = request.most_clusters;
  const std::string secondary = !request.secondary.empty()        ? request.secondary
                                : request.kind == ScanKind::kTree ? "all"
                                                                  : "no-overlap";
  if (secondary == "all") {
    out.secondary = stats::Secondary::kAll;
  } else if (secondary == "no-place-overlap") {
    out.secondary = stats::Secondary::kNoPlaceOverlap;
  } else if (secondary == "gini") {
    out.secondary = stats::Secondary::kGini;
  } else if (secondary != "no-overlap" && secondary != "iterative") {
    return tl::make_unexpected(
        usage(fmt::format("\"{}\" is not a rule for secondary clusters", secondary),
              "use no-overlap, no-place-overlap, gini, iterative or all"));
  }
  return out;
}

}  // namespace daybreak::cli
