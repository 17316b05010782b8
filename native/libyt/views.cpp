#include "views.h"

#include "dtype.h"

namespace allranks::libyt {

namespace {

struct BlockObject {
  PyObject_HEAD
  Block* block;
  Py_ssize_t strides[3];
};

void block_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  delete reinterpret_cast<BlockObject*>(self)->block;
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

int block_getbuffer(PyObject* self, Py_buffer* view, int flags) {
  BlockObject* object = reinterpret_cast<BlockObject*>(self);
  Block& block = *object->block;
  if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE && !block.writable) {
    PyErr_SetString(PyExc_BufferError, "memory of the simulation is read-only");
    view->obj = nullptr;
    return -1;
  }
  Py_ssize_t length = static_cast<Py_ssize_t>(item_bytes(block.dtype));
  for (int axis = block.ndim - 1; axis >= 0; --axis) {
    object->strides[axis] = length;
    length *= block.shape[axis];
  }
  view->buf = block.pointer;
  view->obj = Py_NewRef(self);
  view->len = length;
  view->itemsize = static_cast<Py_ssize_t>(item_bytes(block.dtype));
  view->readonly = block.writable ? 0 : 1;
  view->ndim = block.ndim;
  view->format = (flags & PyBUF_FORMAT) ? const_cast<char*>(buffer_format(block.dtype)) : nullptr;
  view->shape = block.shape;
  view->strides = object->strides;
  view->suboffsets = nullptr;
  view->internal = nullptr;
  if (block.ledger) ++block.ledger->views;
  return 0;
}

void block_releasebuffer(PyObject* self, Py_buffer*) {
  Block& block = *reinterpret_cast<BlockObject*>(self)->block;
  if (block.ledger) --block.ledger->views;
}

PyType_Slot block_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(block_dealloc)},
    {Py_bf_getbuffer, reinterpret_cast<void*>(block_getbuffer)},
    {Py_bf_releasebuffer, reinterpret_cast<void*>(block_releasebuffer)},
    {Py_tp_doc, const_cast<char*>("Memory behind an array of libyt's module.")},
    {0, nullptr},
};
PyType_Spec block_spec = {"libyt.Memory", sizeof(BlockObject), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, block_slots};

// NumPy's functions, looked up once: arrays are made by the thousand.
PyObject* numpy_function(const char* name, PyObject** kept) {
  if (*kept == nullptr) {
    Ref numpy(PyImport_ImportModule("numpy"));
    if (!numpy) return nullptr;
    *kept = PyObject_GetAttrString(numpy.get(), name);
  }
  return *kept;
}

}  // namespace

Ref array_over(Block block) {
  static PyObject* type = nullptr;
  static PyObject* asarray = nullptr;
  if (type == nullptr) type = PyType_FromSpec(&block_spec);
  if (type == nullptr || numpy_function("asarray", &asarray) == nullptr) return {};
  // A pointer to nothing is not an error where there are no elements.
  static char nowhere[16];
  if (block.pointer == nullptr) block.pointer = nowhere;
  Ref memory(reinterpret_cast<PyTypeObject*>(type)->tp_alloc(reinterpret_cast<PyTypeObject*>(type), 0));
  if (!memory) return {};
  reinterpret_cast<BlockObject*>(memory.get())->block = new Block(std::move(block));
  return Ref(PyObject_CallOneArg(asarray, memory.get()));
}

Ref new_array(yt_dtype dtype, int ndim, const int* shape, void** data, bool zeroed) {
  static PyObject *zeros = nullptr, *empty = nullptr;
  PyObject* make = zeroed ? numpy_function("zeros", &zeros) : numpy_function("empty", &empty);
  if (make == nullptr) return {};
  Ref dims(PyTuple_New(ndim));
  for (int axis = 0; dims && axis < ndim; ++axis) {
    PyObject* extent = PyLong_FromLong(shape[axis]);
    if (!extent) return {};
    PyTuple_SET_ITEM(dims.get(), axis, extent);
  }
  if (!dims) return {};
  Ref array(PyObject_CallFunction(make, "Os", dims.get(), buffer_format(dtype)));
  if (!array) return {};
  // The array keeps its memory; a buffer is the way to its address without NumPy's headers.
  Py_buffer buffer;
  if (PyObject_GetBuffer(array.get(), &buffer, PyBUF_WRITABLE) != 0) return {};
  *data = buffer.buf;
  PyBuffer_Release(&buffer);
  return array;
}

}  // namespace allranks::libyt
