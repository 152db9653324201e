import Engine
import Measurement
import Synchronization

/// What tuning has told on this machine, read once for each number of threads.
enum RememberedTuning {
  private static let known = Mutex<[Int: Tuning]>([:])

  /// Nothing, with one warning, where the file cannot be used.
  static func tuning(threads: Int) -> Tuning {
    known.withLock { known in
      if let tuning = known[threads] { return tuning }
      let tuning = read(threads: threads)
      known[threads] = tuning
      return tuning
    }
  }

  private static func read(threads: Int) -> Tuning {
    do throws(UnusableFile) {
      return try TuningFile.file(threads: threads).read()?.tuning ?? .none
    } catch {
      Progress.note("\(error)")
      return .none
    }
  }
}
