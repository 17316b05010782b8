#include "domain.hpp"

#include "arguments.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace simulations {

Domain::Domain(MPI_Comm world, std::int64_t global_nx, std::int64_t global_ny)
    : global_nx_(global_nx), global_ny_(global_ny) {
  int size = 1;
  MPI_Comm_size(world, &size);
  int dims[2] = {0, 0};
  MPI_Dims_create(size, 2, dims);
  // The longer axis gets the larger number of ranks; MPI_Dims_create gives the larger one first.
  if (global_nx > global_ny) std::swap(dims[0], dims[1]);
  ranks_y_ = dims[0];
  ranks_x_ = dims[1];
  if (global_nx / ranks_x_ < kGhosts || global_ny / ranks_y_ < kGhosts) {
    throw UsageError("a grid of " + std::to_string(global_nx) + "x" + std::to_string(global_ny) +
                             " cells is too small for " + std::to_string(size) + " ranks; take a larger --size or fewer ranks");
  }
  const int periodic[2] = {1, 1};
  // No reordering: rank numbers in a notebook shall be those that the launcher shows.
  MPI_Cart_create(world, 2, dims, periodic, 0, &comm_);
  MPI_Comm_rank(comm_, &rank_);
  int at[2] = {0, 0};
  MPI_Cart_coords(comm_, rank_, 2, at);
  for (int axis = 0; axis < 2; ++axis) MPI_Cart_shift(comm_, axis, 1, &neighbour_[axis][0], &neighbour_[axis][1]);
  first_y_ = global_ny * at[0] / ranks_y_;
  first_x_ = global_nx * at[1] / ranks_x_;
  ny_ = static_cast<int>(global_ny * (at[0] + 1) / ranks_y_ - first_y_);
  nx_ = static_cast<int>(global_nx * (at[1] + 1) / ranks_x_ - first_x_);
}

Domain::~Domain() {
  if (comm_ != MPI_COMM_NULL) MPI_Comm_free(&comm_);
}

void Domain::exchange(GhostField* const* fields, int count) {
  // First along x, then along y with the x ghosts: so the corners arrive without messages of their own.
  exchange_axis(fields, count, true);
  exchange_axis(fields, count, false);
}

void Domain::exchange_axis(GhostField* const* fields, int count, bool along_x) {
  const int rows = along_x ? ny_ : kGhosts;
  const int columns = along_x ? kGhosts : nx_ + 2 * kGhosts;
  const int values = rows * columns * count;
  for (int end = 0; end < 2; ++end) {
    send_[end].resize(static_cast<std::size_t>(values));
    receive_[end].resize(static_cast<std::size_t>(values));
  }
  const int left = along_x ? 0 : -kGhosts;

  // Copies between a buffer and the block whose first row and column are given.
  const auto copy = [&](std::vector<double>& buffer, int row, int column, bool to_buffer) {
    double* at = buffer.data();
    for (int field = 0; field < count; ++field) {
      for (int j = 0; j < rows; ++j) {
        double* line = fields[field]->row(row + j) + column;
        if (to_buffer) {
          std::copy(line, line + columns, at);
        } else {
          std::copy(at, at + columns, line);
        }
        at += columns;
      }
    }
  };
  copy(send_[0], 0, left, true);
  copy(send_[1], along_x ? 0 : ny_ - kGhosts, along_x ? nx_ - kGhosts : left, true);

  // Tag = the direction of travel; with two ranks along an axis both neighbours are the same rank.
  const int* neighbour = neighbour_[along_x ? 1 : 0];
  MPI_Request requests[4];
  MPI_Irecv(receive_[0].data(), values, MPI_DOUBLE, neighbour[0], 1, comm_, &requests[0]);
  MPI_Irecv(receive_[1].data(), values, MPI_DOUBLE, neighbour[1], 0, comm_, &requests[1]);
  MPI_Isend(send_[0].data(), values, MPI_DOUBLE, neighbour[0], 0, comm_, &requests[2]);
  MPI_Isend(send_[1].data(), values, MPI_DOUBLE, neighbour[1], 1, comm_, &requests[3]);
  MPI_Waitall(4, requests, MPI_STATUSES_IGNORE);

  copy(receive_[0], along_x ? 0 : -kGhosts, along_x ? -kGhosts : left, false);
  copy(receive_[1], along_x ? 0 : ny_, along_x ? nx_ : left, false);
}

}  // namespace simulations
