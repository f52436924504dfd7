// SPDX-License-Identifier: AGPL-3.0-or-later
// Makes fictional directories: the demonstration of a task force in western New York, and seeded
// ones of any size for benchmarks. Nobody can take them for live help: every name says that it is a
// demonstration, phones are 555-01xx, addresses end in example.org. The same seed gives the same
// directory on every machine. Pure but for the random numbers given; one thread.
#pragma once

#include <functional>

#include "commons/directory/service.hpp"

namespace daybreak::directory {

enum class Scene : std::uint8_t {
  kDemonstration,  // 17 counties of western New York, English and Spanish
  kBenchmark,      // the counties of the whole state
};

struct SynthesisOptions {
  Scene scene = Scene::kDemonstration;
  std::size_t services = 300;
  std::uint64_t seed = 1;
  Instant now{};
};

// Calls `take` with the records of one service after the other; an organisation comes with its
// first.
Result<void> synthesize(const SynthesisOptions& options,
                        const std::function<Result<void>(std::vector<Record>)>& take);
// Makes them and imports them under the source "demonstration" or "benchmark".
Result<ImportCounts> synthesize_into(Directory& directory, const SynthesisOptions& options,
                                     const std::function<void(std::uint64_t)>& progress);

}  // namespace daybreak::directory
