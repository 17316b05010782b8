#include "text.h"

#include <pthread.h>

#include <atomic>

#include "../link/bridge_link.h"
#include "../runtime.h"
#include "core_module.h"
#include "py_ref.h"

namespace allranks {

namespace {

constexpr std::size_t kFlushBytes = 8192;
// So much text of native code waits outside of its pipe when the ring has no room.
constexpr std::size_t kMostPiped = 1u << 20;
constexpr std::uint64_t kQuiet_ns = 50'000'000;
// Nothing can print into a pipe and come back to Python in less: a loop that only prints does not look at the pipes.
constexpr std::uint64_t kShortest_ns = 1000;

// Never destroyed: threads may print at any time. A forked child has one of its own, since the parent's may be locked there.
std::atomic<TextBuffer*> g_buffer{new TextBuffer};
// With the GIL only.
pthread_t g_main_thread;
std::uint64_t g_index = 0;
// A signal handler of the user that prints while its thread waits for room must not write into the message that waits.
thread_local bool t_flushing = false;

protocol::RingKind kind_of(int stream) { return stream == 2 ? protocol::RingKind::stderr : protocol::RingKind::stdout; }

// Everything that is buffered, waiting for room without the GIL. False with an exception set when the wait was interrupted.
bool flush(const CoreCall& call) {
  BridgeLink* link = call.link();
  if (!link || link->in_child() || t_flushing) return true;
  TextBuffer& buffer = *g_buffer.load();
  if (g_index != 0 && pthread_equal(pthread_self(), g_main_thread)) {
    // C code may have to wait for room in its pipe, which the I/O thread makes without the GIL.
    link->pipes().flush_buffers();
    buffer.take_piped(*link, false);
  }
  TextBuffer::Piece piece;
  // Not what other threads print meanwhile: they could go on for ever.
  const std::uint64_t end = buffer.end();
  while (!buffer.flush_at_once(*link)) {
    const bool mine = buffer.take(end, &piece);
    if (!mine && !buffer.under_way()) break;
    t_flushing = true;
    // A piece that another thread has taken may hold text of this one: a cell that ends must not overtake it.
    Ref sent(mine ? call.send(kind_of(piece.stream), piece.index, piece.text.data(), static_cast<Py_ssize_t>(piece.text.size())) : call.await_others());
    t_flushing = false;
    if (mine) buffer.landed();
    if (!sent) return false;
    if (!mine) break;
  }
  return true;
}

bool write_text(const CoreCall& call, int stream, std::uint64_t index, PyObject* text) {
  BridgeLink* link = call.link();
  if (!link || link->in_child()) return true;
  Py_ssize_t length = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text, &length);
  Ref replaced;
  if (!data) {
    // Lone surrogates have no UTF-8 form: they are shown as question marks rather than lost with everything around them.
    PyErr_Clear();
    replaced = Ref(PyUnicode_AsEncodedString(text, "utf-8", "replace"));
    if (!replaced) return false;
    data = PyBytes_AS_STRING(replaced.get());
    length = PyBytes_GET_SIZE(replaced.get());
  }
  if (length == 0) return true;
  TextBuffer& buffer = *g_buffer.load();
  return !buffer.put(*link, stream, index, {data, static_cast<std::size_t>(length)}) || flush(call);
}

struct WriterObject {
  PyObject_HEAD
  int stream;
  PyObject* elsewhere;
};

PyObject* writer_write(PyObject* self, PyObject* text) {
  if (!PyUnicode_Check(text)) {
    return PyErr_Format(PyExc_TypeError, "write() argument must be str, not %s", Py_TYPE(text)->tp_name);
  }
  const auto* writer = reinterpret_cast<WriterObject*>(self);
  if (g_index == 0 || !pthread_equal(pthread_self(), g_main_thread)) {
    if (!Ref(PyObject_CallOneArg(writer->elsewhere, text))) return nullptr;
  } else {
    const CoreCall call;
    if (!call || !write_text(call, writer->stream, g_index, text)) return nullptr;
  }
  return PyLong_FromSsize_t(PyUnicode_GET_LENGTH(text));
}

void writer_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  Py_CLEAR(reinterpret_cast<WriterObject*>(self)->elsewhere);
  type->tp_free(self);
  Py_DECREF(type);
}

int writer_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(reinterpret_cast<WriterObject*>(self)->elsewhere);
  return 0;
}

PyMethodDef writer_methods[] = {
    {"write", writer_write, METH_O, "Write text; returns the number of characters."},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot writer_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(writer_dealloc)},
    {Py_tp_traverse, reinterpret_cast<void*>(writer_traverse)},
    {Py_tp_methods, writer_methods},
    {0, nullptr},
};
PyType_Spec writer_spec = {"_allranks.TextWriter", sizeof(WriterObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, writer_slots};

}  // namespace

bool TextBuffer::put(BridgeLink& link, int stream, std::uint64_t index, std::string_view text) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t now = shm::monotonic_ns();
  if (line_begins_ && now - put_ns_ > kShortest_ns) take_pipes(link);
  line_begins_ = text.back() == '\n';
  put_ns_ = now;
  append(stream, index, text);
  if (gathered_ >= kFlushBytes) return true;
  if (text.back() == '\n' && now - flushed_ns_ >= kQuiet_ns) return true;
  link.look_later();
  return false;
}

void TextBuffer::append(int stream, std::uint64_t index, std::string_view text) {
  if (pieces_.empty() || pieces_.back().stream != stream || pieces_.back().index != index) pieces_.push_back({stream, index, {}});
  pieces_.back().text.append(text);
  gathered_ += text.size();
}

