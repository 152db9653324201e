import Engine

/// What tuning has told about layers, as it is remembered: nanoseconds of candidates by signature.
public struct TuningFile: Codable, Hashable, Sendable {
  private var layers: [String: [String: Double]]

  public init(_ tuning: Tuning) {
    layers = Dictionary(uniqueKeysWithValues: tuning.layers.map { ($0.key.description, $0.value) })
  }

  /// Without what is no time. A name that fits no candidate chooses nothing.
  public var tuning: Tuning {
    var tuning = Tuning()
    for (signature, costs) in layers {
      tuning.layers[LayerSignature(signature)] = costs.filter { $0.value.isFinite && $0.value > 0 }
    }
    return tuning
  }

  /// The file.
  public static var file: CacheFile<TuningFile> { CacheFile("tuning") }
}
