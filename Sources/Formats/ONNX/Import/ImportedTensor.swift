import NetworkGraph

/// A tensor that is known before a network runs: stored in the file, with what the graph does to it.
struct ImportedTensor: Sendable {
  private enum Source: Sendable {
    case file(ONNXTensor)
    /// The file's matrix, mirrored at its diagonal.
    case transposed(ONNXTensor)
    /// One number for every element.
    case constant(Float)
    case values([Float])
    /// What gives the values, row-major.
    case computed(@Sendable () -> [Float])
  }

  private let source: Source
  let dimensions: [Int]
  /// What every value is multiplied by.
  private var factor: Float = 1
  /// 1 divided by every value, before the factor.
  private var isReciprocal = false
  /// What the file calls the tensor that it is, be it in another shape or order or times a number; nil for what is worked
  /// out.
  private(set) var origin: String?

  /// How many numbers are read and computed for it.
  private(set) var work: Int

  /// The number of values, which lie in a file or are known to be few.
  var count: Int { dimensions.reduce(1, *) }

  init(_ tensor: ONNXTensor, named name: String? = nil) {
    self.init(.file(tensor), tensor.dimensions, work: tensor.count)
    origin = name
  }

  /// `count` times the same value.
  init(repeating value: Float, count: Int) { self.init(repeating: value, dimensions: [count]) }

  /// A tensor of the same value everywhere, which takes no memory.
  init(repeating value: Float, dimensions: [Int]) {
    self.init(.constant(value), dimensions, work: Shape.count(dimensions) ?? .max / 2)
  }

  /// A few values that were worked out.
  init(_ values: [Float], dimensions: [Int]) { self.init(.values(values), dimensions, work: values.count) }

  /// - Parameter values: what gives them, row-major, and as many.
  init(dimensions: [Int], work: Int, _ values: @escaping @Sendable () -> [Float]) {
    self.init(.computed(values), dimensions, work: work)
  }

  private init(_ source: Source, _ dimensions: [Int], work: Int) {
    (self.source, self.dimensions, self.work) = (source, dimensions, work)
  }

  /// The same values in another shape of as many; nil if it has another number of them.
  func reshaped(_ dimensions: [Int]) -> ImportedTensor? {
    guard Shape.count(dimensions) == count else { return nil }
    var result = ImportedTensor(source, dimensions, work: work)
    (result.factor, result.isReciprocal, result.origin) = (factor, isReciprocal, origin)
    return result
  }

  /// The matrix with rows and columns exchanged; nil for what is no matrix.
  var transposed: ImportedTensor? {
    guard dimensions.count == 2 else { return nil }
    var result: ImportedTensor
    switch source {
    case .file(let tensor) where tensor.dimensions == dimensions:
      result = ImportedTensor(.transposed(tensor), dimensions.reversed(), work: work)
    case .transposed(let tensor) where tensor.dimensions.reversed() == dimensions:
      result = ImportedTensor(.file(tensor), tensor.dimensions, work: work)
    default: return permuted([1, 0])
    }
    (result.factor, result.isReciprocal, result.origin) = (factor, isReciprocal, origin)
    return result
  }

  /// The weights of a convolution, whose window has one row where the file gives it none; nil for those of a volume.
  var asKernel: ImportedTensor? {
    switch dimensions.count {
    case 4: self
    case 3: reshaped([dimensions[0], dimensions[1], 1, dimensions[2]])
    default: nil
    }
  }

  func scaled(by factor: Float) -> ImportedTensor {
    var result = self
    result.factor *= factor
    return result
  }

  var reciprocal: ImportedTensor {
    var result = self
    result.isReciprocal.toggle()
    result.factor = 1 / factor
    return result
  }

  /// Writes the values, row-major, into as many floats.
  func read(into floats: UnsafeMutableBufferPointer<Float>) {
    switch source {
    case .file(let tensor): tensor.read(into: floats)
    case .constant(let value): floats.update(repeating: value)
    case .values(let values): _ = floats.update(fromContentsOf: values)
    case .computed(let values): _ = floats.update(fromContentsOf: values().prefix(floats.count))
    case .transposed(let tensor):
      let (rows, columns) = (tensor.dimensions[0], tensor.dimensions[1])
      let values = [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
        tensor.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<tensor.count]))
        count = tensor.count
      }
      guard floats.count == values.count else { return }
      for row in 0..<rows {
        for column in 0..<columns { floats[column * rows + row] = values[row * columns + column] }
      }
    }
    if isReciprocal { for i in floats.indices { floats[i] = 1 / floats[i] } }
    if factor != 1 { for i in floats.indices { floats[i] *= factor } }
  }

  /// All values, of a tensor that is known to be small.
  var values: [Float] {
    [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// True unless it holds whole numbers.
  var hasFractions: Bool {
    switch source {
    case .file(let tensor), .transposed(let tensor):
      tensor.elementType.isFraction
    case .constant, .values, .computed: true
    }
  }

  /// The values as whole numbers; nil for a tensor of another element type.
  var integers: [Int]? {
    if case .file(let tensor) = source { tensor.integers() } else { nil }
  }
}
