import Engine
import Measurement

/// What tuning has told on this machine, read once.
enum RememberedTuning {
  /// Nothing, with one warning, where the file cannot be used.
  static let tuning: Tuning = {
    do throws(UnusableFile) {
      return try TuningFile.file.read()?.tuning ?? .none
    } catch {
      Progress.note("\(error)")
      return .none
    }
  }()
}
