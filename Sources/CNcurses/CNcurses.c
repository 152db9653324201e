#define _XOPEN_SOURCE 700
#include "CNcurses.h"

#include <term.h>
#include <wchar.h>

const char *cn_capability(const char *name) {
  const char *value = tigetstr(name);
  return value == (char *)-1 ? NULL : value;
}

cn_type cn_look_up_type(const char *name, int descriptor) {
  int status = 0;
  if (setupterm(name, descriptor, &status) != OK) {
    return status == 1 ? cn_type_line_by_line : cn_type_unknown;
  }
  bool usable = cn_capability("cup") != NULL;
  del_curterm(cur_term);
  return usable ? cn_type_usable : cn_type_line_by_line;
}

int cn_width(wchar_t character) { return wcwidth(character); }
