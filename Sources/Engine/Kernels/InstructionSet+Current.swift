import ConvKernels
import Glibc

extension InstructionSet {
  /// The set that the program uses: the best one, or a lower one that the environment variable `CONVSCOPE_ISA` names,
  /// so that every path can be tried on every machine.
  public static let current: InstructionSet = {
    guard let name = getenv("CONVSCOPE_ISA") else { return .best }
    return InstructionSet(named: String(cString: name)) ?? .best
  }()

  /// Runs rounds of independent multiply-adds in registers; gives the floating-point operations done.
  public func peakOperations(rounds: Int64) -> Double {
    var sink: [Float] = [0, 0.5, 0]
    return table.pointee.peak(rounds, &sink)
  }
}
