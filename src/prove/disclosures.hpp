// SPDX-License-Identifier: AGPL-3.0-or-later
// Inside prove/ only: parts of the proofs that are about telling, looking, stopping and destroying.
// Each adds its figures and throws what it finds.
#pragma once

#include "prove/proof.hpp"

namespace daybreak::prove {

// Telling, a look and a revocation, killed at each single write and flush of a store, one run for
// each: nothing was told or seen without its row and its entry in the log, and nothing that was
// answered is lost. Forks.
void prove_disclosure_rows(Proof& proof);

// Several look without a pause while another stops the release: no look that begins after the
// revocation was answered succeeds.
void prove_revocation_races(Proof& proof, std::uint64_t rounds, std::uint64_t seed);

// A file that is shredded opens no more, from no part of the store's files, nor from a backup taken
// afterwards; and a restored store tells nothing under releases of before.
void prove_shredding(Proof& proof);

}  // namespace daybreak::prove
