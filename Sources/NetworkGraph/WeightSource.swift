/// Where the values of a network's tensors come from: generated from a seed, or mapped from a file.
///
/// Tensors are named by their layer's path and their own name: `layer1.0.conv1.weight`.
public protocol WeightSource: Sendable {
  /// Writes the tensor's values, row-major, into `destination`, which has room for exactly its elements.
  ///
  /// - Throws: an error that names the tensor, if it is missing or has another shape.
  func write(_ tensor: TensorDescription, of layer: Layer, into destination: UnsafeMutableBufferPointer<Float>) throws
}
