// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/scan_run.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

#include "base/text.hpp"
#include "cli/scan_tree_files.hpp"
#include "stats/files/neighbours.hpp"
#include "stats/scan/multinomial.hpp"
#include "stats/scan/restricted.hpp"

namespace daybreak::cli {
namespace {

using stats::Cluster;
using stats::Model;
using stats::ScanResult;
using stats::SpaceWindows;
using stats::Study;

constexpr std::size_t kMostSets = std::size_t{60} << 20;

Error usage(std::string message, std::string cure = {}) {
  return Error{ErrorKind::kInvalid, std::move(message), "", std::move(cure)};
}

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

template <typename Read>
auto read_file(const std::string& path, Read read)
    -> decltype(read(std::declval<stats::RecordReader&>())) {
  stats::RecordReader reader = TRY(stats::RecordReader::open(path));
  return read(reader);
}

struct Input {
  stats::Keys keys;
  std::vector<stats::Coordinate> coordinates;
  stats::CountFile cases, controls;
  stats::PopulationFile population;
};

stats::CoordinateSystem system_of(const ScanRequest& request) {
  return request.cartesian ? stats::CoordinateSystem::kCartesian
                           : stats::CoordinateSystem::kLatLong;
}

Result<Input> read_input(const ScanRequest& request) {
  Input in;
  const bool spatial = request.kind != ScanKind::kTime;
  if (spatial) {
    if (request.coordinates.empty()) {
      return tl::make_unexpected(
          usage("a scan of places needs their coordinates", "give --coordinates FILE.geo"));
    }
    in.coordinates = TRY(read_file(request.coordinates, [&](auto& reader) {
      return stats::read_coordinates(reader, system_of(request), in.keys);
    }));
  }
  const auto unknown = spatial ? stats::UnknownIds::kReject : stats::UnknownIds::kAdd;
  stats::CountFormat format{.what = "cases", .unknown = unknown};
  if (request.kind == ScanKind::kTime || request.kind == ScanKind::kSpaceTime ||
      request.kind == ScanKind::kPermutation) {
    format.time = stats::TimeColumn::kPresent;
  }
  in.cases = TRY(read_file(
      request.cases, [&](auto& reader) { return stats::read_counts(reader, format, in.keys); }));
  if (!request.controls.empty()) {
    format.what = "controls";
    in.controls = TRY(read_file(request.controls, [&](auto& reader) {
      return stats::read_counts(reader, format, in.keys);
    }));
  }
  if (!request.population.empty()) {
    in.population = TRY(read_file(request.population, [&](auto& reader) {
      return stats::read_population(reader, unknown, in.keys);
    }));
  }
  return in;
}

// The finest unit that every case has.
stats::TimeStep precision_of(const stats::CountFile& cases) {
  stats::TimeUnit unit = stats::TimeUnit::kDay;
  for (const stats::CountRow& row : cases.rows) unit = std::min(unit, row.time.precision());
  return {unit, 1};
}

Result<stats::TimeStep> step_of(const ScanRequest& request, stats::TimeStep precision) {
  if (request.time_unit.empty()) return precision;
  if (const auto step = stats::parse_time_step(request.time_unit)) return *step;
  return tl::make_unexpected(Error{ErrorKind::kInvalid,
                                   fmt::format("\"{}\" is not a unit of time", request.time_unit),
                                   "option --time-unit", "use year, quarter, month, week or day"});
}

Result<std::vector<std::vector<std::uint32_t>>> read_lists(const ScanRequest& request, Input& in,
                                                           stats::NeighbourRule rule) {
  const stats::Neighbours file = TRY(read_file(request.neighbours, [&](auto& reader) {
    return stats::read_neighbours(reader, rule, stats::UnknownIds::kReject, in.keys);
  }));
  std::vector<std::vector<std::uint32_t>> out(in.keys.places.size());
  for (std::uint32_t place = 0; place < out.size(); ++place) {
    if (rule == stats::NeighbourRule::kOrdered) out[place].push_back(place);
    if (place >= file.places()) continue;
    const auto of = file.of(place);
    out[place].insert(out[place].end(), of.begin(), of.end());
  }
  return out;
}

Result<SpaceWindows> windows_of(const ScanRequest& request, const Study& study,
                                std::span<const std::vector<std::uint32_t>> lists) {
  if (request.kind == ScanKind::kTime || request.kind == ScanKind::kTree)
    return stats::single_place();
  const auto coordinates =
      request.cartesian ? stats::Coordinates::kCartesian : stats::Coordinates::kLatitudeLongitude;
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

Result<stats::TimeWindows> time_windows(const ScanRequest& request, const Study& study) {
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

// Scans, takes the best cluster's places out, scans again (Zhang, Assuncao & Kulldorff 2010), until
// one is not significant.
Result<ScanResult> scan_iteratively(Study study, SpaceWindows space, const ScanRequest& request,
                                    const stats::TimeWindows& time, stats::ScanOptions options) {
  std::optional<ScanResult> first;
  for (std::uint32_t i = 0; i < request.iterations; ++i) {
    auto result = stats::scan(study.data, space, time, options);
    if (!result) {
      if (first) break;
      return result;
    }
    if (result->clusters.empty()) {
      if (!first) first = std::move(*result);
      break;
    }
    result->clusters.resize(1);
    const Cluster top = result->clusters[0];
    if (first) {
      first->clusters.push_back(top);
    } else {
      first = std::move(*result);
    }
    if (top.p_value > options.certainty_level) break;
    for (const std::uint32_t place : top.members) {
      for (std::uint32_t t = 0; t < study.data.times; ++t) {
        const std::size_t cell = static_cast<std::size_t>(place) * study.data.times + t;
        study.data.cases[cell] = 0;
        if (!study.data.measure.empty()) study.data.measure[cell] = 0;
      }
    }
    ++options.seed;
  }
  return std::move(*first);
}

std::string date_text(stats::DayNumber day) {
  return format_date(Date(std::chrono::sys_days(std::chrono::days(day))));
}

void add_shape(const ScanRequest& request, const Study& study, const SpaceWindows& space,
               ScanFinding& finding) {
  const Cluster& c = finding.cluster;
  if (c.members.empty() || study.points.size() < 2) return;
  const stats::Point centre = study.points[c.members.front()];
  finding.centre = centre;
  const stats::Shape& shape = space.shapes[c.shape];
  const auto coordinates =
      request.cartesian ? stats::Coordinates::kCartesian : stats::Coordinates::kLatitudeLongitude;
  for (const std::uint32_t place : c.members) {
    stats::Point p = study.points[place];
    if (shape.ratio != 1) {
      const double dx = p.x - centre.x, dy = p.y - centre.y;
      const double u = (dx * std::cos(shape.angle) + dy * std::sin(shape.angle)) / shape.ratio;
      const double v = dy * std::cos(shape.angle) - dx * std::sin(shape.angle);
      finding.radius = std::max(finding.radius, std::hypot(u, v));
    } else {
      finding.radius = std::max(finding.radius, stats::distance(coordinates, centre, p));
    }
  }
  if (request.shape == "ellipse") {
    finding.shape = shape.ratio;
    const double degrees = shape.angle * 180 / std::numbers::pi;
    finding.angle = degrees > 90 ? degrees - 180 : degrees;
  }
}

void describe(const ScanRequest& request, const Study& study, const SpaceWindows& space,
              const stats::IdTable& places, const stats::IdTable* nodes, ScanOutcome& out) {
  const bool timed = study.data.times > 1 || request.kind == ScanKind::kTime;
  for (const Cluster& cluster : out.result.clusters) {
    ScanFinding finding;
    finding.cluster = cluster;
    if (study.points.size() > 1 || request.kind != ScanKind::kTree) {
      for (const std::uint32_t place : cluster.members) {
        for (const std::uint32_t id : study.ids[place]) finding.members.push_back(places.name(id));
      }
    }
    if (nodes != nullptr) finding.node = nodes->name(cluster.node);
    if (timed) {
      finding.start = date_text(study.calendar.first_day(cluster.start));
      finding.end = date_text(study.calendar.end_day(cluster.start + cluster.length - 1) - 1);
    }
    add_shape(request, study, space, finding);
    if (request.prospective && timed) {
      const auto units = study.calendar.units();
      finding.recurrence_days = static_cast<double>(study.calendar.end_day(units - 1) -
                                                    study.calendar.first_day(units - 1)) /
                                cluster.p_value;
    }
    if (!out.result.certainty.empty()) {
      for (const std::uint32_t place : cluster.members) {
        for (const std::uint32_t id : study.ids[place]) {
          finding.certainty.emplace_back(places.name(id), out.result.certainty[place]);
        }
      }
    }
    out.findings.push_back(std::move(finding));
  }
  if (timed) {
    out.study_start = date_text(study.calendar.first_day(0));
    out.study_end = date_text(study.calendar.end_day(study.calendar.units() - 1) - 1);
  }
  out.places = request.kind == ScanKind::kTree ? 0 : study.points.size();
  out.times = study.data.times;
  out.points = study.points;
}

Result<ScanOutcome> run_places(const ScanRequest& request, const stats::ScanOptions& options) {
  Input in = TRY(read_input(request));
  const bool multinomial = request.model == "multinomial";
  stats::StudyPlan plan;
  plan.model = multinomial ? Model::kPoisson : TRY(model_of(request));
  plan.places = request.kind != ScanKind::kTime;
  plan.time = request.kind == ScanKind::kSpace ? stats::TimeUse::kNone : stats::TimeUse::kUnits;
  plan.step = TRY(step_of(request, precision_of(in.cases)));
  plan.start = TRY(time_option(request.study_start, "--study-start"));
  plan.end = TRY(time_option(request.study_end, "--study-end"));
  plan.merge_coincident = request.neighbours.empty();
  plan.adjust_covariates = !request.ignore_covariates;
  if (request.covariates && (in.cases.covariates == 0 || in.population.covariates == 0)) {
    return tl::make_unexpected(
        usage("--covariates needs covariate columns in the cases and in the population"));
  }
  if (plan.model == Model::kBernoulli && request.controls.empty()) {
    return tl::make_unexpected(
        usage("the Bernoulli model needs controls", "give --controls FILE.ctl"));
  }
  std::vector<std::vector<std::uint32_t>> lists;
  const bool flexible = request.shape == "flexible";
  if (!request.neighbours.empty()) {
    lists = TRY(read_lists(
        request, in, flexible ? stats::NeighbourRule::kSymmetric : stats::NeighbourRule::kOrdered));
  }
  const stats::StudyFiles files{in.keys,          in.coordinates,    in.cases,
                                in.controls,      in.population,     request.cases,
                                request.controls, request.population};
  Study study = TRY(stats::build_study(files, plan));
  ScanOutcome out;
  out.simd = stats::name_of(options.simd);
  out.threads = options.threads;
  if (multinomial) {  // windows are limited by their share of the cases
    study.place_measure.assign(study.data.cases.begin(), study.data.cases.end());
  }
  const SpaceWindows space = TRY(windows_of(request, study, lists));
  const stats::TimeWindows time = TRY(time_windows(request, study));
  if (multinomial) {
    out.result = TRY(
        stats::scan_multinomial(stats::category_table(study, in.cases, in.keys), space, options));
  } else if (flexible && request.restricted > 0) {
    out.result = TRY(stats::scan_restricted(
        study.data, study.points,
        request.cartesian ? stats::Coordinates::kCartesian : stats::Coordinates::kLatitudeLongitude,
        lists, request.nearest, request.restricted, options));
  } else if (request.secondary == "iterative") {
    out.result = TRY(scan_iteratively(study, space, request, time, options));
  } else {
    out.result = TRY(stats::scan(study.data, space, time, options));
  }
  describe(request, study, space, in.keys.places, nullptr, out);
  return out;
}

Result<ScanOutcome> run_tree(const ScanRequest& request, const stats::ScanOptions& options) {
  TreeInput in = TRY(read_tree_input(request));
  stats::TreeStudyPlan plan;
  plan.model = in.has_measure ? TRY(model_of(request)) : Model::kPermutation;
  plan.places = request.kind == ScanKind::kTreeSpace;
  plan.time = in.has_time ? stats::TimeUse::kUnits : stats::TimeUse::kNone;
  plan.step = TRY(step_of(request, in.precision));
  plan.start = TRY(time_option(request.study_start, "--study-start"));
  plan.end = TRY(time_option(request.study_end, "--study-end"));
  const stats::TreeStudyFiles files{in.tree,  in.keys.places, in.coordinates,
                                    in.cases, request.cases,  request.tree};
  Study study = TRY(stats::build_tree_study(files, plan));
  if (request.probability > 0) study.data.probability = request.probability;
  if (plan.model == Model::kBernoulliUnconditional && request.probability <= 0) {
    double cases = 0, all = 0;
    for (const auto c : study.data.cases) cases += c;
    for (const double m : study.data.measure) all += m;
    study.data.probability = all > 0 ? cases / all : 0.5;
  }
  const SpaceWindows space = TRY(windows_of(request, study, {}));
  const stats::TimeWindows time = TRY(time_windows(request, study));
  ScanOutcome out;
  out.simd = stats::name_of(options.simd);
  out.threads = options.threads;
  out.nodes = in.tree.size();
  out.result = TRY(stats::scan(study.data, space, time, options));
  describe(request, study, space, in.keys.places, &in.tree.nodes, out);
  return out;
}

}  // namespace

Result<ScanOutcome> run_scan(const ScanRequest& request) {
  const stats::ScanOptions options = TRY(options_of(request));
  const bool tree = request.kind == ScanKind::kTree || request.kind == ScanKind::kTreeSpace;
  ScanOutcome out = TRY(tree ? run_tree(request, options) : run_places(request, options));
  out.model = request.kind == ScanKind::kPermutation ? "permutation" : request.model;
  out.coordinates =
      request.cartesian ? stats::Coordinates::kCartesian : stats::Coordinates::kLatitudeLongitude;
  return out;
}

}  // namespace daybreak::cli
