/// A way to compute a convolution, and what the cost model expects of it.
public struct Candidate: Hashable, Sendable, CustomStringConvertible {
  let algorithm: ConvolutionAlgorithm
  /// The cycles that it is expected to take, from the first thread's start to the last one's end.
  public let cycles: Double

  public var description: String { algorithm.description }
}
