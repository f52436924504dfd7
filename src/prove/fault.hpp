// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside prove/ only: a fault ends the proof that found it.
#pragma once

#include <stdexcept>

#include "base/progress.hpp"
#include "base/result.hpp"
#include "prove/proof.hpp"

namespace daybreak::prove {

struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline void expect(bool good, const std::string& what) {
  if (!good) throw Fault(what);
}

// The value, or the proof fails: what it does must work on any machine that runs Daybreak.
template <typename T>
T need(Result<T> result, const char* what) {
  if (!result) throw Fault(std::string(what) + ": " + result.error().describe());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline Figure figure(std::string what, std::uint64_t number) {
  return {std::move(what), with_commas(number)};
}

// Runs a proof's work; what it throws is its fault.
template <typename Work>
Proof run_proof(std::string name, Work&& work) {
  Proof proof{.name = std::move(name)};
  try {
    work(proof);
  } catch (const std::exception& fault) {
    proof.faults.emplace_back(fault.what());
  }
  return proof;
}

}  // namespace daybreak::prove
