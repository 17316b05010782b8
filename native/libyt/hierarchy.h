// The grids of all ranks on every rank.
#pragma once
#include <mpi.h>

#include <memory>
#include <vector>

#include "round.h"

namespace allranks::libyt {

// Collective over `comm`; `grids` are this rank's, checked by check_grid_layout. Column by column, so that no more than a few
// columns are needed beside the result. Throws Failure, the same on all ranks, when the ids of all ranks together are not
// index_offset .. index_offset + num_grids - 1, each once.
std::shared_ptr<Hierarchy> gather_hierarchy(MPI_Comm comm, const std::vector<yt_grid>& grids, const yt_param_yt& param);

}  // namespace allranks::libyt
