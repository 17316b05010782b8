#include "hierarchy.h"

#include <algorithm>
#include <climits>
#include <type_traits>

#include "../runtime.h"

namespace allranks::libyt {

namespace {

template <class T>
MPI_Datatype mpi_type() {
  if constexpr (std::is_same_v<T, double>) return MPI_DOUBLE;
  if constexpr (std::is_same_v<T, std::int32_t>) return MPI_INT32_T;
  if constexpr (std::is_same_v<T, std::int64_t>) return MPI_INT64_T;
}

// A value of MPI that counts rows of `width` elements: counts of an Allgatherv are ints, elements may be more.
class RowType {
 public:
  RowType(MPI_Datatype element, int width) {
    Runtime::check_mpi(MPI_Type_contiguous(width, element, &type_), "MPI_Type_contiguous");
    Runtime::check_mpi(MPI_Type_commit(&type_), "MPI_Type_commit");
  }
  ~RowType() { MPI_Type_free(&type_); }
  RowType(const RowType&) = delete;
  RowType& operator=(const RowType&) = delete;
  MPI_Datatype get() const { return type_; }

 private:
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

class Gathering {
 public:
  Gathering(MPI_Comm comm, const std::vector<yt_grid>& grids, const yt_param_yt& param) : comm_(comm), grids_(grids), param_(param) {
    int size = 1;
    MPI_Comm_size(comm, &size);
    counts_.resize(static_cast<std::size_t>(size));
    offsets_.resize(static_cast<std::size_t>(size));
    const int mine = static_cast<int>(grids.size());
    Runtime::check_mpi(MPI_Allgather(&mine, 1, MPI_INT, counts_.data(), 1, MPI_INT, comm), "MPI_Allgather");
    long total = 0;
    for (std::size_t rank = 0; rank < counts_.size(); ++rank) {
      offsets_[rank] = static_cast<int>(std::min<long>(total, INT_MAX));
      total += counts_[rank];
    }
    if (total != param.num_grids) {
      throw Failure(ALLRANKS_ERR_ARGUMENT, "num_grids is " + std::to_string(param.num_grids) + ", but the num_grids_local of all ranks together are " + std::to_string(total));
    }
    // Rows are counted by ints in MPI; two billion grids are 200 GB of hierarchy on each rank.
    if (total > INT_MAX) throw Failure(ALLRANKS_ERR_ARGUMENT, "num_grids is " + std::to_string(total) + "; more than " + std::to_string(INT_MAX) + " grids are not supported");
    gather_ids();
  }

  // `take(grid, out)` writes the row of one grid; the result is in the order of ids.
  template <class T, class Take>
  std::vector<T> column(int width, Take take) const {
    const std::size_t wide = static_cast<std::size_t>(width);
    std::vector<T> mine(grids_.size() * wide), all(ids_.size() * wide), sorted(ids_.size() * wide);
    for (std::size_t i = 0; i < grids_.size(); ++i) take(grids_[i], mine.data() + i * wide);
    gather(mine, all, width);
    for (std::size_t i = 0; i < ids_.size(); ++i) std::copy_n(all.data() + i * wide, wide, sorted.data() + row(i) * wide);
    return sorted;
  }

  // Rank of each grid.
  std::vector<std::int32_t> owners() const {
    std::vector<std::int32_t> sorted(ids_.size());
    std::size_t at = 0;
    for (std::size_t rank = 0; rank < counts_.size(); ++rank) {
      for (int i = 0; i < counts_[rank]; ++i, ++at) sorted[row(at)] = static_cast<std::int32_t>(rank);
    }
    return sorted;
  }

 private:
  std::size_t row(std::size_t at) const { return static_cast<std::size_t>(ids_[at] - param_.index_offset); }

  void gather_ids() {
    std::vector<std::int64_t> mine;
    mine.reserve(grids_.size());
    for (const yt_grid& grid : grids_) mine.push_back(grid.id);
    ids_.resize(static_cast<std::size_t>(param_.num_grids));
    gather(mine, ids_, 1);
    // Each rank looks at the same list, so all come to the same verdict.
    std::vector<bool> seen(ids_.size());
    for (std::size_t at = 0; at < ids_.size(); ++at) {
      const std::int64_t from_first = ids_[at] - param_.index_offset;
      if (from_first < 0 || from_first >= param_.num_grids) {
        throw Failure(ALLRANKS_ERR_ARGUMENT, "rank " + std::to_string(rank_of(at)) + ": grid id " + std::to_string(ids_[at]) + " is out of range; ids go from " +
                                                 std::to_string(param_.index_offset) + " to " + std::to_string(param_.index_offset + param_.num_grids - 1));
      }
      if (seen[static_cast<std::size_t>(from_first)]) {
        const std::size_t first = static_cast<std::size_t>(std::find(ids_.begin(), ids_.end(), ids_[at]) - ids_.begin());
        throw Failure(ALLRANKS_ERR_ARGUMENT, "grid id " + std::to_string(ids_[at]) + " is given twice, by rank " + std::to_string(rank_of(first)) + " and rank " + std::to_string(rank_of(at)));
      }
      seen[static_cast<std::size_t>(from_first)] = true;
    }
  }

  std::size_t rank_of(std::size_t at) const {
    std::size_t rank = counts_.size() - 1;
    while (rank > 0 && static_cast<std::size_t>(offsets_[rank]) > at) --rank;
    return rank;
  }

  template <class T>
  void gather(const std::vector<T>& mine, std::vector<T>& all, int width) const {
    const RowType type(mpi_type<T>(), width);
    Runtime::check_mpi(MPI_Allgatherv(mine.data(), static_cast<int>(grids_.size()), type.get(), all.data(), counts_.data(), offsets_.data(), type.get(), comm_), "MPI_Allgatherv");
  }

  MPI_Comm comm_;
  const std::vector<yt_grid>& grids_;
  const yt_param_yt& param_;
  std::vector<int> counts_, offsets_;
  std::vector<std::int64_t> ids_;
};

}  // namespace

std::shared_ptr<Hierarchy> gather_hierarchy(MPI_Comm comm, const std::vector<yt_grid>& grids, const yt_param_yt& param) {
  const Gathering all(comm, grids, param);
  auto made = std::make_shared<Hierarchy>();
  made->left_edge = all.column<double>(3, [](const yt_grid& grid, double* out) { std::copy_n(grid.left_edge, 3, out); });
  made->right_edge = all.column<double>(3, [](const yt_grid& grid, double* out) { std::copy_n(grid.right_edge, 3, out); });
  made->dimensions = all.column<std::int32_t>(3, [](const yt_grid& grid, std::int32_t* out) { std::copy_n(grid.grid_dimensions, 3, out); });
  made->parent_id = all.column<std::int64_t>(1, [](const yt_grid& grid, std::int64_t* out) { *out = grid.parent_id; });
  made->level = all.column<std::int32_t>(1, [](const yt_grid& grid, std::int32_t* out) { *out = grid.level; });
  made->proc_num = all.owners();
  if (const int species = param.num_par_types; species > 0) {
    made->par_count = all.column<std::int64_t>(species, [&](const yt_grid& grid, std::int64_t* out) { std::copy_n(grid.par_count_list, species, out); });
  }
  return made;
}

}  // namespace allranks::libyt
