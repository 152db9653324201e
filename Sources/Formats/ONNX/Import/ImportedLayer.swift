import NetworkGraph

/// A layer that an ONNX graph asks for, before it has a place in the tree.
struct ImportedLayer: Sendable {
  /// The modules that it stands in, from the network down, and its own name last where the file gives one.
  var scopes: [String]
  var operation: Operation
  /// Places of earlier layers in the list; -1 is the image, -2 the network's second input, and so on.
  var inputs: [Int]
  /// Where its tensors come from, in the order of `Operation.tensors`.
  var tensors: [ImportedTensor] = []
  var output: Shape
  /// What it adds to every value, if it does nothing else.
  var shift: Double?
  /// True where the file does not say in which module it stands.
  var isAdrift = false
  /// What the modules in `scopes` are called in the exporter's program, as far as it notes that; empty for those of a
  /// library, which say nothing.
  var kinds: [String] = []

  /// What its tensors are called, so that layers with the same weights are seen to share them. Lists of numbers alone say
  /// nothing: exporters keep one for all that are equal, such as the norms of a network that has not been trained.
  var sharedNames: [String] {
    guard let weight = tensors.first, weight.dimensions.count > 1, let origin = weight.origin else { return [] }
    return tensors.map { "\(origin) \($0.origin ?? "")" }
  }
}

/// What a layer gives, as the graph sees it.
struct ImportedValue {
  /// How the graph orders a map's dimensions. Nothing is moved here: the order is only remembered.
  enum Layout: Hashable {
    case channelsFirst, channelsLast

    /// A sequence of pixels: a map of one row, whose rows the graph does not have.
    case row

    /// An array of these lengths, of which none is a batch. Its shape has the same values in the same order.
    case array([Int])

    /// An array of these lengths whose last axis are the map's channels, and whose others are its pixels.
    case pixels([Int])
  }

  /// Place in the list; -1 is the image, -2 the network's second input, and so on.
  var layer: Int
  var shape: Shape
  var layout = Layout.channelsFirst

  /// The lengths as the graph has them, without the batch.
  var dimensions: [Int] {
    switch layout {
    case .channelsFirst: shape.dimensions
    case .channelsLast: Array(shape.dimensions.dropFirst()) + [shape.channels]
    case .row: [shape.channels, shape.width]
    case .array(let lengths): lengths
    case .pixels(let lengths): Array(lengths.dropFirst())
    }
  }

  /// All lengths as the graph has them, the batch as one image.
  var lengths: [Int] {
    switch layout {
    case .array(let lengths), .pixels(let lengths): lengths
    default: [1] + dimensions
    }
  }

  /// The value as one image; nil for an array that is none, or does not stand as one.
  var asImage: ImportedValue? {
    guard case .array(let lengths) = layout else { return self }
    guard (2...4).contains(lengths.count), lengths[0] == 1, shape == Shape(array: lengths) else { return nil }
    return ImportedValue(layer: layer, shape: shape, layout: lengths.count == 3 ? .row : .channelsFirst)
  }

  /// True if the graph's last axis is the channels.
  var endsWithChannels: Bool {
    if case .vector = shape { return true }
    if case .pixels = layout { return true }
    return layout == .channelsLast
  }

  /// What the graph's axis is; nil for the batch.
  func axis(_ number: Int) -> PortableOperation.Axis? {
    let order: [PortableOperation.Axis] =
      switch layout {
      case .channelsFirst: [.channels, .rows, .columns]
      case .channelsLast: [.rows, .columns, .channels]
      case .row: [.channels, .columns]
      case .array, .pixels: []
      }
    return order.indices.contains(number - 1) ? order[number - 1] : nil
  }
}
