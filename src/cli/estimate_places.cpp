// SPDX-License-Identifier: AGPL-3.0-or-later
#include "cli/estimate_places.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "base/json.hpp"
#include "cli/command.hpp"
#include "cli/text_table.hpp"
#include "stats/estimate/autocorrelation.hpp"
#include "stats/estimate/dispersion.hpp"
#include "stats/estimate/multiplicity.hpp"
#include "stats/estimate/shrinkage.hpp"
#include "stats/estimate/special.hpp"
#include "stats/estimate/standardise.hpp"

namespace daybreak::cli {
namespace {

using namespace daybreak::stats;

void print_json(const Json& json) { fmt::print("{}\n", to_text(json, JsonLayout::kIndented)); }

Json json_of(const GammaPrior& prior) {
  if (prior.pooled) return Json::object({{"pooled", true}, {"mean", prior.mean}});
  return Json::object(
      {{"pooled", false}, {"mean", prior.mean}, {"shape", prior.shape}, {"rate", prior.rate}});
}

Json json_of(const Dispersion& d) {
  return Json::object({{"pearson", d.pearson},
                       {"degrees", d.degrees},
                       {"ratio", d.ratio},
                       {"pearson_p", d.pearson_p},
                       {"dean", d.dean},
                       {"dean_p", d.dean_p},
                       {"dean_adjusted", d.dean_adjusted},
                       {"dean_adjusted_p", d.dean_adjusted_p}});
}

// What `rates` found, place by place.
struct Rates {
  EstimateData data;
  MarshallGlobal marshall;
  std::optional<MarshallLocal> local;         // around each place's own mean, as spdep
  std::optional<MarshallLocal> local_centre;  // around the mean of the neighbourhood, as GeoDa
  GammaPrior prior;
  Dispersion dispersion;
  std::vector<RelativeRisk> risks;
  std::optional<std::vector<DirectRate>> direct;
};

Result<Rates> rates_of(const RatesOptions& options) {
  Rates rates{.data = TRY(read_estimate_data(options.files))};
  const EstimateData& data = rates.data;
  rates.marshall = TRY(marshall_global(data.cases, data.population));
  if (data.neighbours) {
    rates.local =
        TRY(marshall_local(data.cases, data.population, *data.neighbours, LocalCentre::kEachPlace));
    rates.local_centre = TRY(
        marshall_local(data.cases, data.population, *data.neighbours, LocalCentre::kNeighbourhood));
  }
  rates.prior = TRY(clayton_kaldor(data.cases, data.expected));
  rates.dispersion = TRY(test_dispersion(data.cases, data.expected));
  rates.risks = TRY(relative_risks(data.cases, data.expected, rates.prior,
                                   {.level = options.level, .threshold = options.threshold}));
  if (!options.standard.empty()) {
    rates.direct = TRY(direct_rates(data.cases_by_category, data.population_by_category,
                                    TRY(read_standard(options.standard, data)), options.level));
  }
  return rates;
}

Json place_json(const Rates& rates, std::uint32_t i, double level) {
  const EstimateData& data = rates.data;
  Json place = Json::object({{"id", data.keys.places.name(i)},
                             {"cases", data.cases[i]},
                             {"population", data.population[i]},
                             {"expected", data.expected[i]}});
  if (data.population[i] > 0) place.set("rate", data.cases[i] / data.population[i]);
  if (data.expected[i] > 0) {
    const Ratio ratio = standardised_ratio(data.cases[i], data.expected[i], level);
    place.set("ratio", ratio.ratio);
    place.set("ratio_lower", ratio.lower);
    place.set("ratio_upper", ratio.upper);
  }
  place.set("marshall", rates.marshall.rates[i]);
  if (rates.local) {
    place.set("marshall_local", rates.local->rates[i]);
    place.set("marshall_local_centre", rates.local_centre->rates[i]);
  }
  if (rates.direct) {
    const DirectRate& direct = (*rates.direct)[i];
    place.set("direct_rate", direct.rate);
    place.set("direct_lower", direct.lower);
    place.set("direct_upper", direct.upper);
  }
  place.set("relative_risk", rates.risks[i].mean);
  place.set("lower", rates.risks[i].lower);
  place.set("upper", rates.risks[i].upper);
  place.set("probability_above", rates.risks[i].probability_above);
  return place;
}

}  // namespace

void estimate_rates(const RatesOptions& options) {
  const Rates rates = value_or_exit(rates_of(options));
  const EstimateData& data = rates.data;
  if (options.json) {
    Json places = Json::array();
    for (std::uint32_t i = 0; i < data.cases.size(); ++i) {
      places.append(place_json(rates, i, options.level));
    }
    print_json(Json::object({{"marshall", Json::object({{"mean", rates.marshall.mean},
                                                        {"variance", rates.marshall.variance}})},
                             {"gamma_prior", json_of(rates.prior)},
                             {"dispersion", json_of(rates.dispersion)},
                             {"threshold", options.threshold},
                             {"level", options.level},
                             {"places", std::move(places)}}));
    return;
  }
  TextTable table({"place", "cases", "expected", "ratio", "relative risk", "from", "to",
                   fmt::format("P(> {})", options.threshold)});
  for (std::uint32_t i = 0; i < data.cases.size(); ++i) {
    const RelativeRisk& risk = rates.risks[i];
    table.row({data.keys.places.name(i), fmt::format("{:.0f}", data.cases[i]),
               fmt::format("{:.2f}", data.expected[i]),
               data.expected[i] > 0 ? fmt::format("{:.2f}", data.cases[i] / data.expected[i]) : "-",
               fmt::format("{:.2f}", risk.mean), fmt::format("{:.2f}", risk.lower),
               fmt::format("{:.2f}", risk.upper), fmt::format("{:.3f}", risk.probability_above)});
  }
  table.print();
  fmt::print(
      "Dispersion {:.2f} (1 is what chance gives; Dean's test p = {:.4f}).{}\n",
      rates.dispersion.ratio, rates.dispersion.dean_adjusted_p,
      rates.prior.pooled ? " The counts vary no more than chance: places do not differ." : "");
}

namespace {

struct MoranResult {
  EstimateData data;
  std::vector<double> values;
  GlobalMoran global;
  std::optional<GlobalMoran> rates;
  std::vector<LocalMoran> local;
  std::vector<double> gi, gi_star;
  std::vector<double> gi_star_p, gi_star_adjusted, local_adjusted;
};

Result<std::vector<double>> values_of(const EstimateData& data, bool shrunken) {
  if (data.population.empty()) {
    if (!shrunken) return data.cases;
    return fail(ErrorKind::kInvalid, "there are no rates to shrink without populations", {},
                "add --population");
  }
  MarshallGlobal rates = TRY(marshall_global(data.cases, data.population));
  if (shrunken) return std::move(rates.rates);
  std::vector<double> values;
  for (std::size_t i = 0; i < data.cases.size(); ++i) {
    if (data.population[i] == 0) {
      return fail(ErrorKind::kInvalid, "a place without population has no rate",
                  data.keys.places.name(static_cast<std::uint32_t>(i)),
                  "leave it out, or use --shrunken");
    }
    values.push_back(data.cases[i] / data.population[i]);
  }
  return values;
}

Result<MoranResult> moran_of(const MoranOptions& options) {
  MoranResult result{.data = TRY(read_estimate_data(options.files))};
  EstimateData& data = result.data;
  // Places without a line of neighbours have none.
  data.neighbours->start.resize(data.cases.size() + 1, data.neighbours->start.back());
  result.values = TRY(values_of(data, options.shrunken));
  const WeightStyle style =
      options.weights == "W" ? WeightStyle::kRowStandard : WeightStyle::kBinary;
  const SpatialWeights weights = make_weights(*data.neighbours, style, IncludeSelf::kNo);
  const PermutationOptions permutation{
      .replications = options.replications,
      .seed = options.seed,
      .alternative = options.alternative == "greater" ? Alternative::kGreater
                     : options.alternative == "less"  ? Alternative::kLess
                                                      : Alternative::kTwoSided};
  result.global = TRY(global_moran(result.values, weights, permutation));
  if (!data.population.empty() && !options.shrunken) {
    result.rates = TRY(empirical_bayes_moran(data.cases, data.population, weights, permutation));
  }
  result.local = TRY(local_moran(result.values, weights, permutation));
  const auto binary = [&](IncludeSelf self) {
    return make_weights(*data.neighbours, WeightStyle::kBinary, self);
  };
  result.gi = TRY(getis_ord(result.values, binary(IncludeSelf::kNo)));
  result.gi_star = TRY(getis_ord(result.values, binary(IncludeSelf::kYes)));
  for (const double z : result.gi_star) result.gi_star_p.push_back(normal_two_sided(z));
  result.gi_star_adjusted =
      TRY(adjust_p_values(result.gi_star_p, FalseDiscovery::kBenjaminiYekutieli));
  std::vector<double> local_p;
  for (const LocalMoran& local : result.local) local_p.push_back(local.p_permutation);
  result.local_adjusted = TRY(adjust_p_values(local_p, FalseDiscovery::kBenjaminiYekutieli));
  return result;
}

Json json_of(const GlobalMoran& moran) {
  return Json::object({{"statistic", moran.statistic},
                       {"expected", moran.expected},
                       {"variance", moran.variance},
                       {"z", moran.z},
                       {"p_normal", moran.p_normal},
                       {"p_permutation", moran.p_permutation}});
}

Json place_json(const MoranResult& result, std::uint32_t i) {
  const LocalMoran& local = result.local[i];
  return Json::object({{"id", result.data.keys.places.name(i)},
                       {"value", result.values[i]},
                       {"local_moran", local.statistic},
                       {"local_expected", local.expected},
                       {"local_variance", local.variance},
                       {"local_z", local.z},
                       {"local_p_permutation", local.p_permutation},
                       {"local_p_adjusted", result.local_adjusted[i]},
                       {"quadrant", name_of(local.quadrant)},
                       {"gi", result.gi[i]},
                       {"gi_star", result.gi_star[i]},
                       {"gi_star_p", result.gi_star_p[i]},
                       {"gi_star_p_adjusted", result.gi_star_adjusted[i]}});
}

}  // namespace

void estimate_moran(const MoranOptions& options) {
  const MoranResult result = value_or_exit(moran_of(options));
  if (options.json) {
    Json json = Json::object({{"global", json_of(result.global)}});
    if (result.rates) json.set("empirical_bayes", json_of(*result.rates));
    json.set("weights", options.weights);
    json.set("alternative", options.alternative);
    json.set("replications", std::int64_t{options.replications});
    json.set("seed", options.seed);
    json.set("adjustment", "Benjamini-Yekutieli");
    Json places = Json::array();
    for (std::uint32_t i = 0; i < result.values.size(); ++i) places.append(place_json(result, i));
    json.set("places", std::move(places));
    print_json(json);
    return;
  }
  const auto print_global = [&](std::string_view name, const GlobalMoran& moran) {
    fmt::print("{}: I = {:.6f}, expected {:.6f}, z = {:.3f}, p = {:.4g} ({} permutations, {}).\n",
               name, moran.statistic, moran.expected, moran.z, moran.p_permutation,
               options.replications, options.alternative);
  };
  print_global("Global Moran", result.global);
  if (result.rates) print_global("Moran for rates", *result.rates);
  TextTable table({"place", "value", "local I", "p", "p adjusted", "pattern", "Gi*", "p adjusted"});
  for (std::uint32_t i = 0; i < result.values.size(); ++i) {
    const LocalMoran& local = result.local[i];
    table.row({result.data.keys.places.name(i), fmt::format("{:.5g}", result.values[i]),
               fmt::format("{:.4f}", local.statistic), fmt::format("{:.4f}", local.p_permutation),
               fmt::format("{:.4f}", result.local_adjusted[i]),
               std::string(name_of(local.quadrant)), fmt::format("{:.3f}", result.gi_star[i]),
               fmt::format("{:.4f}", result.gi_star_adjusted[i])});
  }
  table.print();
  fmt::print("Adjusted p-values: Benjamini-Yekutieli over all places.\n");
}

namespace {

struct RanksResult {
  EstimateData data;
  GammaPrior prior;
  std::vector<RankSummary> ranks;
  std::vector<std::uint32_t> order;  // by expected rank
};

Result<RanksResult> ranks_of(const RanksOptions& options) {
  RanksResult result{.data = TRY(read_estimate_data(options.files))};
  const EstimateData& data = result.data;
  result.prior = TRY(clayton_kaldor(data.cases, data.expected));
  result.ranks = TRY(rank_places(data.cases, data.expected, result.prior, options.ranks));
  result.order.resize(result.ranks.size());
  std::iota(result.order.begin(), result.order.end(), 0u);
  std::ranges::stable_sort(result.order, {},
                           [&](std::uint32_t i) { return result.ranks[i].expected_rank; });
  return result;
}

}  // namespace

void estimate_ranks(const RanksOptions& options) {
  const RanksResult result = value_or_exit(ranks_of(options));
  if (options.json) {
    Json places = Json::array();
    for (const std::uint32_t i : result.order) {
      const RankSummary& rank = result.ranks[i];
      places.append(Json::object({{"id", result.data.keys.places.name(i)},
                                  {"cases", result.data.cases[i]},
                                  {"expected", result.data.expected[i]},
                                  {"expected_rank", rank.expected_rank},
                                  {"median_rank", rank.median_rank},
                                  {"lower_rank", std::int64_t{rank.lower_rank}},
                                  {"upper_rank", std::int64_t{rank.upper_rank}},
                                  {"probability_top", rank.probability_top},
                                  {"probability_highest", rank.probability_highest}}));
    }
    print_json(Json::object({{"gamma_prior", json_of(result.prior)},
                             {"top", std::uint64_t{options.ranks.top}},
                             {"draws", std::uint64_t{options.ranks.draws}},
                             {"seed", options.ranks.seed},
                             {"places", std::move(places)}}));
    return;
  }
  TextTable table({"place", "expected rank", "from", "to",
                   fmt::format("P(top {})", options.ranks.top), "P(highest)"});
  for (const std::uint32_t i : result.order) {
    const RankSummary& rank = result.ranks[i];
    table.row({result.data.keys.places.name(i), fmt::format("{:.1f}", rank.expected_rank),
               fmt::format("{}", rank.lower_rank), fmt::format("{}", rank.upper_rank),
               fmt::format("{:.3f}", rank.probability_top),
               fmt::format("{:.3f}", rank.probability_highest)});
  }
  table.print();
}

namespace {

struct DiscoveryResult {
  std::vector<std::string> names;
  std::vector<double> p, hochberg, yekutieli;
};

Result<DiscoveryResult> discovery_of(const std::string& path) {
  RecordReader reader = TRY(RecordReader::open(path));
  DiscoveryResult result;
  Record record;
  while (TRY(reader.next(record))) {
    const double p = TRY(parse_amount(reader, record, record.fields.size() > 1 ? 1 : 0, "p-value"));
    if (p > 1) {
      return fail(ErrorKind::kInvalid, fmt::format("the p-value {} is above 1", p),
                  reader.place(record.line), "p-values lie between 0 and 1");
    }
    result.names.emplace_back(record.fields.size() > 1 ? std::string(record.fields[0])
                                                       : std::to_string(result.p.size() + 1));
    result.p.push_back(p);
  }
  result.hochberg = TRY(adjust_p_values(result.p, FalseDiscovery::kBenjaminiHochberg));
  result.yekutieli = TRY(adjust_p_values(result.p, FalseDiscovery::kBenjaminiYekutieli));
  return result;
}

}  // namespace

void estimate_discovery(const DiscoveryOptions& options) {
  const DiscoveryResult result = value_or_exit(discovery_of(options.file));
  Json analyses = Json::array();
  TextTable table({"analysis", "p", "Benjamini-Hochberg", "Benjamini-Yekutieli"});
  for (std::size_t i = 0; i < result.p.size(); ++i) {
    analyses.append(Json::object({{"id", result.names[i]},
                                  {"p", result.p[i]},
                                  {"benjamini_hochberg", result.hochberg[i]},
                                  {"benjamini_yekutieli", result.yekutieli[i]}}));
    table.row({result.names[i], fmt::format("{:.4g}", result.p[i]),
               fmt::format("{:.4g}", result.hochberg[i]),
               fmt::format("{:.4g}", result.yekutieli[i])});
  }
  if (options.json) {
    print_json(Json::object({{"analyses", std::move(analyses)}}));
  } else {
    table.print();
  }
}

}  // namespace daybreak::cli