bool TextBuffer::offer(BridgeLink& link, int stream, std::uint64_t index, std::string_view text) {
  {
    const std::lock_guard lock(mutex_);
    if (gathered_ + text.size() > kMostPiped) return false;
    append(stream, index, text);
    if (gathered_ < kFlushBytes) {
      link.look_later();
      return true;
    }
  }
  if (!flush_at_once(link)) link.look_later();
  return true;
}

bool TextBuffer::take_pipes(BridgeLink& link) {
  bool some = false;
  std::string text;
  for (int stream = 1; stream <= TextPipes::kStreams; ++stream) {
    text.clear();
    if (!link.pipes().read(stream, &text)) continue;
    some = true;
    if (!text.empty()) append(stream, link.pipes().index, text);
  }
  return some;
}

bool TextBuffer::take_piped(BridgeLink& link, bool bounded) {
  const std::lock_guard lock(mutex_);
  return (!bounded || gathered_ < kMostPiped) && take_pipes(link);
}

bool TextBuffer::flush_at_once(BridgeLink& link) {
  const std::lock_guard lock(mutex_);
  // What a thread has taken out and waits with comes first.
  if (under_way_ > 0) return false;
  while (!pieces_.empty()) {
    const Piece& first = pieces_.front();
    if (!link.send_at_once(kind_of(first.stream), first.index, first.text)) return false;
    gathered_ -= first.text.size();
    pieces_.pop_front();
    ++gone_;
    flushed_ns_ = shm::monotonic_ns();
  }
  return true;
}

std::uint64_t TextBuffer::end() {
  const std::lock_guard lock(mutex_);
  return gone_ + pieces_.size();
}

bool TextBuffer::take(std::uint64_t end, Piece* piece) {
  const std::lock_guard lock(mutex_);
  if (pieces_.empty() || gone_ >= end) return false;
  *piece = std::move(pieces_.front());
  gathered_ -= piece->text.size();
  pieces_.pop_front();
  ++gone_;
  ++under_way_;
  flushed_ns_ = shm::monotonic_ns();
  return true;
}

void TextBuffer::landed() {
  const std::lock_guard lock(mutex_);
  --under_way_;
}

bool TextBuffer::under_way() {
  const std::lock_guard lock(mutex_);
  return under_way_ > 0;
}

PyObject* core_begin_text(PyObject*, PyObject* index) {
  const unsigned long long value = PyLong_AsUnsignedLongLong(index);
  if (PyErr_Occurred()) return nullptr;
  g_main_thread = pthread_self();
  g_index = value;
  Py_RETURN_NONE;
}

PyObject* core_put_text(PyObject*, PyObject* args) {
  int stream = 1;
  PyObject* text = nullptr;
  unsigned long long index = 0;
  if (!PyArg_ParseTuple(args, "iUK", &stream, &text, &index)) return nullptr;
  const CoreCall call;
  if (!call || !write_text(call, stream, index, text)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* core_offer_text(PyObject*, PyObject* args) {
  int stream = 1;
  const char* text = nullptr;
  Py_ssize_t length = 0;
  unsigned long long index = 0;
  if (!PyArg_ParseTuple(args, "iy#K", &stream, &text, &length, &index)) return nullptr;
  const CoreCall call;
  if (!call) return nullptr;
  BridgeLink* link = call.link();
  const bool taken = link && !link->in_child() && link->connected() && g_buffer.load()->offer(*link, stream, index, {text, static_cast<std::size_t>(length)});
  return PyBool_FromLong(taken);
}

PyObject* core_offer_publish(PyObject*, PyObject* args) {
  Py_buffer payload;
  unsigned long long index = 0;
  if (!PyArg_ParseTuple(args, "y*K", &payload, &index)) return nullptr;
  bool taken = false;
  {
    const CoreCall call;
    BridgeLink* link = call ? call.link() : nullptr;
    // Behind the text that was printed before it, or not at all.
    taken = link && !link->in_child() && link->connected() && flush_text_at_once(*link) &&
            link->send_at_once(protocol::RingKind::publish, index, {static_cast<const char*>(payload.buf), static_cast<std::size_t>(payload.len)});
  }
  PyBuffer_Release(&payload);
  if (PyErr_Occurred()) return nullptr;
  return PyBool_FromLong(taken);
}

PyObject* core_flush_text(PyObject*, PyObject*) {
  const CoreCall call;
  if (!call || !flush(call)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* core_forget_text(PyObject*, PyObject*) {
  g_buffer = new TextBuffer;
  g_index = 0;
  Py_RETURN_NONE;
}

PyObject* core_text_writer(PyObject*, PyObject* args) {
  static PyObject* const type = PyType_FromSpec(&writer_spec);
  int stream = 1;
  PyObject* elsewhere = nullptr;
  if (!type || !PyArg_ParseTuple(args, "iO", &stream, &elsewhere)) return nullptr;
  Ref writer(reinterpret_cast<PyTypeObject*>(type)->tp_alloc(reinterpret_cast<PyTypeObject*>(type), 0));
  if (!writer) return nullptr;
  reinterpret_cast<WriterObject*>(writer.get())->stream = stream;
  reinterpret_cast<WriterObject*>(writer.get())->elsewhere = Py_NewRef(elsewhere);
  return PyObject_GetAttrString(writer.get(), "write");
}

BridgeLink::Taken take_piped_text(BridgeLink& link) {
  TextBuffer& buffer = *g_buffer.load();
  const bool some = buffer.take_piped(link, true);
  if (!buffer.flush_at_once(link)) {
    link.look_later();
    return BridgeLink::Taken::no_room;
  }
  return some ? BridgeLink::Taken::some : BridgeLink::Taken::nothing;
}

bool flush_text_at_once(BridgeLink& link) { return g_buffer.load()->flush_at_once(link); }

}  // namespace allranks
