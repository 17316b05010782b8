// Text that Python prints, on its way into the output ring.
//
// `print` makes two small writes for a line. They are gathered here without any Python code: text leaves at the first line after a
// quiet 50 ms (a lone "starting ..." is seen at once), at 8 KiB, when the cell asks, and else 20 ms later from the I/O thread of
// the link, also while native code holds the GIL.
//
// What native code and child processes print during a cell (link/text_pipes.h) is put between, in its order: the pipes are looked at
// before a line that Python begins to print, and by the I/O thread.
#pragma once
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

#include "../link/bridge_link.h"

struct _object;
typedef struct _object PyObject;

namespace allranks {

class TextBuffer {
 public:
  struct Piece {
    int stream;  // 1 stdout, 2 stderr
    std::uint64_t index;
    std::string text;
  };
  // Appends text of command `index`; true when it is time to flush. Any thread.
  bool put(BridgeLink& link, int stream, std::uint64_t index, std::string_view text);
  // Appends text that must not wait, of code that the simulation calls; false: too much waits already, and nothing was taken. Any thread.
  bool offer(BridgeLink& link, int stream, std::uint64_t index, std::string_view text);
  // Takes what has come through the pipes; false: nothing. `bounded`: not while much text waits already. Any thread.
  bool take_piped(BridgeLink& link, bool bounded);
  // Writes what there is room for at once; true when all text is in the ring. Any thread, without Python.
  bool flush_at_once(BridgeLink& link);
  // Where the pieces end now. Any thread.
  std::uint64_t end();
  // Takes out the first piece, for a caller who waits for room; false when there is none before `end`. The caller keeps the GIL
  // until it waits in the ring's queue, so that pieces stay in order, and says then that the piece has landed (or is lost).
  bool take(std::uint64_t end, Piece* piece);
  void landed();
  // Whether a piece is taken and has not landed. Any thread.
  bool under_way();

 private:
  // With the mutex held.
  void append(int stream, std::uint64_t index, std::string_view text);
  bool take_pipes(BridgeLink& link);

  std::mutex mutex_;
  bool line_begins_ = true;  // the latest text of Python ended a line
  std::uint64_t put_ns_ = 0;  // when it came
  std::deque<Piece> pieces_;
  std::uint64_t gone_ = 0;    // pieces that have left
  int under_way_ = 0;         // pieces that wait in the ring's queue
  std::size_t gathered_ = 0;  // bytes in all pieces
  std::uint64_t flushed_ns_ = 0;
};

// Text of the main thread belongs to this command; 0: to none, the job's own streams get it. With the GIL, main thread.
PyObject* core_begin_text(PyObject*, PyObject* index);
// put_text(stream, text, index): text of any thread.
PyObject* core_put_text(PyObject*, PyObject* args);
// offer_text(stream, utf8, index), offer_publish(payload, index): false instead of a wait, and when no bridge is there.
PyObject* core_offer_text(PyObject*, PyObject* args);
PyObject* core_offer_publish(PyObject*, PyObject* args);
PyObject* core_flush_text(PyObject*, PyObject*);
// In a forked child: what is buffered is the parent's.
PyObject* core_forget_text(PyObject*, PyObject*);
// text_writer(stream, elsewhere): a function like `write` of a text stream; `elsewhere(text)` takes what is not text of the cell
// on the main thread.
PyObject* core_text_writer(PyObject*, PyObject* args);
// For the link's I/O thread; false when it should be called again a little later.
bool flush_text_at_once(BridgeLink& link);
BridgeLink::Taken take_piped_text(BridgeLink& link);

}  // namespace allranks
