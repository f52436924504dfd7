// SPDX-License-Identifier: AGPL-3.0-or-later
// What Daybreak promises, tried out on this machine: `daybreak prove`, and ./test with other sizes.
// Each proof makes stores of its own in a scratch folder, touches nothing else, and gives figures;
// it holds when no fault was found. Deterministic for a seed as far as the machine allows.
// Blocking; prove_crash() forks, so call it while there is one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace daybreak::prove {

struct Figure {
  std::string what, value;  // "kills", "2,000"
};

struct Proof {
  std::string name;
  std::vector<Figure> figures;
  std::vector<std::string> faults;
  bool holds() const { return faults.empty(); }
};

using ProofProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

// kill -9 at random points of writing: no write that was answered "saved" is lost, none is torn,
// and every store passes SQLite's integrity check.
Proof prove_crash(std::uint64_t kills, std::uint64_t seed, const ProofProgress& progress = {});

// The power fails at random moments on a recorded disk: of what was not flushed each write is
// there, missing or torn. Fails too when the harness does not find the losses that
// synchronous=NORMAL and a disk that lies about flushing bring: then it would prove nothing.
Proof prove_power(std::uint64_t losses, std::uint64_t seed, const ProofProgress& progress = {});

// Backups taken while others write come back whole, of one moment, byte for byte; a backup that was
// changed is refused.
Proof prove_restore(std::uint64_t rounds, std::uint64_t seed, const ProofProgress& progress = {});

// The audit log as files: every random change of a tile, entry or checkpoint is found by the
// stand-alone verifier, and so is a log that was rolled back; and how fast leaves are added.
Proof prove_audit(std::uint64_t mutations, std::uint64_t seed, const ProofProgress& progress = {});

// Random histories of people, releases, disclosures, revocations and moving clocks against a small
// model of what may flow: nothing flows without a release that lives.
Proof prove_wall(std::uint64_t histories, std::uint64_t seed, const ProofProgress& progress = {});

}  // namespace daybreak::prove
