#include "python.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include "../libyt/session.h"
#include "../link/msgpack.h"
#include "core_module.h"
#include "error.h"
#include "host_state.h"
#include "py_ref.h"
#include "quick_call.h"

namespace allranks {

namespace {

bool exists(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.find_last_of('/')); }

// Path of the shared object that holds `symbol`.
std::string object_of(const void* symbol) {
  Dl_info info{};
  if (!dladdr(symbol, &info) || !info.dli_fname) return {};
  char* real = realpath(info.dli_fname, nullptr);
  std::string path = real ? real : info.dli_fname;
  std::free(real);
  return path;
}

// Where the package `allranks` lies: beside the installed library, else where the build found it.
std::string package_folder() {
  const std::string library = object_of(reinterpret_cast<const void*>(&package_folder));
  for (const std::string& folder : {folder_of(library) + "/../share/allranks/python", folder_of(library) + "/../python", std::string(ALLRANKS_PYTHON_PACKAGE)}) {
    if (exists(folder + "/allranks/_embed.py")) return folder;
  }
  return {};
}

// The interpreter whose packages the ranks use: ALLRANKS_PYTHON, the active virtual environment, the one of the build.
std::string choose_executable() {
  if (const char* given = std::getenv("ALLRANKS_PYTHON"); given && *given) {
    if (!exists(given)) throw Failure(ALLRANKS_ERR_PYTHON, std::string("ALLRANKS_PYTHON names ") + given + ", which does not exist");
    return given;
  }
  if (const char* environment = std::getenv("VIRTUAL_ENV"); environment && *environment) {
    const std::string python = std::string(environment) + "/bin/python";
    if (exists(python)) return python;
  }
  return ALLRANKS_BUILT_PYTHON;
}

[[noreturn]] void other_version(const std::string& what, const std::string& found, const std::string& remedy) {
  throw Failure(ALLRANKS_ERR_PYTHON, what + " Python " + found + ", but this library is linked to libpython " + Python::version() + "; " + remedy);
}

// "3.12" of ".../bin/python3.12", to which links as "python" and "python3" lead; empty when the name does not tell.
std::string version_by_name(const std::string& executable) {
  const std::unique_ptr<char, decltype(&std::free)> path(realpath(executable.c_str(), nullptr), &std::free);
  const std::string whole = path ? path.get() : executable;
  const std::string name = whole.substr(whole.rfind('/') + 1), stem = "python";
  if (name.rfind(stem, 0) != 0 || name.find('.') == std::string::npos) return {};
  const std::string version = name.substr(stem.size());
  return version.find_first_not_of("0123456789.") == std::string::npos ? version : std::string();
}

// Another Python's standard library, or packages, would be looked for under our libpython: what is found of them fails, and what is not
// found looks as if it were missing.
void refuse_other_version(const std::string& executable) {
  const std::string linked = Python::version();
  const std::string environment = folder_of(folder_of(executable));
  std::ifstream config(environment + "/pyvenv.cfg");
  std::string line;
  while (std::getline(config, line)) {
    if (line.rfind("version", 0) != 0) continue;
    std::string found = line.substr(line.find('=') + 1);
    found.erase(0, found.find_first_not_of(" \t"));
    // `version_info` has further parts behind the three numbers.
    if (found.compare(0, linked.size(), linked) == 0) return;
    other_version("the environment " + environment + " was made by", found, "make the environment with that Python, or build the library with --python " + executable);
  }
  const std::string found = version_by_name(executable);
  if (found.empty() || linked.compare(0, found.size() + 1, found + '.') == 0) return;
  other_version(executable + " is", found, "set ALLRANKS_PYTHON to one of that version, or build the library with --python " + executable);
}

void check(const PyStatus& status) {
  if (PyStatus_Exception(status)) {
    throw Failure(ALLRANKS_ERR_PYTHON, std::string("Python could not start: ") + (status.err_msg ? status.err_msg : "unknown reason"));
  }
}

std::string take_error() {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  Ref owned_type(type), owned_value(value), owned_traceback(traceback);
  Ref text(value ? PyObject_Str(value) : nullptr);
  PyErr_Clear();
  std::string name = type ? reinterpret_cast<PyTypeObject*>(type)->tp_name : "unknown error";
  const char* what = text ? PyUnicode_AsUTF8(text.get()) : nullptr;
  PyErr_Clear();
  return name + (what && *what ? std::string(": ") + what : std::string());
}

std::string utf8(PyObject* object) {
  Ref bytes(PyUnicode_Check(object) ? PyUnicode_AsEncodedString(object, "utf-8", "replace") : nullptr);
  if (!bytes) {
    PyErr_Clear();
    return {};
  }
  return {PyBytes_AS_STRING(bytes.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get()))};
}

