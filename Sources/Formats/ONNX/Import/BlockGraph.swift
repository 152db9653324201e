import NetworkGraph

/// The layers of a block while they are put into another order.
struct BlockGraph {
  private struct Entry {
    var layer: ImportedLayer
    /// Where it would like to stand.
    let rank: Int
  }

  private let run: Range<Int>
  private let layers: [ImportedLayer]
  private let inputs: [Shape]
  /// By places: those of the list, and behind its end those of new layers.
  private var entries: [Int: Entry] = [:]
  private var nextPlace: Int

  init(run: Range<Int>, layers: [ImportedLayer], inputs: [Shape]) {
    self.run = run
    self.layers = layers
    self.inputs = inputs
    nextPlace = layers.count
    for place in run { entries[place] = Entry(layer: layers[place], rank: rank(place, 0)) }
  }

  func input(of place: Int) -> Int { entries[place]?.layer.inputs.first ?? -1 }

  func readers(of place: Int) -> [Int] { entries.filter { $0.value.layer.inputs.contains(place) }.map(\.key).sorted() }

  mutating func connect(_ place: Int, to input: Int) { entries[place]?.layer.inputs[0] = input }

  mutating func reconnect(_ place: Int, from old: Int, to new: Int) {
    guard let inputs = entries[place]?.layer.inputs else { return }
    entries[place]?.layer.inputs = inputs.map { $0 == old ? new : $0 }
  }

  /// Takes a layer out: what took its value takes its input.
  mutating func bypass(_ place: Int) {
    let input = input(of: place)
    for reader in readers(of: place) { reconnect(reader, from: place, to: input) }
    entries[place] = nil
  }

  /// A layer like an old one; with a name of its own where it is not that one moved.
  struct Addition {
    let like: Int
    var name: String?
  }

  /// Adds a layer on an input, which stands so far behind the layer near it. A norm begins anew, as one that changes
  /// nothing.
  ///
  /// - Returns: its place.
  mutating func add(_ addition: Addition, on input: Int, near place: Int, _ distance: Int) -> Int {
    var layer = layers[addition.like]
    layer.inputs = [input]
    layer.output = shape(of: input)
    if case .batchNorm(_, let epsilon) = layer.operation {
      let channels = layer.output.channels
      layer.operation = .batchNorm(features: channels, epsilon: epsilon)
      layer.tensors = [1, 0, 0, 1].map { ImportedTensor(repeating: $0, count: channels) }
    }
    if let name = addition.name { layer.scopes = layers[place].scopes.dropLast() + [name] }
    entries[nextPlace] = Entry(layer: layer, rank: rank(place, distance))
    nextPlace += 1
    return nextPlace - 1
  }

  /// All layers in an order in which each follows its inputs, and the place of one of them in it.
  func ordered(answer: Int) -> (layers: [ImportedLayer], answer: Int) {
    var left = entries.sorted { $0.value.rank < $1.value.rank }
    var places: [Int: Int] = [:]
    var result: [ImportedLayer] = []
    while let next = left.firstIndex(where: { entry in
      entry.value.layer.inputs.allSatisfy { entries[$0] == nil || places[$0] != nil }
    }) {
      let (place, entry) = left.remove(at: next)
      places[place] = run.lowerBound + result.count
      var layer = entry.layer
      layer.inputs = layer.inputs.map { places[$0] ?? $0 }
      result.append(layer)
    }
    return (result, places[answer] ?? run.lowerBound)
  }

  private func shape(of place: Int) -> Shape {
    place < 0 ? inputs[-1 - place] : entries[place]?.layer.output ?? layers[place].output
  }

  private func rank(_ place: Int, _ distance: Int) -> Int { place * 8 + distance }
}
