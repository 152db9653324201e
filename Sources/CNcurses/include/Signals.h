#pragma once

/// What runs inside signal handlers. It stands in C because nothing here may allocate, lock or initialise lazily, which
/// Swift does not promise.

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/// Catches SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT and SIGQUIT: each is remembered until it is taken, and a
/// byte is written to a descriptor, which should not block. What the parent had ignored stays ignored.
void cn_signals_catch(int descriptor);

/// Puts back what was there before.
void cn_signals_release(void);

/// Whether the signal has arrived since this was last asked.
bool cn_signals_take(int signal);

/// Ends the process by a signal's default action, so that its parent sees the signal.
_Noreturn void cn_signals_die(int signal);

/// Stops the process group until it is continued. In a group that cannot be stopped it returns after a moment,
/// and where the parent had SIGTSTP ignored, at once.
void cn_signals_stop(void);

/// From now on until `cn_restoration_disarm`, a fatal signal or `exit` gives the terminal back first.
///
/// - reset: what the terminal is sent, and modes: its settings as they were.
/// - kept_errors: a file with the text that was kept from the screen, and errors: where it belongs; or both -1.
void cn_restoration_arm(int terminal, const struct termios *modes, const char *reset, int kept_errors, int errors);
void cn_restoration_disarm(void);

/// From now on a file that has been made shorter while it is read ends the process with this line and status, and not with
/// a fault.
void cn_guard_files(const char *line, int status);

/// Sets the modes of a terminal even from the background, where it would stop the process.
void cn_set_modes(int terminal, const struct termios *modes);

/// Writes all of the bytes, unless the descriptor refuses.
void cn_write_all(int descriptor, const char *bytes, size_t count);