// Python on the simulation's thread: its surroundings first, then the GIL.
struct Visit {
  HostState host;
  Gil gil;
};

Ref text(const std::string& value) { return Ref(PyUnicode_DecodeUTF8(value.data(), static_cast<Py_ssize_t>(value.size()), "surrogateescape")); }

}  // namespace

std::string Python::version() {
  const std::string whole = Py_GetVersion();
  return whole.substr(0, whole.find(' '));
}

Python::Python() : pid_(getpid()), quick_(std::make_unique<QuickCalls>()) {
  const HostState host;
  const std::string package = package_folder();
  if (package.empty()) throw Failure(ALLRANKS_ERR_PYTHON, "the Python package 'allranks' was not found beside the library; install it again");

  joined_ = Py_IsInitialized() != 0;
  if (!joined_) {
    // Extension modules look for libpython's symbols among the global ones; a library loaded locally would hide them.
    if (const std::string libpython = object_of(reinterpret_cast<const void*>(&Py_GetVersion)); libpython.find(".so") != std::string::npos) {
      dlopen(libpython.c_str(), RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
    }
    const std::string executable = choose_executable();
    refuse_other_version(executable);
    PyImport_AppendInittab("_allranks", &create_core_module);
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    struct Clear {
      PyConfig* config;
      ~Clear() { PyConfig_Clear(config); }
    } clear{&config};
    config.install_signal_handlers = 0;  // the simulation's handlers stay; a cell installs its own for its duration
    config.parse_argv = 0;
    // Sets and dictionaries of strings must have the same order on all ranks, or loops over them communicate crosswise.
    if (!std::getenv("PYTHONHASHSEED")) {
      config.use_hash_seed = 1;
      config.hash_seed = 1;
    }
    check(PyConfig_SetBytesString(&config, &config.executable, executable.c_str()));
    wchar_t empty[] = L"";
    wchar_t* argv[] = {empty};
    check(PyConfig_SetArgv(&config, 1, argv));
    check(Py_InitializeFromConfig(&config));
    // PyGILState_Ensure works for this thread from now on; the simulation runs without the GIL.
    PyEval_SaveThread();
  }

  Gil gil;
  if (!Ref(PyImport_ImportModule("_allranks"))) {
    // A host that already ran Python: the module could not be announced beforehand.
    PyErr_Clear();
    Ref module(create_core_module());
    PyObject* modules = PyImport_GetModuleDict();
    if (!module || PyDict_SetItemString(modules, "_allranks", module.get()) != 0) throw Failure(ALLRANKS_ERR_PYTHON, take_error());
  }
  // A program that has imported the package already goes on with that one.
  if (!PyDict_GetItemString(PyImport_GetModuleDict(), "allranks")) {
    PyObject* path = PySys_GetObject("path");
    Ref folder = text(package);
    // First: the package of another installation, for which PYTHONPATH may stand, does not fit this library.
    if (!path || !folder || PyList_Insert(path, 0, folder.get()) != 0) {
      throw Failure(ALLRANKS_ERR_PYTHON, take_error());
    }
  }
  embed_ = PyImport_ImportModule("allranks._embed");
  if (!embed_) throw Failure(ALLRANKS_ERR_PYTHON, "the Python part could not be loaded: " + take_error());
}

Python::~Python() {
  if (!embed_ || !Py_IsInitialized()) {
    // Python is gone, and with it what this refers to.
    (void)quick_.release();
    return;
  }
  Gil gil;
  quick_.reset();
  Py_CLEAR(embed_);
  Py_CLEAR(libyt_);
  Py_CLEAR(script_);
}

std::string Python::start(const Script& script, int rank, int size, bool tolerant) {
  Visit visit;
  Ref config(PyDict_New());
  auto put = [&](const char* key, Ref value) {
    if (!value || PyDict_SetItemString(config.get(), key, value.get()) != 0) throw Failure(ALLRANKS_ERR_PYTHON, take_error());
  };
  put("script_name", text(script.name));
  put("script_source", Ref(PyBytes_FromStringAndSize(script.source.data(), static_cast<Py_ssize_t>(script.source.size()))));
  put("script_path", text(script.path));
  put("rank", Ref(PyLong_FromLong(rank)));
  put("size", Ref(PyLong_FromLong(size)));
  put("tolerant", Ref(PyBool_FromLong(tolerant)));
  put("argv", Ref(Py_BuildValue("[s]", "")));
  put("joined", Ref(PyBool_FromLong(joined_)));
  Ref done(PyObject_CallMethod(embed_, "start", "O", config.get()));
  leave_if_child(!done);
  if (done) {
    script_ = PyImport_GetModule(text(script.name).get());
    if (!script_) PyErr_Clear();
    return {};
  }
  // `format_error` sees the exception as the one being handled.
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback && value) PyException_SetTraceback(value, traceback);
  PyErr_SetExcInfo(Py_XNewRef(type), Py_XNewRef(value), Py_XNewRef(traceback));
  Ref formatted(PyObject_CallMethod(embed_, "format_error", nullptr));
  PyErr_SetExcInfo(nullptr, nullptr, nullptr);
  if (formatted) {
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    const std::string told = utf8(formatted.get());
    return told.empty() ? "the inline script failed" : told;
  }
  PyErr_Clear();
  PyErr_Restore(type, value, traceback);
  return take_error();
}

