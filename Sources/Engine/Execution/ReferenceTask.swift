import ConvKernels
import NetworkGraph

/// A layer without a kernel, which the reference computes: its values are copied to plain order and back. Unlike all
/// other steps it allocates.
final class ReferenceTask {
  /// A value in the arena. A flat one may lie there as the map that it was.
  struct Place {
    var shape: Shape
    var view: ck_view
    var height: Int
    var width: Int

    init(shape: Shape, view: ck_view, buffer: Buffer) {
      self.shape = shape
      self.view = view
      (height, width) = (buffer.height, buffer.width)
    }

    var channels: Int { shape.elements / (height * width) }

    /// The first of the row's values of a channel.
    func row(_ image: Int, _ channel: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
      let unit = Int(view.image) * image + Int(view.unit) * (channel / 16)
      return view.base + unit + Int(view.row) * row + channel % 16
    }
  }

  private let layer: Layer
  private let tensors: [[Double]]
  private let inputs: [Place]
  private let output: Place

  init(_ layer: Layer, tensors: [[Double]], inputs: [Place], output: Place) {
    self.layer = layer
    self.tensors = tensors
    self.inputs = inputs
    self.output = output
  }

  /// Computes some images of the task that the pointer stands for.
  static let run: @convention(c) (UnsafeRawPointer?, Int64, Int64, UnsafeMutablePointer<Float>?) -> Void = {
    task, first, end, _ in
    guard let task else { return }
    let work = Unmanaged<ReferenceTask>.fromOpaque(task).takeUnretainedValue()
    for image in Int(first)..<Int(end) { work.compute(image) }
  }

  private func compute(_ image: Int) {
    let values = inputs.map { ReferenceImage(shape: $0.shape, values: read($0, image)[...]) }
    write(Reference.apply(layer.operation, values, tensors, output: output.shape), image)
  }

  private func read(_ place: Place, _ image: Int) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(place.shape.elements)
    for channel in 0..<place.channels {
      for y in 0..<place.height {
        let row = place.row(image, channel, y)
        for x in 0..<place.width { values.append(Double(row[x * 16])) }
      }
    }
    return values
  }

  private func write(_ values: [Double], _ image: Int) {
    let channels = output.channels
    // Lanes without a channel hold zeros.
    for channel in 0..<(channels + 15) / 16 * 16 {
      for y in 0..<output.height {
        let row = output.row(image, channel, y)
        for x in 0..<output.width {
          row[x * 16] = channel < channels ? Float(values[(channel * output.height + y) * output.width + x]) : 0
        }
      }
    }
  }
}
