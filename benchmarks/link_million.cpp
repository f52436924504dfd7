// SPDX-License-Identifier: AGPL-3.0-or-later
// Links synthetic business records with known truth and prints time, memory, precision and recall:
//   bench_link_million [records = 1000000] [threads = 2] [seed = 7] [file.csv]
// With a file name it writes the records there instead (for `daybreak link`), truth in column firm.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unordered_map>

#include "base/csv.hpp"
#include "business_records.hpp"
#include "stats/linkage/link.hpp"

namespace {

using namespace daybreak;
using bench::BusinessRecord;

int write_file(const std::vector<BusinessRecord>& records, const char* path) {
  std::string out = "name,street,city,state,zip,firm\n";
  CsvWriter writer(out);
  for (const BusinessRecord& r : records) {
    writer.row({r.name, r.street, r.city, r.state, r.zip, std::to_string(r.firm)});
  }
  std::FILE* file = std::fopen(path, "wb");
  if (file == nullptr || std::fwrite(out.data(), 1, out.size(), file) != out.size()) return 1;
  return std::fclose(file);
}

linkage::Table make_table(const std::vector<BusinessRecord>& records) {
  using linkage::FieldKind;
  linkage::Table table;
  table.columns = {{"name", FieldKind::kName},
                   {"street", FieldKind::kStreet},
                   {"city", FieldKind::kCity},
                   {"state", FieldKind::kState},
                   {"zip", FieldKind::kPostcode}};
  for (const BusinessRecord& r : records) {
    table.columns[0].append(r.name);
    table.columns[1].append(r.street);
    table.columns[2].append(r.city);
    table.columns[3].append(r.state);
    table.columns[4].append(r.zip);
  }
  return table;
}

double seconds(const rusage& usage) {
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

struct Tally {
  double true_pairs = 0, found = 0, right = 0;
  void print(const char* what) const {
    const double precision = right / found, recall = right / true_pairs;
    fmt::print(
        "{}: precision {:.4f} recall {:.4f} F1 {:.4f} ({:.0f} of {:.0f} pairs, {:.0f} found)\n",
        what, precision, recall, 2 * precision * recall / (precision + recall), right, true_pairs,
        found);
  }
};

double pairs_of(double n) { return n * (n - 1) / 2; }

void judge(const std::vector<BusinessRecord>& records, const linkage::Linkage& linkage) {
  std::unordered_map<std::uint32_t, std::uint32_t> sizes;
  for (const BusinessRecord& r : records) ++sizes[r.firm];
  Tally pairs;
  for (const auto& [firm, size] : sizes) pairs.true_pairs += pairs_of(size);
  Tally clusters = pairs;
  linkage.for_each_pair([&](const linkage::RowPair& pair) {
    if (pair.probability < 0.5) return;
    ++pairs.found;
    pairs.right += records[pair.row_a].firm == records[pair.row_b].firm;
  });
  for (const linkage::RowCluster& cluster : linkage.clusters()) {
    std::unordered_map<std::uint32_t, std::uint32_t> inside;
    for (const std::uint32_t row : cluster.rows_a) ++inside[records[row].firm];
    clusters.found += pairs_of(static_cast<double>(cluster.rows_a.size()));
    for (const auto& [firm, size] : inside) clusters.right += pairs_of(size);
  }
  pairs.print("links");
  clusters.print("clusters");
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, std::size_t otherwise) {
    return argc > i ? static_cast<std::size_t>(std::strtoull(argv[i], nullptr, 10)) : otherwise;
  };
  const auto records = bench::make_business_records(argument(1, 1'000'000), argument(3, 7));
  if (argc > 4) return write_file(records, argv[4]);
  const linkage::Table table = make_table(records);
  linkage::LinkOptions options;
  options.threads = static_cast<int>(argument(2, 2));
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  const auto start = std::chrono::steady_clock::now();
  const auto linkage = linkage::link(table, nullptr, options);
  if (!linkage) {
    fmt::print(stderr, "{}\n", linkage.error().describe());
    return 1;
  }
  const double wall =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  fmt::print("{} records, {} threads: {:.1f} s wall, {:.1f} CPU s, peak {:.2f} GiB\n",
             records.size(), options.threads, wall, seconds(after) - seconds(before),
             static_cast<double>(after.ru_maxrss) / (1 << 20));
  const auto& summary = linkage->summary();
  fmt::print("{} candidates, {} links, {} clusters, {} alarms, pair completeness {:.4f}\n",
             summary.candidates, summary.links, linkage->clusters().size(), summary.size_alarms,
             summary.pair_completeness);
  judge(records, *linkage);
  const bool slow = records.size() <= 1'000'000 && wall > 60;
  const bool fat = after.ru_maxrss > (4L << 20);
  if (slow || fat) fmt::print("bar missed: 60 s, 4 GiB\n");
  return slow || fat ? 1 : 0;
}
