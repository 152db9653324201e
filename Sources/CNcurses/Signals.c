#include "Signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

// MARK: signals that the event loop handles

static const int caught[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT};
static struct sigaction before_catching[COUNT(caught)];
static volatile sig_atomic_t arrived[NSIG];
static volatile sig_atomic_t wake_descriptor = -1;

static void remember(int signal) {
  int saved = errno;
  arrived[signal] = 1;
  // A full pipe wakes the loop as well.
  ssize_t written = write(wake_descriptor, "", 1);
  (void)written;
  errno = saved;
}

void cn_signals_catch(int descriptor) {
  wake_descriptor = descriptor;
  struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < COUNT(caught); i++) {
    arrived[caught[i]] = 0;
    sigaction(caught[i], NULL, &before_catching[i]);
    if (before_catching[i].sa_handler != SIG_IGN) sigaction(caught[i], &action, NULL);
  }
}

void cn_signals_release(void) {
  for (size_t i = 0; i < COUNT(caught); i++) sigaction(caught[i], &before_catching[i], NULL);
}

bool cn_signals_take(int signal) {
  bool is_there = arrived[signal];
  arrived[signal] = 0;
  return is_there;
}

void cn_signals_die(int signal) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(signal, &action, NULL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  kill(getpid(), signal);
  // Another thread may have been chosen to take it.
  poll(NULL, 0, 1000);
  _exit(128 + signal);
}

void cn_signals_stop(void) {
  struct sigaction stop = {.sa_handler = SIG_DFL}, saved;
  sigaction(SIGTSTP, NULL, &saved);
  // Whoever ignores it for its children has no way to bring them back.
  if (saved.sa_handler == SIG_IGN) return;
  arrived[SIGCONT] = 0;
  sigaction(SIGTSTP, &stop, NULL);
  // The whole group: under `make` only the child would stop, and the terminal hang.
  kill(0, SIGTSTP);
  // Another thread may take the signal and this one run on for a while. SIGCONT ends the wait.
  for (int i = 0; i < 20 && !arrived[SIGCONT]; i++) poll(NULL, 0, 10);
  arrived[SIGCONT] = 0;
  sigaction(SIGTSTP, &saved, NULL);
}

// MARK: signals that end the process

static const int fatal[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
static struct sigaction before_arming[COUNT(fatal)];
static bool keeps_backtracer;
static struct {
  int terminal;
  struct termios modes;
  char reset[256];
  size_t reset_length;
  int kept_errors;
  int errors;
} restoration;
static volatile sig_atomic_t is_armed;

void cn_write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

void cn_set_modes(int terminal, const struct termios *modes) {
  sigset_t background, saved;
  sigemptyset(&background);
  sigaddset(&background, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &background, &saved);
  tcsetattr(terminal, TCSANOW, modes);
  pthread_sigmask(SIG_SETMASK, &saved, NULL);
}

/// Every step is tried, whatever became of those before it.
static void restore(void) {
  if (!is_armed) return;
  is_armed = 0;
  cn_write_all(restoration.terminal, restoration.reset, restoration.reset_length);
  cn_set_modes(restoration.terminal, &restoration.modes);
  if (restoration.kept_errors < 0) return;
  dup2(restoration.errors, STDERR_FILENO);
  lseek(restoration.kept_errors, 0, SEEK_SET);
  char text[512];
  ssize_t count;
  while ((count = read(restoration.kept_errors, text, sizeof text)) > 0) {
    cn_write_all(STDERR_FILENO, text, (size_t)count);
  }
}

static struct {
  const char *line;
  int status;
} file_guard;

static void end_after_file_fault(int signal, const siginfo_t *info) {
  if (signal != SIGBUS || info->si_code != BUS_ADRERR || !file_guard.line) return;
  cn_write_all(STDERR_FILENO, file_guard.line, strlen(file_guard.line));
  _exit(file_guard.status);
}

static void die(int signal, siginfo_t *info, void *context) {
  (void)context;
  restore();
  end_after_file_fault(signal, info);
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (size_t i = 0; i < COUNT(fatal); i++) {
    if (fatal[i] == signal && keeps_backtracer) action = before_arming[i];
  }
  sigaction(signal, &action, NULL);
  // A fault happens again on return; a trap, or a signal that was sent, does not.
  if (info->si_code <= 0 || signal == SIGTRAP) raise(signal);
}

void cn_restoration_arm(int terminal, const struct termios *modes, const char *reset, int kept_errors, int errors) {
  static char stack[1 << 16];
  static bool is_registered;
  restoration.terminal = terminal;
  restoration.modes = *modes;
  restoration.reset_length = strnlen(reset, sizeof restoration.reset);
  memcpy(restoration.reset, reset, restoration.reset_length);
  restoration.kept_errors = kept_errors;
  restoration.errors = errors;
  // Swift's backtracer asks a question on the terminal and waits. Only who set it up wants that.
  keeps_backtracer = getenv("SWIFT_BACKTRACE") != NULL;
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, NULL);
  struct sigaction action = {.sa_sigaction = die, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < COUNT(fatal); i++) sigaction(fatal[i], &action, &before_arming[i]);
  if (!is_registered) is_registered = atexit(restore) == 0;
  is_armed = 1;
}

static void guard(int signal, siginfo_t *info, void *context) {
  (void)context;
  end_after_file_fault(signal, info);
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigaction(signal, &action, NULL);
  if (info->si_code <= 0) raise(signal);
}

void cn_guard_files(const char *line, int status) {
  file_guard.line = line;
  file_guard.status = status;
  struct sigaction action = {.sa_sigaction = guard, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
}

void cn_restoration_disarm(void) {
  if (!is_armed) return;
  is_armed = 0;
  for (size_t i = 0; i < COUNT(fatal); i++) sigaction(fatal[i], &before_arming[i], NULL);
}
