import ConvKernels
import NetworkGraph

/// Layers of others' files: by kernels where matrices lie in plain order and maps with lanes, else line by line.
extension CompiledProgram {
  private func transposed(
    _ c: TransposedConvolution, _ layer: LayerID, _ from: Storage, _ input: Lines, _ to: Storage, _ output: Lines,
    _ reader: WeightReader
  ) throws -> Part {
    let tensors = try reader.values(of: layer)
    let area = c.kernel.area
    var weights = [Float](repeating: 0, count: to.units * area * c.inputChannels * 16)
    for i in 0..<c.inputChannels {
      for o in 0..<c.outputChannels {
        let source = (i * c.outputChannels + o) * area
        for place in 0..<area {
          weights[((o / 16 * area + place) * c.inputChannels + i) * 16 + o % 16] = tensors[0][source + place]
        }
      }
    }
    var bias = c.bias ? tensors[1] : []
    bias += Array(repeating: 0, count: to.units * 16 - bias.count)
    let task = ck_transposed(
      input: view(from), output: view(to), weights: aligned(weights), bias: aligned(bias),
      units: Int64(to.units), channels: Int64(c.inputChannels), input_height: Int64(input.height),
      input_width: Int64(input.width), height: Int64(output.height), width: Int64(output.width),
      kernel_height: Int64(c.kernel.height), kernel_width: Int64(c.kernel.width), stride_y: Int64(c.stride.height),
      stride_x: Int64(c.stride.width), dilation_y: Int64(c.dilation.height), dilation_x: Int64(c.dilation.width),
      top: Int64(c.margins.top), left: Int64(c.margins.left))
    return Part(run: kernels.transposed, task: keep(task), items: plan.slice * to.units * output.height)
  }

  /// Rows of a matrix that a part of a product takes at most: a few register tiles that read the same columns of the other.
  private static let rowsOfBlock: Int64 = 24

  /// A product of two matrices that lie in plain order, as its result does, or a convolution of single pixels by computed
  /// weights, which is one for every group; nil for others.
  private func matrices(
    _ operation: Operation, _ inputs: [Lines], _ output: Lines, from: [Storage], to: Storage
  ) -> Part? {
    guard case .portable(let operation) = operation, inputs.count == 2, (inputs + [output]).allSatisfy(\.isFlat),
      output.height * output.width > 1
    else { return nil }
    let (a, b) = (inputs[0], inputs[1])
    func stride(_ lines: Lines) -> Int { lines.channels == 1 ? 0 : lines.height * lines.width }
    var task = ck_matrices(
      left: a.line(0, 0, 0), right: b.line(0, 0, 0), output: output.line(0, 0, 0), left_image: view(from[0]).image,
      right_image: view(from[1]).image, output_image: view(to).image, left_channel: Int64(stride(a)),
      right_channel: Int64(stride(b)), channels: Int64(output.channels), rows: Int64(output.height),
      blocks: 1, inner: Int64(a.width), columns: Int64(output.width))
    switch operation {
    case .matrixProduct: break
    case .convolution(let c) where c.takesSinglePixels:
      swap(&task.left, &task.right)
      swap(&task.left_image, &task.right_image)
      let (pixels, inputs, outputs) = (a.height * a.width, c.inputChannels / c.groups, c.outputChannels / c.groups)
      (task.channels, task.rows, task.inner, task.columns) = (
        Int64(c.groups), Int64(outputs), Int64(inputs), Int64(pixels)
      )
      (task.left_channel, task.right_channel) = (Int64(outputs * inputs), Int64(inputs * pixels))
    default: return nil
    }
    task.blocks = (task.rows + CompiledProgram.rowsOfBlock - 1) / CompiledProgram.rowsOfBlock
    return Part(run: kernels.matrices, task: keep(task), items: plan.slice * Int(task.channels * task.blocks))
  }

  /// A map as it lies with lanes from the same values in plain order, or back; nil for others.
  private func border(_ operation: Operation, _ inputs: [Lines], _ output: Lines, from: [Storage], to: Storage) -> Part?
  {
    guard operation.keepsOrder, plan.slice == 1, inputs[0].isFlat != output.isFlat else { return nil }
    let (plain, lines) = inputs[0].isFlat ? (inputs[0], output) : (output, inputs[0])
    let map = inputs[0].isFlat ? to : from[0]
    guard lines.holdsPixels else { return nil }
    let task = ck_border(
      plain: plain.line(0, 0, 0), view: view(map), channels: Int64(lines.channels),
      height: Int64(lines.height), width: Int64(lines.width), planar: false)
    return Part(
      run: inputs[0].isFlat ? kernels.pack : kernels.unpack, task: keep(task), items: map.units * lines.height)
  }

