#include "../include/libyt.h"

#include <cstdarg>
#include <cstdio>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "libyt.h"

using namespace allranks;
using namespace allranks::capi;

namespace allranks::capi {

namespace {

yt_verbose g_verbose = YT_VERBOSE_WARNING;

std::unique_ptr<libyt::Session>& owned_session() {
  // Never destroyed by exit(), as the runtime.
  static auto* const one = new std::unique_ptr<libyt::Session>;
  return *one;
}

}  // namespace

void say_failed(const char* function) {
  const std::string text = last_error(), name = function;
  // Sentences of shared code begin with the function already.
  if (g_verbose != YT_VERBOSE_OFF) std::fprintf(stderr, "[YT_ERROR  ] %s%s\n", text.rfind(name, 0) == 0 ? "" : (name + ": ").c_str(), text.c_str());
}

libyt::Session& session(const char* function) {
  (void)require(function);
  if (!owned_session()) throw Failure(ALLRANKS_ERR_STATE, std::string(function) + ": the library was initialised by allranks_initialize; libyt's functions need yt_initialize");
  return *owned_session();
}

}  // namespace allranks::capi

namespace {

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

// What is wrong here alone is told by the runtime, which all ranks come to: the others may have given what is right, and would wait.
void run_function(const char* function, const char* name, const std::vector<std::string>& args, std::string problem = {}) {
  Runtime& current = require(function);
  refuse_in_cell(function);
  if (name == nullptr || *name == '\0') problem = "the function name is NULL or empty";
  const LetGoOfGil unlocked;
  if (!problem.empty()) current.refuse_function(std::string(function) + ": " + problem);
  current.run_function(name, args);
}

void enter(const char* flag_file_name, EntryPoint entry, std::string problem = {}) {
  const char* function = function_of(entry.kind);
  Runtime& current = require(function);
  refuse_in_cell(function);
  if (flag_file_name == nullptr) problem = "the name of the flag file is NULL";
  entry.flag_file = flag_file_name ? flag_file_name : "";
  const LetGoOfGil unlocked;
  current.enter(entry, problem);
}

}  // namespace

extern "C" {

int yt_initialize(int, char*[], const yt_param_libyt* param_libyt) {
  if (param_libyt != nullptr) g_verbose = param_libyt->verbose;
  return reported("yt_initialize", [&] {
    const char* script = param_libyt && param_libyt->script ? param_libyt->script : "yt_inline_script";
    initialize("yt_initialize", MPI_COMM_WORLD, script, Api::libyt, param_libyt ? "" : "param_libyt is NULL");
    Runtime& current = require("yt_initialize");
    owned_session() = std::make_unique<libyt::Session>(current, *param_libyt);
    current.begin_rounds(param_libyt->counter);
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
    run_function("yt_run_FunctionArguments", function_name, args, null ? "an argument is NULL" : "");
  });
}

int yt_run_JupyterKernel(const char* flag_file_name, bool use_connection_file) {
  return reported("yt_run_JupyterKernel", [&] {
    EntryPoint entry;
    entry.connection_file_given = use_connection_file;
    enter(flag_file_name, entry);
  });
}

int yt_run_InteractiveMode(const char* flag_file_name) {
  return reported("yt_run_InteractiveMode", [&] {
    EntryPoint entry;
    entry.kind = EntryPoint::Kind::interactive;
    enter(flag_file_name, entry);
  });
}

int yt_run_ReloadScript(const char* flag_file_name, const char* reload_file_name, const char* script_name) {
  return reported("yt_run_ReloadScript", [&] {
    EntryPoint entry;
    entry.kind = EntryPoint::Kind::reload;
    entry.reload_file = reload_file_name ? reload_file_name : "";
    entry.script = script_name ? script_name : "";
    enter(flag_file_name, entry, reload_file_name && script_name ? "" : "the name of the file to reload, or of the script, is NULL");
  });
}

int yt_free(void) {
  return reported("yt_free", [&] {
    libyt::Session& libyt = session("yt_free");
    refuse_in_cell("yt_free");
    const LetGoOfGil unlocked;
    libyt.free_round();
    require("yt_free").end_round();
  });
}

int yt_finalize(void) {
  return reported("yt_finalize", [] {
    libyt::Session& libyt = session("yt_finalize");
    refuse_in_cell("yt_finalize");
    libyt.require_no_round();
    owned_session().reset();
    finalize("yt_finalize");
  });
}

}  // extern "C"
