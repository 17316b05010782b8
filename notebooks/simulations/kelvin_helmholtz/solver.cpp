#include "solver.hpp"

#include "checksum.hpp"

#include <limits>
#include <utility>

namespace simulations {

namespace {

// One cell: value and slopes of the primitives along x and y; velocities as x and y components.
struct Slopes {
  double value[4];
  double x[4];
  double y[4];
};

bool valid(const Primitive& w) { return w.density > 0.0 && w.pressure > 0.0; }

}  // namespace

Solver::Solver(Domain& domain)
    : domain_(domain),
      dx_(1.0 / static_cast<double>(domain.global_nx())),
      dy_(1.0 / static_cast<double>(domain.global_ny())),
      primitive_{GhostField(domain.nx(), domain.ny()), GhostField(domain.nx(), domain.ny()),
                 GhostField(domain.nx(), domain.ny()), GhostField(domain.nx(), domain.ny())} {
  const std::size_t cells = static_cast<std::size_t>(domain.nx()) * domain.ny();
  for (auto* field : {&density_, &momentum_x_, &momentum_y_, &energy_}) field->resize(cells);
  const std::size_t columns = static_cast<std::size_t>(domain.nx()) + 2;
  for (FaceRow& row : faces_) {
    for (auto* side : {&row.west, &row.east, &row.south, &row.north}) side->resize(columns);
  }
  for (int k = 0; k < 2; ++k) {
    x_flux_[k].resize(columns - 1);
    y_flux_[k].resize(columns - 2);
  }
}

void Solver::set(const std::function<Primitive(double, double, std::uint64_t)>& initial) {
  for (int j = 0; j < domain_.ny(); ++j) {
    const std::int64_t global_j = domain_.first_y() + j;
    for (int i = 0; i < domain_.nx(); ++i) {
      const std::int64_t global_i = domain_.first_x() + i;
      const Primitive w = initial((static_cast<double>(global_i) + 0.5) * dx_, (static_cast<double>(global_j) + 0.5) * dy_,
                                  static_cast<std::uint64_t>(global_j * domain_.global_nx() + global_i));
      const std::size_t at = cell(i, j);
      density_[at] = w.density;
      momentum_x_[at] = w.density * w.normal;
      momentum_y_[at] = w.density * w.transverse;
      energy_[at] = total_energy(w);
    }
  }
  refresh_primitives();
}

void Solver::refresh_primitives() {
  for (int j = 0; j < domain_.ny(); ++j) {
    double* density = primitive_[0].row(j);
    double* vx = primitive_[1].row(j);
    double* vy = primitive_[2].row(j);
    double* pressure = primitive_[3].row(j);
    const std::size_t first = cell(0, j);
    for (int i = 0; i < domain_.nx(); ++i) {
      const std::size_t at = first + static_cast<std::size_t>(i);
      density[i] = density_[at];
      vx[i] = momentum_x_[at] / density_[at];
      vy[i] = momentum_y_[at] / density_[at];
      pressure[i] = (kGamma - 1.0) * (energy_[at] - 0.5 * (momentum_x_[at] * vx[i] + momentum_y_[at] * vy[i]));
    }
  }
}

Agreement Solver::agree(double cfl, bool stop) const {
  double fastest = 0.0;
  bool broken = false;
  for (int j = 0; j < domain_.ny(); ++j) {
    const double* density = primitive_[0].row(j);
    const double* vx = primitive_[1].row(j);
    const double* vy = primitive_[2].row(j);
    const double* pressure = primitive_[3].row(j);
    for (int i = 0; i < domain_.nx(); ++i) {
      const double speed = sound_speed(density[i], pressure[i]);
      const double rate = (std::fabs(vx[i]) + speed) / dx_ + (std::fabs(vy[i]) + speed) / dy_;
      // Written so that a value that is not a number counts as broken.
      if (!(density[i] > 0.0 && pressure[i] > 0.0 && std::isfinite(rate))) broken = true;
      fastest = std::max(fastest, rate);
    }
  }
  // The maximum of doubles is exact, hence the same for any number of ranks.
  const double mine[3] = {broken ? 0.0 : fastest / cfl, stop ? 1.0 : 0.0, broken ? 1.0 : 0.0};
  double all[3] = {};
  MPI_Allreduce(mine, all, 3, MPI_DOUBLE, MPI_MAX, domain_.comm());
  return Agreement{1.0 / all[0], all[1] > 0.0, all[2] > 0.0};
}

void Solver::predict_row(int j, double dt, FaceRow& row) const {
  const double half_x = 0.5 * dt / dx_;
  const double half_y = 0.5 * dt / dy_;
  for (int i = -1; i <= domain_.nx(); ++i) {
    Slopes s;
    for (std::size_t k = 0; k < 4; ++k) {
      const double* here = primitive_[k].row(j) + i;
      const int up = primitive_[k].stride();
      s.value[k] = here[0];
      s.x[k] = limited_slope(here[-1], here[0], here[1]);
      s.y[k] = limited_slope(here[-up], here[0], here[up]);
    }
    const double density = s.value[0], vx = s.value[1], vy = s.value[2], pressure = s.value[3];
    // Half a time step of the Euler equations in primitive form, both axes at once.
    const double divergence = s.x[1] * half_x + s.y[2] * half_y;
    const double next[4] = {
        density - (vx * s.x[0] * half_x + vy * s.y[0] * half_y) - density * divergence,
        vx - (vx * s.x[1] * half_x + vy * s.y[1] * half_y) - s.x[3] * half_x / density,
        vy - (vx * s.x[2] * half_x + vy * s.y[2] * half_y) - s.y[3] * half_y / density,
        pressure - (vx * s.x[3] * half_x + vy * s.y[3] * half_y) - kGamma * pressure * divergence,
    };
    const std::size_t at = static_cast<std::size_t>(i + 1);
    Primitive& west = row.west[at];
    Primitive& east = row.east[at];
    Primitive& south = row.south[at];
    Primitive& north = row.north[at];
    west = {next[0] - 0.5 * s.x[0], next[1] - 0.5 * s.x[1], next[2] - 0.5 * s.x[2], next[3] - 0.5 * s.x[3]};
    east = {next[0] + 0.5 * s.x[0], next[1] + 0.5 * s.x[1], next[2] + 0.5 * s.x[2], next[3] + 0.5 * s.x[3]};
    south = {next[0] - 0.5 * s.y[0], next[2] - 0.5 * s.y[2], next[1] - 0.5 * s.y[1], next[3] - 0.5 * s.y[3]};
    north = {next[0] + 0.5 * s.y[0], next[2] + 0.5 * s.y[2], next[1] + 0.5 * s.y[1], next[3] + 0.5 * s.y[3]};
    if (!(valid(west) && valid(east) && valid(south) && valid(north))) {
      // A steep rarefaction can predict a vacuum at a face; there the cell's own average is used, at first order.
      west = east = {density, vx, vy, pressure};
      south = north = {density, vy, vx, pressure};
    }
  }
}

void Solver::update_row(int j, double dt, double gravity, const std::vector<Conserved>& x_flux,
                        const std::vector<Conserved>& south, const std::vector<Conserved>& north) {
  const double rate_x = dt / dx_;
  const double rate_y = dt / dy_;
  for (int i = 0; i < domain_.nx(); ++i) {
    const std::size_t at = cell(i, j);
    const std::size_t face = static_cast<std::size_t>(i);
    const Conserved& west = x_flux[face];
    const Conserved& east = x_flux[face + 1];
    const Conserved& below = south[face];
    const Conserved& above = north[face];
    // "normal" is y in the fluxes along y.
    density_[at] -= rate_x * (east.mass - west.mass) + rate_y * (above.mass - below.mass);
    momentum_x_[at] -= rate_x * (east.normal - west.normal) + rate_y * (above.transverse - below.transverse);
    momentum_y_[at] -= rate_x * (east.transverse - west.transverse) + rate_y * (above.normal - below.normal);
    energy_[at] -= rate_x * (east.energy - west.energy) + rate_y * (above.energy - below.energy);
    if (gravity != 0.0) {
      // The kinetic energy changes with the momentum, the internal energy stays.
      const double push = dt * gravity * density_[at];
      energy_[at] += push * (momentum_y_[at] + 0.5 * push) / density_[at];
      momentum_y_[at] += push;
    }
  }
}

void Solver::advance(double dt, double gravity) {
  GhostField* fields[4] = {&primitive_[0], &primitive_[1], &primitive_[2], &primitive_[3]};
  domain_.exchange(fields, 4);

  // One sweep upwards. Only two rows of face states and fluxes are kept; the conserved fields may be updated in place
  // because fluxes are computed from the primitives alone.
  const int nx = domain_.nx();
  const int ny = domain_.ny();
  for (int j = -1; j <= ny; ++j) {
    const std::size_t now = static_cast<std::size_t>((j + 1) % 2);
    const std::size_t before = 1 - now;
    predict_row(j, dt, faces_[now]);
    if (j >= 0) {
      for (std::size_t i = 0; i < static_cast<std::size_t>(nx); ++i) {
        y_flux_[now][i] = hllc_flux(faces_[before].north[i + 1], faces_[now].south[i + 1]);
      }
    }
    if (j >= 1) update_row(j - 1, dt, gravity, x_flux_[before], y_flux_[before], y_flux_[now]);
    if (j >= 0 && j < ny) {
      for (std::size_t i = 0; i <= static_cast<std::size_t>(nx); ++i) {
        x_flux_[now][i] = hllc_flux(faces_[now].east[i], faces_[now].west[i + 1]);
      }
    }
  }
  refresh_primitives();
}

Totals Solver::totals() const {
  // Extended precision: with 53 bits the sum itself would err more than the scheme drifts.
  long double mine[5] = {};
  for (std::size_t at = 0; at < density_.size(); ++at) {
    mine[0] += density_[at];
    mine[1] += momentum_x_[at];
    mine[2] += momentum_y_[at];
    mine[3] += energy_[at];
    mine[4] += std::hypot(momentum_x_[at], momentum_y_[at]);
  }
  long double all[5] = {};
  MPI_Allreduce(mine, all, 5, MPI_LONG_DOUBLE, MPI_SUM, domain_.comm());
  const long double volume = static_cast<long double>(dx_) * dy_;
  return Totals{all[0] * volume, all[1] * volume, all[2] * volume, all[3] * volume, all[4] * volume};
}

std::uint64_t Solver::checksum() const {
  std::uint64_t mine = 0;
  for (int j = 0; j < domain_.ny(); ++j) {
    for (int i = 0; i < domain_.nx(); ++i) {
      const std::size_t at = cell(i, j);
      const std::uint64_t key =
          4 * static_cast<std::uint64_t>((domain_.first_y() + j) * domain_.global_nx() + domain_.first_x() + i);
      mine += contribution(key, density_[at]) + contribution(key + 1, momentum_x_[at]) +
              contribution(key + 2, momentum_y_[at]) + contribution(key + 3, energy_[at]);
    }
  }
  std::uint64_t all = 0;
  MPI_Allreduce(&mine, &all, 1, MPI_UINT64_T, MPI_SUM, domain_.comm());
  return all;
}

}  // namespace simulations