void Python::leave_if_child(bool failed) {
  if (getpid() == pid_) return;
  // A process that user code forked came back to where the simulation would go on: as a second copy of this rank it would
  // take messages of the real one out of shared memory.
  Ref done(PyObject_CallMethod(embed_, "end_child", "i", failed ? 1 : 0));
  _exit(1);
}

CallResult Python::run(const char* function, const std::string& payload) {
  Visit visit;
  among_cells_ = true;
  Ref result(PyObject_CallMethod(embed_, function, "y#", payload.data(), static_cast<Py_ssize_t>(payload.size())));
  if (getpid() != pid_) {
    long status = 1;
    if (result && PyTuple_Check(result.get()) && PyTuple_GET_SIZE(result.get()) > 0) status = PyLong_AsLong(PyTuple_GET_ITEM(result.get(), 0));
    leave_if_child(status != 0);
  }
  int status = 0;
  const char* bytes = nullptr;
  Py_ssize_t length = 0;
  if (result && PyArg_ParseTuple(result.get(), "iy#", &status, &bytes, &length)) {
    return {static_cast<protocol::OutcomeStatus>(status), std::string(bytes, static_cast<std::size_t>(length))};
  }
  // `_embed` promises not to raise; an interrupt can still hit the lines around its own try.
  const bool interrupted = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
  const std::string error = take_error();
  return {interrupted ? protocol::OutcomeStatus::interrupted : protocol::OutcomeStatus::error, pack_error(interrupted ? "KeyboardInterrupt" : "InternalError", error)};
}

void Python::call_quietly(const char* function) {
  Visit visit;
  if (!Ref(PyObject_CallMethod(embed_, function, nullptr))) PyErr_WriteUnraisable(embed_);
}

void Python::end_command() { call_quietly("end_command"); }

void Python::leave_cells() {
  call_quietly("leave_cells");
  among_cells_ = false;
}

