// The part of the periodic grid that one rank holds, and the exchange of its rim with the neighbours.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <vector>

namespace simulations {

// Width of the rim of ghost cells: a limited slope in the first ghost cell needs one more cell beyond it.
constexpr int kGhosts = 2;

// A field with ghost cells, C order: row j, column i, both from -kGhosts. Index 0, 0 is the first cell of the rank.
class GhostField {
 public:
  GhostField(int nx, int ny)
      : stride_(nx + 2 * kGhosts), values_(static_cast<std::size_t>(stride_) * (ny + 2 * kGhosts)) {}
  double* row(int j) { return values_.data() + static_cast<std::size_t>(j + kGhosts) * stride_ + kGhosts; }
  const double* row(int j) const { return const_cast<GhostField*>(this)->row(j); }
  // Cells from one row to the next.
  int stride() const { return stride_; }

 private:
  int stride_;
  std::vector<double> values_;
};

// Two-dimensional block decomposition of nx x ny cells, periodic both ways. Rows (y) are the slow axis.
class Domain {
 public:
  // Collective over `world`, which is borrowed for the call. Throws UsageError, on all ranks alike, when a rank
  // would hold fewer than kGhosts cells along an axis.
  Domain(MPI_Comm world, std::int64_t global_nx, std::int64_t global_ny);
  Domain(const Domain&) = delete;
  Domain& operator=(const Domain&) = delete;
  ~Domain();

  MPI_Comm comm() const { return comm_; }
  int rank() const { return rank_; }
  int size() const { return ranks_x_ * ranks_y_; }
  int ranks_x() const { return ranks_x_; }
  int ranks_y() const { return ranks_y_; }
  std::int64_t global_nx() const { return global_nx_; }
  std::int64_t global_ny() const { return global_ny_; }
  // Cells of this rank, and the global number of the first one.
  int nx() const { return nx_; }
  int ny() const { return ny_; }
  std::int64_t first_x() const { return first_x_; }
  std::int64_t first_y() const { return first_y_; }

  // Fills the ghost cells, corners included, of `count` fields from the neighbours. Collective.
  void exchange(GhostField* const* fields, int count);

 private:
  // One axis: sends the rim at either end to the neighbours `below` and `above`.
  void exchange_axis(GhostField* const* fields, int count, bool along_x);

  MPI_Comm comm_ = MPI_COMM_NULL;
  int rank_ = 0;
  int ranks_x_ = 1;
  int ranks_y_ = 1;
  int neighbour_[2][2] = {};  // [axis: 0 = y, 1 = x][0 = below, 1 = above]
  std::int64_t global_nx_;
  std::int64_t global_ny_;
  std::int64_t first_x_ = 0;
  std::int64_t first_y_ = 0;
  int nx_ = 0;
  int ny_ = 0;
  std::vector<double> send_[2];
  std::vector<double> receive_[2];
};

}  // namespace simulations
