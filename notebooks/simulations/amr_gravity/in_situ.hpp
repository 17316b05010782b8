// The simulation's side of libyt: every call of the library that amr_gravity makes. A failure is told by the library, and the
// run goes on without it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gas.hpp"
#include "gravity.hpp"
#include "mesh.hpp"

namespace simulations {

class InSitu {
 public:
  // Collective. `script` is the path of the inline script.
  InSitu(int argc, char** argv, const std::string& script, int index_offset);
  InSitu(const InSitu&) = delete;
  InSitu& operator=(const InSitu&) = delete;
  ~InSitu();

  // One round: shows the state, runs `each_step()` of the inline script and the cells that wait. Collective.
  void round(double time, const Mesh& mesh, const Gas& gas, const Gravity& gravity, const Particles& particles);
  bool stop_requested() const;

 private:
  bool show(double time, const Mesh& mesh, const Gas& gas, const Gravity& gravity, const Particles& particles);

  bool active_ = false;
  int index_offset_;
  // What Python looks at until the round ends.
  std::vector<std::vector<double>> density_;
  std::vector<std::vector<float>> potential_;
};

}  // namespace simulations
