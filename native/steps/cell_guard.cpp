#include "cell_guard.h"

#include <pthread.h>

#include "../embed/insist.h"
#include "../embed/py_ref.h"
#include "../link/bridge_link.h"

namespace allranks {

namespace {

// Python's own `default_int_handler` for SIGINT, also when SIGINT was ignored at launch (background jobs of a shell).
// Returns the handler in Python that was there, if it is another one: the caller gives it back.
PyObject* install_interrupt_handler() {
  Gil gil;
  // Kept for the life of the process. `signal.signal` itself makes enumerations of everything at each call.
  static PyObject* const module = PyImport_ImportModule("_signal");
  static PyObject* const install = module ? PyObject_GetAttrString(module, "signal") : nullptr;
  static PyObject* const handler = module ? PyObject_GetAttrString(module, "default_int_handler") : nullptr;
  Ref before(install && handler ? PyObject_CallFunction(install, "iO", SIGINT, handler) : nullptr);
  // Possible only on a thread that is not Python's main thread: cells then run without interrupts.
  if (!before) PyErr_Clear();
  return before && before.get() != handler && PyCallable_Check(before.get()) ? before.release() : nullptr;
}

void give_back_interrupt_handler(PyObject* handler) {
  Gil gil;
  const Ref owned(handler), module(PyImport_ImportModule("_signal"));
  const Ref done(module ? PyObject_CallMethod(module.get(), "signal", "iO", SIGINT, handler) : nullptr);
  if (!done) PyErr_WriteUnraisable(handler);
}

// SIGINT and the signal that repeats it.
sigset_t interrupt_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  if (wake_signal() != 0) sigaddset(&set, wake_signal());
  return set;
}

void swallow_pending_interrupt() {
  Gil gil;
  while (PyErr_CheckSignals() != 0) PyErr_Clear();
}

bool timer_runs(std::size_t timer) {
  itimerval value{};
  return getitimer(static_cast<__itimer_which_t>(timer), &value) == 0 && (value.it_value.tv_sec != 0 || value.it_value.tv_usec != 0);
}

}  // namespace

Dispositions::Dispositions() {
  for (int number = 1; number <= kSignals; ++number) {
    const auto at = static_cast<std::size_t>(number);
    saved_[at] = number != SIGKILL && number != SIGSTOP && sigaction(number, nullptr, &actions_[at]) == 0;
  }
}

void Dispositions::restore(int last) const {
  for (int number = 1; number <= last; ++number) {
    const auto at = static_cast<std::size_t>(number);
    if (saved_[at]) sigaction(number, &actions_[at], nullptr);
  }
}

CellGuard::CellGuard(BridgeLink& link, std::uint64_t index, const Dispositions& before) : link_(link), streams_(link.pipes(), index), before_(before) {
  for (std::size_t timer = 0; timer < timer_ran_.size(); ++timer) timer_ran_[timer] = timer_runs(timer);
  const sigset_t interrupt = interrupt_signals();
  handler_ = install_interrupt_handler();
  pthread_sigmask(SIG_UNBLOCK, &interrupt, &mask_);
  link_.arm(index, SIGINT, wake_signal());
}

void CellGuard::end_interrupts() { link_.disarm(); }

CellGuard::~CellGuard() {
  end_interrupts();
  // `signal.alarm` of a cell that has ended would meet the simulation's disposition, which by default ends the process.
  for (std::size_t timer = 0; timer < timer_ran_.size(); ++timer) {
    const itimerval none{};
    if (!timer_ran_[timer] && timer_runs(timer)) setitimer(static_cast<__itimer_which_t>(timer), &none, nullptr);
  }
  // From here nobody sends SIGINT for this cell any more; one that is under way is taken before the old handler returns.
  const sigset_t interrupt = interrupt_signals();
  pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);
  const timespec now{0, 0};
  while (sigtimedwait(&interrupt, nullptr, &now) > 0) {
  }
  swallow_pending_interrupt();
  if (handler_ != nullptr) give_back_interrupt_handler(handler_);
  before_.restore_standard();
  pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
}

}  // namespace allranks
