#pragma once

/// What Swift cannot import from ncursesw: values that are macros, globals that it takes to be unsafe, and the one
/// part of terminfo that is needed. Everything else is used as curses.h declares it.

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdbool.h>

#include "Signals.h"

typedef enum {
  cn_type_unknown,
  /// Without cursor addressing, as `dumb`.
  cn_type_line_by_line,
  cn_type_usable,
} cn_type;

/// What terminfo knows about a type of terminal.
cn_type cn_look_up_type(const char *name, int descriptor);

/// A string of the terminal that was opened last, NULL where it has none.
const char *cn_capability(const char *name);

static inline WINDOW *cn_stdscr(void) { return stdscr; }
static inline WINDOW *cn_curscr(void) { return curscr; }
static inline int cn_colors(void) { return COLORS; }

static inline attr_t cn_attributes(bool bold, bool dim, bool underlined, bool reversed) {
  return (bold ? A_BOLD : 0) | (dim ? A_DIM : 0) | (underlined ? A_UNDERLINE : 0) | (reversed ? A_REVERSE : 0);
}

/// The columns of a character in the present locale, -1 for one that cannot be shown.
int cn_width(wchar_t character);

/// A cell with a character, its combining marks (up to a null) and a pair, which may lie beyond 255.
static inline cchar_t cn_cell(const wchar_t *characters, attr_t attributes, int pair) {
  cchar_t cell;
  setcchar(&cell, characters, attributes, 0, &pair);
  return cell;
}

static inline int cn_function_key(int number) { return KEY_F(number); }
