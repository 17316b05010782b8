// MPI as the library needs it, for a simulation without MPI: one process that always agrees with itself. Stands before the real
// mpi.h on the include path of a serial build (ALLRANKS_SERIAL) and of nothing else; no symbol leaves the library, so the program
// may link any MPI for purposes of its own.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef int MPI_Comm;
typedef int MPI_Request;
typedef int MPI_Op;
typedef int MPI_Errhandler;
typedef int MPI_Group;
// The size of an element, bytes.
typedef int MPI_Datatype;
typedef intptr_t MPI_Aint;
typedef struct MPI_Status {
  int MPI_SOURCE;
} MPI_Status;

enum { MPI_SUCCESS = 0, MPI_ERR_OTHER = 15 };
enum { MPI_COMM_NULL = 0, MPI_COMM_WORLD = 1, MPI_COMM_SELF = 2 };
enum { MPI_REQUEST_NULL = 0, MPI_GROUP_NULL = 0, MPI_DATATYPE_NULL = 0, MPI_ERRHANDLER_NULL = 0, MPI_ERRORS_RETURN = 1 };
enum { MPI_MIN, MPI_MAX, MPI_SUM };
enum { MPI_ANY_SOURCE = -1, MPI_ANY_TAG = -1 };
enum { MPI_MAX_ERROR_STRING = 64, MPI_MAX_LIBRARY_VERSION_STRING = 64 };
enum {
  MPI_CHAR = 1,
  MPI_BYTE = 1,
  MPI_INT = sizeof(int),
  MPI_DOUBLE = sizeof(double),
  MPI_INT32_T = sizeof(int32_t),
  MPI_INT64_T = sizeof(int64_t),
  MPI_UINT64_T = sizeof(uint64_t)
};
#define MPI_STATUS_IGNORE ((MPI_Status*)0)
#define MPI_STATUSES_IGNORE ((MPI_Status*)0)

static inline int allranks_serial_copy(const void* from, int count, MPI_Datatype type, void* to) {
  if (count > 0) memcpy(to, from, (size_t)count * (size_t)type);
  return MPI_SUCCESS;
}

// "Is MPI running": always.
static inline int MPI_Initialized(int* flag) { return *flag = 1, MPI_SUCCESS; }
static inline int MPI_Finalized(int* flag) { return *flag = 0, MPI_SUCCESS; }
static inline int MPI_Get_library_version(char* text, int* length) {
  strcpy(text, "a build without MPI");
  return *length = (int)strlen(text), MPI_SUCCESS;
}
static inline int MPI_Error_string(int, char* text, int* length) {
  strcpy(text, "not possible without MPI");
  return *length = (int)strlen(text), MPI_SUCCESS;
}

static inline int MPI_Comm_size(MPI_Comm, int* size) { return *size = 1, MPI_SUCCESS; }
static inline int MPI_Comm_rank(MPI_Comm, int* rank) { return *rank = 0, MPI_SUCCESS; }
static inline int MPI_Comm_dup(MPI_Comm comm, MPI_Comm* copy) { return *copy = comm, MPI_SUCCESS; }
static inline int MPI_Comm_free(MPI_Comm* comm) { return *comm = MPI_COMM_NULL, MPI_SUCCESS; }
static inline int MPI_Comm_test_inter(MPI_Comm, int* flag) { return *flag = 0, MPI_SUCCESS; }
static inline int MPI_Comm_set_errhandler(MPI_Comm, MPI_Errhandler) { return MPI_SUCCESS; }
static inline int MPI_Comm_get_errhandler(MPI_Comm, MPI_Errhandler* handler) { return *handler = MPI_ERRORS_RETURN, MPI_SUCCESS; }
static inline int MPI_Errhandler_free(MPI_Errhandler* handler) { return *handler = MPI_ERRHANDLER_NULL, MPI_SUCCESS; }

static inline int MPI_Type_contiguous(int count, MPI_Datatype type, MPI_Datatype* made) { return *made = count * type, MPI_SUCCESS; }
static inline int MPI_Type_commit(MPI_Datatype*) { return MPI_SUCCESS; }
static inline int MPI_Type_free(MPI_Datatype* type) { return *type = MPI_DATATYPE_NULL, MPI_SUCCESS; }

static inline int MPI_Bcast(void*, int, MPI_Datatype, int, MPI_Comm) { return MPI_SUCCESS; }
static inline int MPI_Allreduce(const void* from, void* to, int count, MPI_Datatype type, MPI_Op, MPI_Comm) { return allranks_serial_copy(from, count, type, to); }
static inline int MPI_Iallreduce(const void* from, void* to, int count, MPI_Datatype type, MPI_Op, MPI_Comm, MPI_Request* request) {
  *request = MPI_REQUEST_NULL;
  return allranks_serial_copy(from, count, type, to);
}
static inline int MPI_Gather(const void* from, int count, MPI_Datatype type, void* to, int, MPI_Datatype, int, MPI_Comm) { return allranks_serial_copy(from, count, type, to); }
static inline int MPI_Gatherv(const void* from, int count, MPI_Datatype type, void* to, const int*, const int*, MPI_Datatype, int, MPI_Comm) {
  return allranks_serial_copy(from, count, type, to);
}
static inline int MPI_Allgather(const void* from, int count, MPI_Datatype type, void* to, int, MPI_Datatype, MPI_Comm) { return allranks_serial_copy(from, count, type, to); }
static inline int MPI_Allgatherv(const void* from, int count, MPI_Datatype type, void* to, const int*, const int*, MPI_Datatype, MPI_Comm) {
  return allranks_serial_copy(from, count, type, to);
}

// Messages between ranks: there is no other rank, and the callers ask first.
static inline int MPI_Isend(const void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Request*) { return MPI_ERR_OTHER; }
static inline int MPI_Recv(void*, int, MPI_Datatype, int, int, MPI_Comm, MPI_Status*) { return MPI_ERR_OTHER; }
static inline int MPI_Iprobe(int, int, MPI_Comm, int* flag, MPI_Status*) { return *flag = 0, MPI_SUCCESS; }
static inline int MPI_Wait(MPI_Request*, MPI_Status*) { return MPI_SUCCESS; }
static inline int MPI_Test(MPI_Request*, int* flag, MPI_Status*) { return *flag = 1, MPI_SUCCESS; }
static inline int MPI_Testall(int, MPI_Request*, int* flag, MPI_Status*) { return *flag = 1, MPI_SUCCESS; }
static inline int MPI_Request_free(MPI_Request*) { return MPI_SUCCESS; }