std::string Python::serve(const std::string& payload) {
  Gil gil;
  Ref result(PyObject_CallMethod(embed_, "serve", "y#", payload.data(), static_cast<Py_ssize_t>(payload.size())));
  if (result && PyBytes_Check(result.get())) return {PyBytes_AS_STRING(result.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(result.get()))};
  PyErr_Clear();
  return {};
}

std::pair<bool, std::string> Python::until(const std::string& expression) {
  Visit visit;
  Ref result(PyObject_CallMethod(embed_, "until", "N", text(expression).release()));
  leave_if_child(!result);
  int value = 0;
  PyObject* error = nullptr;
  if (result && PyArg_ParseTuple(result.get(), "pO", &value, &error)) return {value != 0, utf8(error)};
  return {true, take_error()};
}

std::string Python::run_function(const std::string& name, const std::vector<std::string>& args, std::int64_t step) {
  Visit visit;
  const bool may_be_quick = !joined_ && !among_cells_;
  const auto end = may_be_quick ? quick_->call(name, args, step) : QuickCalls::End::elsewhere;
  leave_if_child(PyErr_Occurred() != nullptr);
  if (end == QuickCalls::End::well) return {};
  Ref result;
  if (end == QuickCalls::End::unusual) {
    PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    const Ref owned_type(type), owned_value(value), owned_traceback(traceback);
    if (traceback && value) PyException_SetTraceback(value, traceback);
    result = Ref(PyObject_CallMethod(embed_, "function_left", "NO", text(name).release(), value ? value : Py_None));
  } else {
    Ref list(PyList_New(0));
    for (const std::string& arg : args) {
      Ref item = text(arg);
      if (!item || PyList_Append(list.get(), item.get()) != 0) return take_error();
    }
    among_cells_ = false;
    result = Ref(PyObject_CallMethod(embed_, "run_function", "NO", text(name).release(), list.get()));
    leave_if_child(!result);
  }
  int ok = 0;
  PyObject* error = nullptr;
  if (!result || !PyArg_ParseTuple(result.get(), "pO", &ok, &error)) return take_error();
  if (!ok) return utf8(error);
  if (may_be_quick && end == QuickCalls::End::elsewhere) quick_->learn(embed_, name, args);
  return {};
}

bool Python::handler_raised() {
  Gil gil;
  if (PyErr_CheckSignals() == 0) return false;
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  const Ref owned_type(type), owned_value(value), owned_traceback(traceback);
  if (traceback) PyException_SetTraceback(value, traceback);
  if (!value || PyObject_SetAttrString(embed_, "raised_in_pause", value) != 0) PyErr_WriteUnraisable(embed_);
  return true;
}

std::string Python::prove_guard(const char* lost) {
  Visit visit;
  Ref result(PyObject_CallMethod(embed_, "prove_guard", "s", lost));
  return result ? utf8(result.get()) : take_error();
}

std::string Python::debugger() {
  Visit visit;
  Ref result(PyObject_CallMethod(embed_, "debugger", nullptr));
  return result ? utf8(result.get()) : take_error();
}

