// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/scan_run.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "cli/scan_choices.hpp"
#include "cli/scan_findings.hpp"
#include "cli/scan_input.hpp"
#include "cli/scan_tree_files.hpp"
#include "stats/scan/multinomial.hpp"
#include "stats/scan/restricted.hpp"

namespace daybreak::cli {
namespace {

using stats::Cluster;
using stats::Model;
using stats::ScanResult;
using stats::SpaceWindows;
using stats::Study;

// The finest unit of time that every case has.
stats::TimeStep precision_of(const stats::CountFile& cases) {
  stats::TimeUnit unit = stats::TimeUnit::kDay;
  for (const stats::CountRow& row : cases.rows) unit = std::min(unit, row.time.precision());
  return {unit, 1};
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

// What is wrong with the counts as a whole stands in the file of cases.
Result<ScanResult> in_file(Result<ScanResult> result, const std::string& file) {
  if (!result && result.error().place.empty()) result.error().place = file;
  return result;
}

Result<void> check_windows(const ScanRequest& request, const Study& study,
                           const SpaceWindows& space) {
  if (!space.chains.empty()) return {};
  std::string why = study.points.size() == 1 && study.ids[0].size() > 1
                        ? "all places lie at the same point, so no place is small enough"
                        : fmt::format(
                              "no place is small enough: each holds more than {} of the "
                              "population",
                              request.max_size);
  return tl::make_unexpected(Error{ErrorKind::kInvalid, std::move(why), request.coordinates,
                                   "raise --max-size, or correct the coordinates"});
}

Result<void> check_model(const ScanRequest& request) {
  const bool places_only = request.kind == ScanKind::kSpace;
  if (request.model == "multinomial" && !places_only) {
    return tl::make_unexpected(
        usage("the multinomial model is for places without time", "use `daybreak scan space`"));
  }
  if (request.model == "permutation" && (places_only || request.kind == ScanKind::kTime)) {
    return tl::make_unexpected(
        usage("the permutation model needs places and times", "use `daybreak scan permutation`"));
  }
  if (request.model == "bernoulli" && request.kind != ScanKind::kPermutation &&
      request.controls.empty()) {
    return tl::make_unexpected(
        usage("the Bernoulli model needs controls", "give --controls FILE.ctl"));
  }
  return {};
}

Result<ScanOutcome> run_places(const ScanRequest& request, const stats::ScanOptions& options) {
  TRY(check_model(request));
  const ScanInput in = TRY(read_input(request));
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
  const SpaceWindows space = TRY(windows_of(request, study, in.neighbours));
  TRY(check_windows(request, study, space));
  const stats::TimeWindows time = TRY(time_windows(request, study));
  if (multinomial) {
    out.result = TRY(in_file(
        stats::scan_multinomial(stats::category_table(study, in.cases, in.keys), space, options),
        request.cases));
  } else if (request.shape == "flexible" && request.restricted > 0) {
    out.result =
        TRY(stats::scan_restricted(study.data, study.points, coordinates_of(request), in.neighbours,
                                   request.nearest, request.restricted, options));
  } else if (request.secondary == "iterative") {
    out.result =
        TRY(in_file(scan_iteratively(study, space, request, time, options), request.cases));
  } else {
    out.result = TRY(in_file(stats::scan(study.data, space, time, options), request.cases));
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
  TRY(check_windows(request, study, space));
  const stats::TimeWindows time = TRY(time_windows(request, study));
  ScanOutcome out;
  out.simd = stats::name_of(options.simd);
  out.threads = options.threads;
  out.nodes = in.tree.size();
  out.result = TRY(in_file(stats::scan(study.data, space, time, options), request.cases));
  describe(request, study, space, in.keys.places, &in.tree.nodes, out);
  return out;
}

}  // namespace

Result<ScanOutcome> run_scan(const ScanRequest& request) {
  const stats::ScanOptions options = TRY(options_of(request));
  const bool tree = request.kind == ScanKind::kTree || request.kind == ScanKind::kTreeSpace;
  ScanOutcome out = TRY(tree ? run_tree(request, options) : run_places(request, options));
  out.model = request.kind == ScanKind::kPermutation ? "permutation" : request.model;
  out.coordinates = coordinates_of(request);
  return out;
}

}  // namespace daybreak::cli
