// How much memory an MPI buffer argument covers.
#pragma once
#include <mpi.h>

#include <algorithm>
#include <cstddef>

namespace allranks::guard {

// Bytes [offset, offset + bytes) from the address given to MPI; `dense`: every byte belongs to the data.
struct Span {
  std::ptrdiff_t offset = 0;
  std::size_t bytes = 0;
  bool dense = false;
};

// Layout of one element; `ok` is false for types that MPI does not know (it will say so itself).
struct Layout {
  MPI_Aint extent = 0;
  MPI_Aint low = 0;
  MPI_Aint length = 0;
  bool dense = false;
  bool ok = false;
};
Layout layout_of(MPI_Datatype type);

// Grows `span` by `count` elements that begin at `displacement` bytes.
void cover(Span& span, const Layout& layout, MPI_Count count, MPI_Aint displacement);

inline Span span_one(MPI_Count count, MPI_Datatype type) {
  Span span;
  if (count > 0) cover(span, layout_of(type), count, 0);
  return span;
}

inline Span span_all(MPI_Count count, int ranks, MPI_Datatype type) { return span_one(count * ranks, type); }

template <class C, class D>
Span span_v(const C* counts, const D* displacements, int ranks, MPI_Datatype type) {
  Span span;
  if (counts == nullptr || displacements == nullptr) return span;
  const Layout layout = layout_of(type);
  for (int i = 0; i < ranks; ++i) cover(span, layout, counts[i], static_cast<MPI_Aint>(displacements[i]) * layout.extent);
  span.dense = false;
  return span;
}

template <class C, class D>
Span span_w(const C* counts, const D* displacements, int ranks, const MPI_Datatype* types) {
  Span span;
  if (counts == nullptr || displacements == nullptr || types == nullptr) return span;
  for (int i = 0; i < ranks; ++i) {
    if (counts[i] > 0) cover(span, layout_of(types[i]), counts[i], static_cast<MPI_Aint>(displacements[i]));
  }
  span.dense = false;
  return span;
}

template <class C>
Span span_sum(const C* counts, int ranks, MPI_Datatype type) {
  MPI_Count total = 0;
  for (int i = 0; counts != nullptr && i < ranks; ++i) total += counts[i];
  return span_one(total, type);
}

template <class C>
Span span_mine(const C* counts, int rank, MPI_Datatype type) {
  return counts == nullptr ? Span() : span_one(counts[rank], type);
}

}  // namespace allranks::guard
