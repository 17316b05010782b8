// The MPI guard of a build without MPI: there is nothing to guard. An extension module of the user's may bring an MPI of its own,
// on which this one process is alone.
#include "../guard/guard.h"

namespace allranks::guard {

namespace {

Modules none;

}  // namespace

void install(MPI_Comm, const Options&) {}
void uninstall() {}
bool installed() { return false; }
const Modules& rescan() { return none; }
bool is_guarded(const std::string&, const std::string&) { return true; }
std::vector<std::string> unprotected() { return {}; }
void register_comm(MPI_Comm) {}
void arm(std::uint64_t, const Hooks&) {}
void disarm(bool) {}
bool armed() { return false; }
bool release(std::uint64_t, const std::string&) { return false; }
bool interrupt(std::uint64_t) { return false; }
int released_code() { return MPI_ERR_OTHER; }
std::string ended() { return {}; }
std::uint64_t gather_begin() { return 0; }
void gather_waits(const char*, std::uint64_t) {}
bool gather_must_end(const char*) { return false; }
void gather_end(bool) {}
void leave_to_parent() {}
bool poisoned() { return false; }
void poison_all() {}
void refresh() {}
void progress_mpi() {}
Counters counters() { return {}; }
ProgressRecord progress() { return {}; }
std::uint64_t operations() { return 0; }

}  // namespace allranks::guard
