import NetworkGraph

/// What tells apart the layers that need a measurement of their own: two with equal signatures do the same work in the
/// same way, in whichever network they stand.
public struct LayerSignature: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// - Parameters:
  ///   - convolution: of a linear layer, the convolution whose window is its whole input.
  ///   - takesIn: true if some of its algorithms carry out a norm or activation before it, a step of its own for others.
  ///   - epilogue: what runs behind the sums, beside bias and bounds, which cost nothing.
  init(
    _ convolution: Convolution, input: Shape, output: Shape, isPlanar: Bool, takesIn: Bool,
    epilogue: Set<Epilogue>, options: PlanOptions
  ) {
    let c = convolution
    let parts = [
      "conv \(c.inputChannels)>\(c.outputChannels) \(c.kernel) stride \(c.stride) padding \(c.padding)",
      "dilation \(c.dilation) groups \(c.groups) \(input.height)x\(input.width) > \(output.height)x\(output.width)",
      isPlanar ? "planar" : "units", takesIn ? "behind a norm" : "",
      Epilogue.allCases.filter(epilogue.contains).map(\.rawValue).joined(separator: "+"),
      options.exact ? "exact" : "", options.coldWeights ? "cold weights" : "", "batch \(options.batch)",
      LayerSignature.ending(threads: options.threads),
    ]
    description = parts.filter { !$0.isEmpty }.joined(separator: " ")
  }

  fileprivate static func ending(threads: Int) -> String { "threads \(threads)" }

  /// A signature that was written before.
  public init(_ description: String) { self.description = description }

  /// Values beside the first output that an epilogue reads or writes, or leaves out.
  enum Epilogue: String, CaseIterable { case residual, second, noFirst }
}

/// Measured costs of candidates, by the layers that they were measured on. A plan takes the fastest candidate that it
/// finds here, so that whatever is written here can only choose among algorithms that are right for the layer.
public struct Tuning: Hashable, Sendable {
  /// Nanoseconds inside a pass over the network, by the candidate's name and cut.
  public typealias Costs = [String: Double]

  public var layers: [LayerSignature: Costs] = [:]

  public init() {}

  /// Nothing is known: plans follow the cost model.
  public static let none = Tuning()

  public var isEmpty: Bool { layers.isEmpty }

  /// Forgets what is known of some layers, and takes over what is known there.
  public mutating func replace(_ signatures: Set<LayerSignature>, by other: Tuning) {
    layers = layers.filter { !signatures.contains($0.key) }
    layers.merge(other.layers) { $1 }
  }

  /// Equal for tunings that say the same of a number of threads; empty where nothing is known of it.
  public func fingerprint(threads: Int) -> String {
    let layers = layers.filter { $0.key.description.hasSuffix(" \(LayerSignature.ending(threads: threads))") }
    guard !layers.isEmpty else { return "" }
    var print = Fingerprint()
    for (signature, costs) in layers.sorted(by: { $0.key.description < $1.key.description }) {
      print.mix(signature.description)
      for (key, cost) in costs.sorted(by: { $0.key < $1.key }) { print.mix("\(key) \(cost)") }
    }
    return print.text
  }
}

extension Candidate {
  /// The key of its costs.
  public var key: String { "\(name), \(cut)" }
}

extension Tuning {
  /// How much faster than the cost model's choice another candidate must be to take its place: less is noise.
  private static let gain = 0.95

  /// The candidates of a layer with their measured costs, the one to run first, the others in the given order.
  func choose(_ candidates: [Candidate], for signature: LayerSignature) -> [Candidate] {
    guard !isEmpty, candidates.count > 1, let costs = layers[signature] else { return candidates }
    var candidates = candidates
    for i in candidates.indices { candidates[i].measured = costs[candidates[i].key] }
    guard let standard = candidates[0].measured else { return candidates }
    let times = candidates.indices.compactMap { i in candidates[i].measured.map { (index: i, time: $0) } }
    if let best = times.min(by: { $0.time < $1.time }), best.time < Tuning.gain * standard {
      candidates.insert(candidates.remove(at: best.index), at: 0)
    }
    return candidates
  }
}
