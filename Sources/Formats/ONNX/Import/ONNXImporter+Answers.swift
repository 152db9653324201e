import NetworkGraph

/// What the file names as its answers, and what it stores, as layers.
extension ONNXImporter {
  /// The layer that gives an answer in the order that the graph has; nil where none does. What nothing here computes is
  /// told as a layer without a kernel, not by its name.
  mutating func answer(_ name: String) -> ImportedAnswer? {
    var value: ImportedValue
    switch meanings[name] {
    case .value(let computed): value = computed
    case .tensor(let tensor) where reading == .arrays && tensor.count == 0:
      // What has no values, nothing need compute.
      value = ImportedValue(layer: -1, shape: inputs[0].shape)
      return ImportedAnswer(
        name: name, layer: plain(.reshape(value.shape), value, value.shape), axes: tensor.dimensions)
    case .tensor(let tensor) where reading == .arrays:
      guard let stored = stored(tensor) else { return nil }
      value = stored
    case .numbers(let numbers) where reading == .arrays:
      guard let stored = stored(numbers.tensor) else { return nil }
      value = stored
    default: return nil
    }
    if case .pixels(let lengths) = value.layout {
      let array = Shape.map(channels: value.shape.height, height: value.shape.width, width: value.shape.channels)
      value = ImportedValue(
        layer: plain(.permute([.rows, .columns, .channels]), value, array), shape: array, layout: .array(lengths))
    }
    if value.layout == .channelsLast, case .map(let channels, let height, let width) = value.shape {
      let shape = Shape.map(channels: height, height: width, width: channels)
      return ImportedAnswer(name: name, layer: plain(.permute([.rows, .columns, .channels]), value, shape), axes: nil)
    }
    guard case .array(let lengths) = value.layout, let shape = Shape(array: lengths) else {
      guard value.layer >= 0 || reading == .arrays else { return nil }
      let layer = value.layer < 0 ? plain(.reshape(value.shape), value, value.shape) : value.layer
      return ImportedAnswer(
        name: name, layer: layer, axes: reading == .arrays ? [1] + value.dimensions : nil,
        isLine: value.layout == .row)
    }
    let isPlain = value.layer >= 0 && value.shape == shape
    return ImportedAnswer(
      name: name, layer: isPlain ? value.layer : plain(.reshape(shape), value, shape), axes: lengths)
  }

  /// Why a name gives no answer.
  func refusal(of name: String) -> String {
    switch meanings[name] {
    case .value: "is the input as it is"
    case .tensor, .numbers: "is stored, or follows from shapes alone: no pass computes it"
    case .groups: "stands in groups of channels, as which it cannot be given"
    case .weights: "stands as the weights of a convolution, as which it cannot be given"
    case .nothing, nil: "nothing here computes"
    }
  }

  private mutating func plain(_ operation: PortableOperation, _ value: ImportedValue, _ shape: Shape) -> Int {
    layers.append(
      ImportedLayer(
        scopes: [], operation: operation.kernel(on: value.shape) ?? .portable(operation), inputs: [value.layer],
        output: shape))
    return layers.count - 1
  }

  /// More than any network works with; a file of a few bytes can name more than there is memory for.
  private static let mostStored = 1 << 24

  /// What the file stores as a value of the network; nil for an array without values, or one that is too large.
  mutating func stored(_ tensor: ImportedTensor) -> ImportedValue? {
    guard let shape = Shape(array: tensor.dimensions), shape.elements <= Self.mostStored else { return nil }
    layers.append(
      ImportedLayer(
        scopes: [], operation: .portable(.stored(shape)), inputs: [-1], tensors: [tensor], output: shape,
        isAdrift: true))
    return ImportedValue(layer: layers.count - 1, shape: shape, layout: .array(tensor.dimensions))
  }
}