std::uint32_t Python::line_of_caller(bool cell) {
  // Frames of a deeper stack are not looked at: each becomes an object.
  constexpr int kDeepest = 500;
  if (script_ == nullptr) return 0;
  Gil gil;
  PyObject* names = PyModule_GetDict(script_);
  int inner = 0;
  Ref held;
  PyFrameObject* frame = PyEval_GetFrame();
  for (int depth = 0; frame != nullptr && depth < kDeepest; ++depth) {
    const Ref globals(PyFrame_GetGlobals(frame));
    if (globals.get() == names) {
      const Ref code(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
      const bool outermost = PyUnicode_CompareWithASCIIString(reinterpret_cast<PyCodeObject*>(code.get())->co_name, "<module>") == 0;
      if (cell && outermost) return static_cast<std::uint32_t>(PyFrame_GetLineNumber(frame));
      if (inner == 0) inner = PyFrame_GetLineNumber(frame);
    }
    held = Ref(reinterpret_cast<PyObject*>(PyFrame_GetBack(frame)));
    frame = reinterpret_cast<PyFrameObject*>(held.get());
  }
  return static_cast<std::uint32_t>(inner > 0 ? inner : 0);
}

void Python::make_libyt_module(bool interactive, bool jupyter) {
  Gil gil;
  libyt_ = PyImport_ImportModule("allranks._libyt");
  const Ref module(libyt_ ? PyObject_GetAttrString(libyt_, "module") : nullptr);
  const Ref native(module ? PyObject_GetAttrString(libyt_, "native") : nullptr);
  if (!native || !libyt::add_functions(module.get(), native.get())) throw Failure(ALLRANKS_ERR_PYTHON, "the module libyt could not be made: " + take_error());
  Ref done(PyObject_CallMethod(libyt_, "set_modes", "ii", interactive ? 1 : 0, jupyter ? 1 : 0));
  if (!done) throw Failure(ALLRANKS_ERR_PYTHON, "the module libyt could not be made: " + take_error());
}

std::string Python::functions_due() {
  Visit visit;
  Ref result(PyObject_CallMethod(embed_, "functions_due", nullptr));
  if (result && PyBytes_Check(result.get())) return {PyBytes_AS_STRING(result.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(result.get()))};
  std::fprintf(stderr, "allranks: the functions that were set to run cannot be called: %s\n", take_error().c_str());
  return {};
}

bool Python::function_failed() {
  Visit visit;
  Ref result(PyObject_CallMethod(embed_, "function_failed", nullptr));
  if (!result) PyErr_Clear();
  return result && PyObject_IsTrue(result.get()) == 1;
}

void Python::end_round() {
  Visit visit;
  Ref done(PyObject_CallMethod(embed_, "end_round", nullptr));
  if (!done) PyErr_WriteUnraisable(embed_);
}

void Python::store_user_parameter(const std::string& key, PyObject* value) {
  Ref owned(value);
  Ref name = text(key);
  Ref done(owned && name && libyt_ ? PyObject_CallMethod(libyt_, "set_user_parameter", "OO", name.get(), owned.get()) : nullptr);
  if (!done) throw Failure(ALLRANKS_ERR_PYTHON, "the parameter '" + key + "' could not be set: " + take_error());
}

namespace {

// A scalar for one value, a tuple for more, as libyt documents.
template <class T, class Make>
PyObject* scalar_or_tuple(const std::vector<T>& values, Make make) {
  if (values.size() == 1) return make(values[0]);
  Ref tuple(PyTuple_New(static_cast<Py_ssize_t>(values.size())));
  for (std::size_t i = 0; tuple && i < values.size(); ++i) {
    PyObject* item = make(values[i]);
    if (!item) return nullptr;
    PyTuple_SetItem(tuple.get(), static_cast<Py_ssize_t>(i), item);
  }
  return tuple.release();
}

}  // namespace

void Python::set_user_parameter(const std::string& key, const std::vector<long long>& values) {
  Gil gil;
  store_user_parameter(key, scalar_or_tuple(values, PyLong_FromLongLong));
}

void Python::set_user_parameter(const std::string& key, const std::vector<unsigned long long>& values) {
  Gil gil;
  store_user_parameter(key, scalar_or_tuple(values, PyLong_FromUnsignedLongLong));
}

void Python::set_user_parameter(const std::string& key, const std::vector<double>& values) {
  Gil gil;
  store_user_parameter(key, scalar_or_tuple(values, PyFloat_FromDouble));
}

void Python::set_user_parameter(const std::string& key, const std::string& value) {
  Gil gil;
  store_user_parameter(key, text(value).release());
}

std::string Python::fold(const std::vector<std::string>& texts) {
  Visit visit;
  Ref list(PyList_New(0));
  for (const std::string& one : texts) {
    Ref item = text(one);
    if (!item || PyList_Append(list.get(), item.get()) != 0) return take_error();
  }
  Ref result(PyObject_CallMethod(embed_, "fold", "O", list.get()));
  return result ? utf8(result.get()) : take_error();
}

void Python::stop() {
  // A host that ran Python before us may have ended it already.
  if (!Py_IsInitialized()) return;
  call_quietly("stop");
}

}  // namespace allranks
