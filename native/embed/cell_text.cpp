#include "cell_text.h"

#include <cstring>
#include <string_view>

namespace allranks {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '*'; }

// Line ends other than LF, which IPython's line transformations know, prompts, a shell assignment, coroutines: as _ODD of _plain.py.
bool is_odd(std::string_view rest) {
  const auto begins = [&](std::string_view word) { return rest.compare(0, word.size(), word) == 0; };
  switch (rest.front()) {
    case '\r':
    case '\x0b':
    case '\x0c':
    case '\x1c':
    case '\x1d':
    case '\x1e':
      return true;
    case '>':
      return begins(">>>");
    case 'I':
      return begins("In ");
    case '.':
      return begins("...:");
    case '=':
      return begins("=!");
    case 'a':
      return begins("await") || begins("async");
    default:
      return false;
  }
}

}  // namespace

PyObject* core_first_word(PyObject*, PyObject* cell) {
  if (!PyUnicode_Check(cell) || !PyUnicode_IS_ASCII(cell)) Py_RETURN_NOTIMPLEMENTED;
  Py_ssize_t length = 0;
  const char* data = PyUnicode_AsUTF8AndSize(cell, &length);
  if (!data) return nullptr;
  const std::string_view text(data, static_cast<std::size_t>(length));
  if (text.empty() || std::strchr(" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f%", text.front()) != nullptr) Py_RETURN_NONE;
  bool blank_end = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_odd(text.substr(i))) Py_RETURN_NONE;
    if (text[i] == '\n' && i > 0 && is_blank(text[i - 1])) blank_end = true;
  }
  if (text.find('\n') + 1 != text.size()) {
    // IPython empties lines that consist of blanks, also within strings.
    if (blank_end) Py_RETURN_NONE;
    return PyUnicode_FromStringAndSize("\n", 1);
  }
  std::size_t word = 0;
  while (word < text.size() && is_word(text[word])) ++word;
  return PyUnicode_FromStringAndSize(data, static_cast<Py_ssize_t>(word));
}

}  // namespace allranks
