// The initial states on offer, and the answers that are known exactly.
#pragma once

#include "solver.hpp"

#include <cstdint>
#include <string>

namespace simulations {

enum class Problem { kKelvinHelmholtz, kSod, kUniform };

// Throws UsageError for an unknown name.
Problem parse_problem(const std::string& name);

// Sets the initial state. `seed` chooses the perturbation of the shear layers, by a hash of the global cell number.
void set_problem(Solver& solver, Problem problem, std::uint64_t seed);

// Time after which the waves of the Sod problem meet those of its mirror image and the exact solution no longer holds.
constexpr double kSodEndTime = 0.1;

// Mean absolute error of the density against the exact solution of the Sod problem at `time`, at cell centres. Collective.
double sod_error(const Solver& solver, const Domain& domain, double time);

// Bound for sod_error at `nx` cells along x: 1.5 / nx. Shocks and contacts spread over a few cells, so the error falls with
// the cell width; measured from 50 to 1600 cells it is 0.9 to 1.2 times 1 / nx.
double sod_error_bound(std::int64_t nx);

// Largest relative deviation of a conserved quantity from the uniform state. Collective.
double uniform_error(const Solver& solver, const Domain& domain);

}  // namespace simulations