  /// Softmax over values that lie side by side, in plain order; nil for others.
  private func softmax(
    _ operation: Operation, _ inputs: [Lines], _ output: Lines, from: [Storage], to: Storage
  ) -> Part? {
    guard case .portable(.softmax(let axis)) = operation, inputs[0].isFlat, output.isFlat,
      axis == .columns || axis == .rows && output.width == 1
    else { return nil }
    let length = axis == .columns ? output.width : output.height
    let rows = output.channels * output.height * output.width / length
    // Sixteen values of a vector are a unit.
    func plain(_ storage: Storage) -> ck_view {
      var view = view(storage)
      view.unit = 16
      return view
    }
    let task = ck_softmax(
      input: plain(from[0]), output: plain(to), rows: Int64(rows), channels: Int64(length), height: 1, width: 1,
      plain: true)
    return Part(run: kernels.softmax, task: keep(task), items: plan.slice * rows)
  }

  func compilePortable(
    _ layer: LayerID, from: [Storage], to: Storage, _ reader: WeightReader
  ) throws -> (part: Part, workers: Int) {
    let network = plan.network
    func lines(_ id: LayerID, _ storage: Storage) -> Lines {
      Lines(network[id].output, view(storage), plan.buffers[storage.buffer])
    }
    let inputs = zip(network[layer].inputs, from).map(lines)
    if let product = matrices(network[layer].operation, inputs, lines(layer, to), from: from, to: to) {
      return (product, network[layer].cost.multiplyAdds < 1 << 16 ? 1 : plan.options.threads)
    }
    if let border = border(network[layer].operation, inputs, lines(layer, to), from: from, to: to) {
      return (border, network[layer].output.elements < CompiledProgram.serialFloats ? 1 : plan.options.threads)
    }
    if let softmax = softmax(network[layer].operation, inputs, lines(layer, to), from: from, to: to) {
      return (softmax, network[layer].output.elements < CompiledProgram.serialFloats ? 1 : plan.options.threads)
    }
    if case .portable(.transposedConvolution(let c)) = network[layer].operation, c.groups == 1,
      !inputs[0].isFlat, !lines(layer, to).isFlat
    {
      return try (transposed(c, layer, from[0], inputs[0], to, lines(layer, to), reader), plan.options.threads)
    }
    let touched =
      network[layer].cost.outputElements + network[layer].cost.inputElements + network[layer].cost.multiplyAdds
    let workers = touched < CompiledProgram.serialFloats ? 1 : plan.options.threads
    let task = PortableTask(
      network[layer].operation, tensors: try reader.values(of: layer), inputs: inputs, output: lines(layer, to))
    return (part(task), workers)
  }

  /// A norm over the maps of groups of channels, and what runs with it.
  func compileGroupNorm(
    _ layer: LayerID, _ groups: Int, _ epsilon: Double, _ work: PointwiseWork, _ reader: WeightReader
  ) throws -> (part: Part, workers: Int) {
    let shape = plan.network[layer].output
    func lines(_ storage: Storage) -> Lines { Lines(shape, view(storage), plan.buffers[storage.buffer]) }
    let tensors = try reader.values(of: layer)
    let scaling = try reader.scaling(by: work.norms, outputs: shape.channels)
    let norm = GroupNorm(
      groups: groups, epsilon: epsilon,
      weights: zip(tensors[0], scaling.factors).map { Double($0) * $1 },
      biases: zip(zip(tensors[1], scaling.factors), scaling.shifts).map { Double($0.0) * $0.1 + $1 })
    let pointwise = ck_pointwise(
      input: view(work.input), factor: CompiledProgram.none,
      other: work.other.map { view($0) } ?? CompiledProgram.none, output: view(work.output), factor_pixel: 0,
      scale: nil, shift: nil, rows: ck_rows(units: 1, height: 0, bands: 1), width: Int64(shape.width),
      activation: ck_activation(work.activation))
    let tasks = norm.tasks(
      from: lines(work.input), to: lines(work.output), pointwise, by: kernels.pointwise, images: plan.slice)
    secondPhase = [part(tasks.scaling)]
    return (part(tasks.sums), shape.elements < CompiledProgram.serialFloats ? 1 : plan.options.threads)
  }

  private func part(_ task: PortableTask) -> Part {
    portableTasks.append(task)
    return Part(
      run: PortableTask.run, task: Unmanaged.passUnretained(task).toOpaque(), items: plan.slice * task.itemsOfImage)
  }
}
