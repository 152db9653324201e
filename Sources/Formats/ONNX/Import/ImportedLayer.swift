import NetworkGraph

/// A layer that an ONNX graph asks for, before it has a place in the tree.
struct ImportedLayer: Sendable {
  /// The modules that it stands in, from the network down, and its own name last where the file gives one.
  var scopes: [String]
  var operation: Operation
  /// Places of earlier layers in the list; -1 is the image.
  var inputs: [Int]
  /// Where its tensors come from, in the order of `Operation.tensors`.
  var tensors: [ImportedTensor] = []
  var output: Shape
  /// What it adds to every value, if it does nothing else.
  var shift: Double?
}

/// What a layer gives, as the graph sees it.
struct ImportedValue {
  /// How the graph orders a map's dimensions. Nothing is moved here: the order is only remembered.
  enum Layout {
    case channelsFirst, channelsLast

    /// A sequence of pixels: a map of one row, whose rows the graph does not have.
    case row
  }

  /// Place in the list; -1 is the image.
  var layer: Int
  var shape: Shape
  var layout = Layout.channelsFirst

  /// The lengths as the graph has them, without the batch.
  var dimensions: [Int] {
    switch layout {
    case .channelsFirst: shape.dimensions
    case .channelsLast: Array(shape.dimensions.dropFirst()) + [shape.channels]
    case .row: [shape.channels, shape.width]
    }
  }

  /// What the graph's axis is; nil for the batch.
  func axis(_ number: Int) -> PortableOperation.Axis? {
    let order: [PortableOperation.Axis] =
      switch layout {
      case .channelsFirst: [.channels, .rows, .columns]
      case .channelsLast: [.rows, .columns, .channels]
      case .row: [.channels, .columns]
      }
    return order.indices.contains(number - 1) ? order[number - 1] : nil
  }
}
