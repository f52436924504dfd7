#include "tests/wall/mutants/mutants.hpp"

namespace daybreak::wall::mutants {

const std::vector<Mutant>& all() {
  static const std::vector<Mutant> list = {
};
  return list;
}

}  // namespace daybreak::wall::mutants
