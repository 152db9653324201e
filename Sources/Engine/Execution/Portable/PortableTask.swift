import ConvKernels
import NetworkGraph

/// A layer that has no kernel of its own for each instruction set: line after line of its output, or channel after channel,
/// shared by the workers.
final class PortableTask {
  private(set) var inputs: [Lines]
  private(set) var output: Lines
  let tensors: [UnsafeMutablePointer<Float>]
  /// Parts of an image's output that are computed by themselves.
  private var items = 0
  /// True if the items write lanes without a channel too.
  var fillsLanes = false
  private var compute: (_ image: Int, _ item: Int) -> Void = { _, _ in }

  /// A task whose work is told behind that.
  init(tensors: [[Float]], inputs: [Lines], output: Lines) {
    self.inputs = inputs
    self.output = output
    self.tensors = tensors.map { values in
      // In whole units, as values with lanes lie.
      let count = max(1, (values.count + 15) / 16) * 16
      let memory = UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64)
      let pointer = memory.bindMemory(to: Float.self, capacity: count)
      pointer.initialize(repeating: 0, count: count)
      pointer.update(from: values, count: values.count)
      return pointer
    }
  }

  convenience init(_ operation: Operation, tensors: [[Float]], inputs: [Lines], output: Lines) {
    self.init(tensors: tensors, inputs: inputs, output: output)
    switch operation {
    case .flatten, .unflatten: reshape()
    case .scale(let factor): scale(by: Float(factor))
    case .portable(let operation): prepare(turned(operation))
    default: move(operation)
    }
  }

  deinit { for tensor in tensors { tensor.deallocate() } }

  /// Items of an image: those that compute, and lines of lanes without a channel, which hold zeros.
  var itemsOfImage: Int { fillsLanes ? items : items + output.emptyLines }

  /// Computes some items of the task that the pointer stands for, those of one image after those of the other.
  static let run: @convention(c) (UnsafeRawPointer?, Int64, Int64, UnsafeMutablePointer<Float>?) -> Void = {
    task, first, end, _ in
    guard let task else { return }
    let work = Unmanaged<PortableTask>.fromOpaque(task).takeUnretainedValue()
    // Asked once: an item may be a line of a few values.
    let (compute, items, itemsOfImage) = (work.compute, work.items, work.itemsOfImage)
    var (image, item) = Int(first).quotientAndRemainder(dividingBy: itemsOfImage)
    for _ in first..<end {
      if item < items { compute(image, item) } else { work.output.clear(image, item - items) }
      item += 1
      if item == itemsOfImage { (image, item) = (image + 1, 0) }
    }
  }

  /// Rows of one column are taken as columns of one row, which are gone through faster.
  private func turned(_ operation: PortableOperation) -> PortableOperation {
    guard inputs.count == 1, (inputs + [output]).allSatisfy({ $0.isFlat && $0.width == 1 }) else { return operation }
    let result: PortableOperation
    switch operation {
    case .pick(.rows, let places): result = .pick(.columns, places)
    case .logSoftmax(.rows): result = .logSoftmax(.columns)
    case .cut(let channels, let rows, let columns): result = .cut(channels: channels, rows: columns, columns: rows)
    default: return operation
    }
    inputs = inputs.map(\.joined)
    output = output.joined
    return result
  }

  private func prepare(_ operation: PortableOperation) {
    switch operation {
    case .function(let function):
      joinRows()
      apply(function)
    case .combine(let combination):
      joinRows()
      joinChannels()
      combine(combination, inputs)
    case .combineStored(let combination, let shape, let storedFirst):
      let stored = Lines(shape, tensors[0])
      joinRows(stored)
      let like = output.height == 1 ? stored.joined : stored
      combine(combination, storedFirst ? [like, inputs[0]] : [inputs[0], like])
    case .prelu(let slopes):
      joinRows()
      scaleNegatives(slopes: slopes)
    case .groupNorm(let groups, _, let epsilon): normalise(groups, epsilon)
    case .softmax(let axis): softmax(axis, isLogarithm: false)
    case .logSoftmax(let axis): softmax(axis, isLogarithm: true)
    case .reduce(let reduction, let axes): reduce(reduction, axes)
    case .globalMaxPool: reduce(.maximum, [.rows, .columns])
    case .cut(let channels, let rows, let columns): cut(channels, rows, columns)
    case .pad(let padding): pad(padding)
    case .permute(let order): permute(order)
    case .reshape: reshape()
    case .pick(let axis, let places): pick(axis, places)
    case .stored(let shape):
      output = output.joined
      copy(output.isFlat ? Lines(shape, tensors[0]).joined : Lines(shape, tensors[0]))
    case .matrixProduct: multiply()
    case .pool(let pooling): pool(pooling)
    case .convolution(let convolution): convolve(convolution)
    case .resize(let resizing): resize(resizing)
    case .transposedConvolution(let convolution): spread(convolution)
    }
  }

  // MARK: How the output is cut

  /// Takes the rows of a channel as one, which are many and short, where nothing that is computed hangs on them.
  func joinRows(_ stored: Lines? = nil) {
    let all = inputs + [output] + (stored.map { [$0] } ?? [])
    func isLike(_ lines: Lines) -> Bool {
      lines.height == output.height && lines.width == output.width || lines.height * lines.width == 1
    }
    guard all.allSatisfy({ $0.isFlat && isLike($0) }) else { return }
    inputs = inputs.map(\.joined)
    output = output.joined
  }

  /// Takes vectors as one row each, where they are combined with one another or with single values.
  private func joinChannels() {
    guard (inputs + [output]).allSatisfy({ $0.isVector && [1, output.channels].contains($0.channels) }) else { return }
    inputs = inputs.map(\.asLine)
    output = output.asLine
  }

  /// Values that an item has at most, where many are cut into items.
  static let valuesOfPart = 4096

  /// Every row of every channel by itself.
  func forLines(_ body: @escaping (_ image: Int, _ channel: Int, _ row: Int) -> Void) {
    let height = output.height
    items = output.channels * height
    compute = { image, item in body(image, item / height, item % height) }
  }

  /// The same, long rows in parts.
  func forParts(
    of lines: Lines? = nil, _ body: @escaping (_ image: Int, _ channel: Int, _ row: Int, _ columns: Range<Int>) -> Void
  ) {
    let output = lines ?? output
    let (height, width, part) = (output.height, output.width, PortableTask.valuesOfPart)
    let parts = (width + part - 1) / part
    items = output.channels * height * parts
    compute = { image, item in
      let (line, i) = item.quotientAndRemainder(dividingBy: parts)
      body(image, line / height, line % height, i * part..<min(width, (i + 1) * part))
    }
  }

  /// The pixels of every row, sixteen channels at a time; of large maps row by row, as kernels share them.
  func forRowsOfUnits(_ body: @escaping (_ image: Int, _ unit: Int, _ row: Int) -> Void) {
    let (units, height) = (output.lanes / 16, output.height)
    let isLarge = height * output.width >= CompiledProgram.largePixels
    items = units * height
    compute = { image, item in
      if isLarge { body(image, item % units, item / units) } else { body(image, item / height, item % height) }
    }
  }

  func forItems(_ count: Int, _ body: @escaping (_ image: Int, _ item: Int) -> Void) {
    items = count
    compute = body
  }
}
