#include "spans.h"

namespace allranks::guard {

Layout layout_of(MPI_Datatype type) {
  Layout layout;
  // One-entry memory: cells loop over one type, and asking MPI costs as much as a small message.
  // Only built-in types are remembered: a derived type may be freed and its handle used anew.
  static MPI_Datatype last_type = MPI_DATATYPE_NULL;
  static Layout last;
  if (type == MPI_DATATYPE_NULL) return layout;
  if (type == last_type) return last;
  int size = 0, integers = 0, addresses = 0, types = 0, combiner = 0;
  MPI_Aint lower = 0;
  if (MPI_Type_get_extent(type, &lower, &layout.extent) != MPI_SUCCESS) return layout;
  if (MPI_Type_get_true_extent(type, &layout.low, &layout.length) != MPI_SUCCESS) return layout;
  if (MPI_Type_size(type, &size) != MPI_SUCCESS) return layout;
  layout.dense = size == layout.length && layout.length == layout.extent;
  layout.ok = true;
  if (MPI_Type_get_envelope(type, &integers, &addresses, &types, &combiner) == MPI_SUCCESS && combiner == MPI_COMBINER_NAMED) {
    last_type = type;
    last = layout;
  }
  return layout;
}

void cover(Span& span, const Layout& layout, MPI_Count count, MPI_Aint displacement) {
  if (!layout.ok || count <= 0) return;
  const MPI_Aint reach = static_cast<MPI_Aint>(count - 1) * layout.extent;
  const MPI_Aint low = displacement + layout.low + std::min<MPI_Aint>(0, reach);
  const MPI_Aint high = displacement + layout.low + layout.length + std::max<MPI_Aint>(0, reach);
  if (span.bytes == 0) {
    span = {low, static_cast<std::size_t>(high - low), layout.dense};
    return;
  }
  const MPI_Aint begin = std::min<MPI_Aint>(span.offset, low);
  const MPI_Aint end = std::max<MPI_Aint>(span.offset + static_cast<MPI_Aint>(span.bytes), high);
  span = {begin, static_cast<std::size_t>(end - begin), false};
}

}  // namespace allranks::guard
