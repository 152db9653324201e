/// Layers of which a file does not say in which module they stand: values that it stores, and nodes that an exporter has
/// put in afterwards.
extension [ImportedLayer] {
  /// The same layers, these in the innermost module that goes with where they stand and with what reads them, so that
  /// they do not cut a block in two.
  func settled() -> [ImportedLayer] {
    guard contains(where: \.isAdrift) else { return self }
    var modules: Set<[String]> = []
    for layer in self where !layer.isAdrift {
      for depth in layer.scopes.indices { modules.insert([String](layer.scopes[..<depth])) }
    }
    /// The modules around a layer, without its own name.
    func around(_ layer: ImportedLayer) -> [String] {
      modules.contains(layer.scopes) ? layer.scopes : layer.scopes.dropLast()
    }
    var readers: [Int: [Int]] = [:]
    for (place, layer) in enumerated() { for input in layer.inputs { readers[input, default: []].append(place) } }

    var last: [String] = []
    let before = map { layer -> [String] in
      if !layer.isAdrift { last = around(layer) }
      return last
    }
    var result = self
    var next: [String]?
    for place in indices.reversed() {
      guard self[place].isAdrift else {
        next = around(self[place])
        continue
      }
      let reading = (readers[place] ?? []).map { around(result[$0]) } + [next ?? []]
      let here = [before[place], next ?? []].commonPrefix
      let there = reading.commonPrefix
      result[place].scopes = (there.count > here.count ? there : here) + self[place].scopes.suffix(1)
    }
    return result
  }
}

extension [[String]] {
  /// What all of them begin with.
  fileprivate var commonPrefix: [String] {
    guard var prefix = first else { return [] }
    for other in dropFirst() {
      prefix = [String](zip(prefix, other).prefix { $0 == $1 }.map { $0.0 })
    }
    return prefix
  }
}
