// What allranks.h and libyt.h share: the one runtime of the process and the way exceptions become statuses.
#pragma once
#include <memory>
#include <string>

#include "../runtime.h"

namespace allranks::capi {

std::unique_ptr<Runtime>& runtime();
void set_last_error(std::string text);
const char* last_error();

// Throws Failure unless the library is initialised and, for `main_thread`, called on the thread that initialised.
Runtime& require(const char* function, bool main_thread = true);
// Creates the runtime. Throws Failure.
void initialize(const char* function, MPI_Comm comm, const char* script, Api api);
void finalize(const char* function);

// Runs the body of a C function: any exception becomes a status and the text of last_error.
template <class Body>
int guarded(Body&& body) {
  try {
    body();
    return ALLRANKS_OK;
  } catch (const Failure& failure) {
    set_last_error(failure.what());
    return failure.status();
  } catch (const std::bad_alloc&) {
    set_last_error("out of memory");
    return ALLRANKS_ERR_SYSTEM;
  } catch (const std::exception& error) {
    set_last_error(error.what());
    return ALLRANKS_ERR_INTERNAL;
  } catch (...) {
    set_last_error("an unknown exception");
    return ALLRANKS_ERR_INTERNAL;
  }
}

}  // namespace allranks::capi
