#include "gravity.hpp"

#include <cmath>
#include <complex>

namespace simulations {

namespace {

using Complex = std::complex<double>;
constexpr double kTurn = 6.283185307179586;

// A discrete Fourier transform along one axis; direct, for the few cells that the coarse level has.
void transform(std::vector<Complex>& values, int length, std::size_t stride, int sign) {
  std::vector<Complex> phase(static_cast<std::size_t>(length)), line(static_cast<std::size_t>(length));
  for (int k = 0; k < length; ++k) phase[static_cast<std::size_t>(k)] = std::polar(1.0, sign * kTurn * k / length);
  for (std::size_t first = 0; first < values.size(); ++first) {
    if (first / stride % static_cast<std::size_t>(length) != 0) continue;
    for (int k = 0; k < length; ++k) {
      Complex sum = 0;
      for (int j = 0; j < length; ++j) sum += values[first + static_cast<std::size_t>(j) * stride] * phase[static_cast<std::size_t>(j * k % length)];
      line[static_cast<std::size_t>(k)] = sum;
    }
    for (int k = 0; k < length; ++k) values[first + static_cast<std::size_t>(k) * stride] = line[static_cast<std::size_t>(k)];
  }
}

}  // namespace

Gravity::Gravity(const Mesh& mesh, double strength) : mesh_(mesh), strength_(strength) {
  potential_.resize(static_cast<std::size_t>(mesh.coarse_cells(0)) * static_cast<std::size_t>(mesh.coarse_cells(1)) * static_cast<std::size_t>(mesh.coarse_cells(2)));
}

std::size_t Gravity::number(int x, int y, int z) const {
  const int n[3] = {mesh_.coarse_cells(0), mesh_.coarse_cells(1), mesh_.coarse_cells(2)};
  x = (x + n[0]) % n[0];
  y = (y + n[1]) % n[1];
  z = (z + n[2]) % n[2];
  return (static_cast<std::size_t>(z) * static_cast<std::size_t>(n[1]) + static_cast<std::size_t>(y)) * static_cast<std::size_t>(n[0]) + static_cast<std::size_t>(x);
}

double Gravity::pull(int axis, int x, int y, int z) const {
  const int d[3] = {axis == 0, axis == 1, axis == 2};
  return -(potential_[number(x + d[0], y + d[1], z + d[2])] - potential_[number(x - d[0], y - d[1], z - d[2])]) / (2 * mesh_.cell_size(0));
}

template <class Body>
void Gravity::share(const std::array<double, 3>& position, Body&& body) const {
  Index low{};
  std::array<double, 3> upper{};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(mesh_.dims()); ++axis) {
    const double at = position[axis] / mesh_.cell_size(0) - 0.5, floor = std::floor(at);
    low[axis] = static_cast<int>(floor);
    upper[axis] = at - floor;
  }
  for (int part = 0; part < mesh_.children(); ++part) {
    double weight = 1;
    Index cell = low;
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(mesh_.dims()); ++axis) {
      const int up = part >> axis & 1;
      weight *= up ? upper[axis] : 1 - upper[axis];
      cell[axis] += up;
    }
    body(cell, weight);
  }
}

void Gravity::solve(const Particles& particles) {
  if (strength_ == 0) return;
  std::vector<Complex> density(potential_.size());
  for (const Patch& patch : mesh_.patches()) {
    if (patch.level != 0) continue;
    const Index first = mesh_.origin(patch);
    mesh_.for_cells([&](int x, int y, int z) { density[number(first[0] + x, first[1] + y, first[2] + z)] = patch.state[static_cast<std::size_t>(mesh_.offset(0, x, y, z))]; });
  }
  const double one = particles.mass / mesh_.cell_volume(0);
  for (const auto& position : particles.position) share(position, [&](const Index& cell, double weight) { density[number(cell[0], cell[1], cell[2])] += one * weight; });

  const int n[3] = {mesh_.coarse_cells(0), mesh_.coarse_cells(1), mesh_.coarse_cells(2)};
  const std::size_t stride[3] = {1, static_cast<std::size_t>(n[0]), static_cast<std::size_t>(n[0]) * static_cast<std::size_t>(n[1])};
  for (int axis = 0; axis < mesh_.dims(); ++axis) transform(density, n[axis], stride[axis], -1);
  const double inverse = 1 / (mesh_.cell_size(0) * mesh_.cell_size(0));
  for (int z = 0; z < n[2]; ++z) {
    for (int y = 0; y < n[1]; ++y) {
      for (int x = 0; x < n[0]; ++x) {
        double laplacian = 0;
        const int k[3] = {x, y, z};
        for (int axis = 0; axis < mesh_.dims(); ++axis) laplacian += (2 * std::cos(kTurn * k[axis] / n[axis]) - 2) * inverse;
        Complex& value = density[number(x, y, z)];
        value = x + y + z == 0 ? Complex(0) : value * strength_ / (laplacian * static_cast<double>(potential_.size()));
      }
    }
  }
  for (int axis = 0; axis < mesh_.dims(); ++axis) transform(density, n[axis], stride[axis], 1);
  for (std::size_t i = 0; i < potential_.size(); ++i) potential_[i] = density[i].real();
}

void Gravity::kick(Mesh& mesh, Particles& particles, double dt) const {
  if (strength_ == 0) return;
  for (Patch& patch : mesh.patches()) {
    const Index first = mesh.origin(patch);
    mesh.for_cells([&](int x, int y, int z) {
      const double density = patch.state[static_cast<std::size_t>(mesh.offset(0, x, y, z))];
      for (int axis = 0; axis < mesh.dims(); ++axis) {
        // A fine cell feels its coarse cell's pull: then the forces on both levels are the same sum.
        const double force = density * pull(axis, (first[0] + x) >> patch.level, (first[1] + y) >> patch.level, (first[2] + z) >> patch.level);
        patch.state[static_cast<std::size_t>(mesh.offset(1 + axis, x, y, z))] += dt * force;
      }
    });
  }
  for (std::size_t i = 0; i < particles.count(); ++i) {
    std::array<double, 3> sum{};
    share(particles.position[i], [&](const Index& cell, double weight) {
      for (std::size_t axis = 0; axis < static_cast<std::size_t>(mesh.dims()); ++axis) sum[axis] += weight * pull(static_cast<int>(axis), cell[0], cell[1], cell[2]);
    });
    for (std::size_t axis = 0; axis < 3; ++axis) particles.velocity[i][axis] += dt * sum[axis];
  }
}

void drift(Particles& particles, int dims, double dt) {
  for (std::size_t i = 0; i < particles.count(); ++i) {
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(dims); ++axis) {
      double& at = particles.position[i][axis];
      at += dt * particles.velocity[i][axis];
      at -= std::floor(at);
      // Rounding may leave exactly 1, which is 0.
      if (at >= 1) at = 0;
    }
  }
}

}  // namespace simulations
