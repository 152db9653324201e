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
  enum Layout { case channelsFirst, channelsLast }

  /// Place in the list; -1 is the image.
  var layer: Int
  var shape: Shape
  var layout = Layout.channelsFirst

  /// The lengths as the graph has them, without the batch.
  var dimensions: [Int] {
    layout == .channelsFirst ? shape.dimensions : Array(shape.dimensions.dropFirst()) + [shape.channels]
  }
}
