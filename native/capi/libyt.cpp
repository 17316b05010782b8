#include "../include/libyt.h"

#include <cstdarg>
#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

#include "capi.h"

using namespace allranks;
using namespace allranks::capi;

namespace {

yt_verbose g_verbose = YT_VERBOSE_WARNING;

// libyt reports a failure by its status alone and a line on stderr.
template <class Body>
int reported(const char* function, Body&& body) {
  if (guarded(std::forward<Body>(body)) == ALLRANKS_OK) return YT_SUCCESS;
  if (g_verbose != YT_VERBOSE_OFF) std::fprintf(stderr, "[YT_ERROR  ] %s: %s\n", function, last_error());
  return YT_FAIL;
}

void require_key(const char* function, const char* key, const int n, const void* input) {
  if (key == nullptr || *key == '\0') throw Failure(ALLRANKS_ERR_ARGUMENT, std::string(function) + ": the key is NULL or empty");
  if (n < 1) throw Failure(ALLRANKS_ERR_ARGUMENT, std::string(function) + "(\"" + key + "\"): n is " + std::to_string(n) + ", it must be at least 1");
  if (input == nullptr) throw Failure(ALLRANKS_ERR_ARGUMENT, std::string(function) + "(\"" + key + "\"): the input is NULL");
}

template <class T>
int set_parameter(const char* function, const char* key, const int n, const T* input) {
  return reported(function, [&] {
    Runtime& current = require(function);
    require_key(function, key, n, input);
    if constexpr (std::is_floating_point_v<T>) {
      current.python().set_user_parameter(key, std::vector<double>(input, input + n));
    } else if constexpr (std::is_signed_v<T>) {
      current.python().set_user_parameter(key, std::vector<long long>(input, input + n));
    } else {
      current.python().set_user_parameter(key, std::vector<unsigned long long>(input, input + n));
    }
  });
}

void run_function(const char* function, const char* name, std::vector<std::string> args) {
  Runtime& current = require(function);
  if (name == nullptr || *name == '\0') throw Failure(ALLRANKS_ERR_ARGUMENT, std::string(function) + ": the function name is NULL or empty");
  const LetGoOfGil unlocked;
  current.run_function(name, args);
}

}  // namespace

extern "C" {

int yt_initialize(int, char*[], const yt_param_libyt* param_libyt) {
  if (param_libyt != nullptr) g_verbose = param_libyt->verbose;
  return reported("yt_initialize", [&] {
    if (param_libyt == nullptr) throw Failure(ALLRANKS_ERR_ARGUMENT, "yt_initialize: param_libyt is NULL");
    initialize("yt_initialize", MPI_COMM_WORLD, param_libyt->script ? param_libyt->script : "yt_inline_script", Api::libyt);
    require("yt_initialize").begin_rounds(param_libyt->counter);
  });
}

int yt_set_UserParameterInt(const char* key, const int n, const int* input) { return set_parameter("yt_set_UserParameterInt", key, n, input); }
int yt_set_UserParameterLong(const char* key, const int n, const long* input) { return set_parameter("yt_set_UserParameterLong", key, n, input); }
int yt_set_UserParameterLongLong(const char* key, const int n, const long long* input) { return set_parameter("yt_set_UserParameterLongLong", key, n, input); }
int yt_set_UserParameterUint(const char* key, const int n, const unsigned int* input) { return set_parameter("yt_set_UserParameterUint", key, n, input); }
int yt_set_UserParameterUlong(const char* key, const int n, const unsigned long* input) { return set_parameter("yt_set_UserParameterUlong", key, n, input); }
int yt_set_UserParameterFloat(const char* key, const int n, const float* input) { return set_parameter("yt_set_UserParameterFloat", key, n, input); }
int yt_set_UserParameterDouble(const char* key, const int n, const double* input) { return set_parameter("yt_set_UserParameterDouble", key, n, input); }

int yt_set_UserParameterString(const char* key, const char* input) {
  return reported("yt_set_UserParameterString", [&] {
    Runtime& current = require("yt_set_UserParameterString");
    require_key("yt_set_UserParameterString", key, 1, input);
    current.python().set_user_parameter(key, std::string(input));
  });
}

int yt_run_Function(const char* function_name) {
  return reported("yt_run_Function", [&] { run_function("yt_run_Function", function_name, {}); });
}

int yt_run_FunctionArguments(const char* function_name, int argc, ...) {
  va_list list;
  va_start(list, argc);
  std::vector<std::string> args;
  bool null = false;
  for (int i = 0; i < argc; ++i) {
    const char* text = va_arg(list, const char*);
    null = null || text == nullptr;
    args.emplace_back(text ? text : "");
  }
  va_end(list);
  return reported("yt_run_FunctionArguments", [&] {
    if (null) throw Failure(ALLRANKS_ERR_ARGUMENT, "yt_run_FunctionArguments: an argument is NULL");
    run_function("yt_run_FunctionArguments", function_name, std::move(args));
  });
}

int yt_run_JupyterKernel(const char* flag_file_name, bool) {
  return reported("yt_run_JupyterKernel", [&] {
    Runtime& current = require("yt_run_JupyterKernel");
    if (flag_file_name == nullptr) throw Failure(ALLRANKS_ERR_ARGUMENT, "yt_run_JupyterKernel: the name of the flag file is NULL");
    refuse_in_cell("yt_run_JupyterKernel");
    const LetGoOfGil unlocked;
    current.kernel_round(flag_file_name);
  });
}

int yt_free() {
  return reported("yt_free", [&] {
    Runtime& current = require("yt_free");
    current.python().end_libyt_round();
    current.end_round();
  });
}

int yt_finalize() {
  return reported("yt_finalize", [] { finalize("yt_finalize"); });
}

}  // extern "C"
