import Glibc

/// What the operating system says about this machine.
enum Machine {
  /// Processors that this process may run on.
  static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
