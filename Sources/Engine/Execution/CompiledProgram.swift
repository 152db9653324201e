import ConvKernels
import NetworkGraph

/// The steps of a plan as calls of kernels, with the memory that their tasks, tables and weights lie in.
final class CompiledProgram {
  private(set) var program: Program
  private let plan: Plan
  private let kernels: ck_kernels
  private let arena: UnsafeMutablePointer<Float>
  private let weights: MappedMemory
  private let scratch: MappedMemory
  private var weightsUsed = 0
  /// Tasks and tables, freed with the program.
  private var allocations: [UnsafeMutableRawPointer] = []

  init(
    _ plan: Plan, weights source: any WeightSource, arena: UnsafeMutablePointer<Float>,
    input: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>
  ) throws {
    self.plan = plan
    self.arena = arena
    kernels = plan.options.instructionSet.table.pointee
    guard let memory = MappedMemory(bytes: plan.weightFloats * 4) else {
      throw PlanError.notEnoughMemory(needed: plan.requiredBytes, available: Memory.available)
    }
    weights = memory
    let scratchFloats = plan.scratchFloats
    guard let scratch = MappedMemory(bytes: scratchFloats * plan.options.threads * 4) else {
      throw PlanError.notEnoughMemory(needed: plan.requiredBytes, available: Memory.available)
    }
    self.scratch = scratch
    program = Program(
      steps: .allocate(capacity: plan.steps.count), count: 0, slices: plan.options.batch / plan.slice,
      scratch: scratch.floats, scratchStride: scratchFloats)
    let reader = WeightReader(plan.network, source)
    for step in plan.steps {
      let work = try compile(step, reader, input: input, output: output)
      let halos = step.outputs.compactMap(haloPart)
      let parts = UnsafeMutablePointer<Part>.allocate(capacity: 1 + halos.count)
      parts.initialize(to: work.part)
      for (i, halo) in halos.enumerated() { (parts + 1 + i).initialize(to: halo) }
      (program.steps + program.count).initialize(
        to: ProgramStep(parts: parts, partCount: 1 + halos.count, workers: work.workers))
      program.count += 1
    }
  }

  deinit {
    for i in 0..<program.count { program.steps[i].parts.deallocate() }
    program.steps.deallocate()
    for allocation in allocations { allocation.deallocate() }
  }

  // MARK: Memory

  private func keep<T>(_ value: T) -> UnsafeRawPointer {
    let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
    pointer.initialize(to: value)
    allocations.append(UnsafeMutableRawPointer(pointer))
    return UnsafeRawPointer(pointer)
  }

  private func keep<T>(_ values: [T]) -> UnsafePointer<T> {
    let pointer = UnsafeMutablePointer<T>.allocate(capacity: values.count)
    pointer.initialize(from: values, count: values.count)
    allocations.append(UnsafeMutableRawPointer(pointer))
    return UnsafePointer(pointer)
  }

  /// Room for packed weights, at a cache line.
  private func take(_ floats: Int) -> UnsafeMutablePointer<Float> {
    let pointer = weights.floats + weightsUsed
    weightsUsed += Plan.aligned(floats)
    return pointer
  }

  /// Values for every channel, with zeros in the lanes that have none.
  private func lanes(_ values: some Collection<Double>, units: Int) -> UnsafePointer<Float> {
    let pointer = take(units * 16)
    for (i, value) in values.enumerated() { pointer[i] = Float(value) }
    return UnsafePointer(pointer)
  }

  private func view(_ storage: Storage) -> ck_view {
    let buffer = plan.buffers[storage.buffer]
    let start =
      buffer.offset + storage.firstUnit * buffer.unitStride + buffer.halo.height * buffer.rowStride
      + buffer.halo.width * buffer.lanes
    return ck_view(
      base: arena + start, image: Int64(buffer.imageStride), unit: Int64(buffer.unitStride),
      row: Int64(buffer.rowStride))
  }

  private func source(_ place: ChannelPlace) -> ck_source {
    let view = view(place.storage)
    return ck_source(
      base: view.base + place.channel / 16 * Int(view.unit) + place.channel % 16, image: view.image, row: view.row)
  }

  private static var none: ck_view { ck_view(base: nil, image: 0, unit: 0, row: 0) }

  /// The part that fills the halo around a value with zeros.
  private func haloPart(_ storage: Storage) -> Part? {
    let buffer = plan.buffers[storage.buffer]
    guard buffer.halo != 0, !buffer.isPlanar else { return nil }
    let task = ck_halo(
      value: view(storage), images: Int64(buffer.images), units: Int64(storage.units), height: Int64(buffer.height),
      width: Int64(buffer.width), top: Int64(buffer.halo.height), left: Int64(buffer.halo.width),
      bottom: Int64(buffer.halo.height), right: Int64(buffer.halo.width))
    return Part(run: kernels.zero_halo, task: keep(task), items: buffer.images * storage.units)
  }

  // MARK: Steps

  private func compile(
    _ step: Step, _ reader: WeightReader, input: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>
  ) throws -> (part: Part, workers: Int) {
    let images = plan.slice

    /// A step of memory traffic: shared if it touches enough.
    func rows(
      _ run: @escaping ck_run, _ task: UnsafeRawPointer, items: Int, floats: Int, taskStride: Int = 0
    ) -> (part: Part, workers: Int) {
      let part = Part(run: run, task: task, items: items, taskStride: taskStride)
      return (part, floats < 16_384 ? 1 : plan.options.threads)
    }

    /// The border between plain memory and a value, for each slice.
    func border(
      _ plain: UnsafeMutablePointer<Float>, _ shape: Shape, _ storage: Storage, planar: Bool
    ) -> UnsafeRawPointer {
      let buffer = plan.buffers[storage.buffer]
      let tasks = (0..<plan.options.batch / images).map { slice in
        ck_border(
          plain: plain + slice * images * shape.elements, view: view(storage), images: Int64(images),
          channels: Int64(storage.channels), height: Int64(buffer.height), width: Int64(buffer.width), planar: planar)
      }
      return UnsafeRawPointer(keep(tasks))
    }

    switch step.work {
    case .pack(let to):
      let buffer = plan.buffers[to.buffer]
      return rows(
        kernels.pack, border(input, plan.network.inputShape, to, planar: buffer.isPlanar),
        items: images * buffer.units * buffer.height, floats: buffer.floats, taskStride: MemoryLayout<ck_border>.stride)
    case .unpack(let from):
      let buffer = plan.buffers[from.buffer]
      let items = images * from.units * buffer.height
      return rows(
        kernels.unpack, border(output, plan.network.outputShape, from, planar: false), items: items,
        floats: items * buffer.width * 16, taskStride: MemoryLayout<ck_border>.stride)
    case .convolution(let work):
      return try compile(work, reader)
    case .depthwise(let work): return try compile(work, reader)
    case .pool(let pooling, let average, let countsPadding, let from, let to):
      let (before, after) = (plan.buffers[from.buffer], plan.buffers[to.buffer])
      let task = ck_pool(
        input: view(from), output: view(to), images: Int64(images), units: Int64(from.units),
        input_height: Int64(before.height), input_width: Int64(before.width), height: Int64(after.height),
        width: Int64(after.width), kernel_height: Int64(pooling.kernel.height),
        kernel_width: Int64(pooling.kernel.width), stride_y: Int64(pooling.stride.height),
        stride_x: Int64(pooling.stride.width), padding_y: Int64(pooling.padding.height),
        padding_x: Int64(pooling.padding.width), average: average, counts_padding: countsPadding)
      let items = images * from.units * after.height
      return rows(kernels.pool, keep(task), items: items, floats: items * after.width * 16 * pooling.kernel.area)
    case .globalPool(let from, let to):
      let buffer = plan.buffers[from.buffer]
      let task = ck_global_pool(
        input: view(from), output: view(to), images: Int64(images), units: Int64(from.units),
        height: Int64(buffer.height), width: Int64(buffer.width))
      let items = images * from.units
      return rows(kernels.global_pool, keep(task), items: items, floats: items * 16 * buffer.height * buffer.width)
    case .adaptivePool(let from, let to):
      let (before, after) = (plan.buffers[from.buffer], plan.buffers[to.buffer])
      let task = ck_adaptive_pool(
        input: view(from), output: view(to), images: Int64(images), units: Int64(from.units),
        input_height: Int64(before.height), input_width: Int64(before.width), height: Int64(after.height),
        width: Int64(after.width))
      let items = images * from.units * after.height
      return rows(
        kernels.adaptive_pool, keep(task), items: items, floats: images * from.units * before.height * before.width * 16
      )
    case .pointwise(let norm, let other, let activation, let from, let to):
      let buffer = plan.buffers[to.buffer]
      let scales = try norm.map { try reader.norm($0) }
      let task = ck_pointwise(
        input: view(from), other: other.map { view($0) } ?? CompiledProgram.none, output: view(to),
        scale: scales.map { lanes($0.scale, units: to.units) }, shift: scales.map { lanes($0.shift, units: to.units) },
        images: Int64(images), units: Int64(to.units), height: Int64(buffer.height), width: Int64(buffer.width),
        activation: ck_activation(activation))
      let items = images * to.units * buffer.height
      return rows(kernels.pointwise, keep(task), items: items, floats: items * buffer.width * 16)
    case .multiply(let factor, let activation, let from, let to):
      let (buffer, factors) = (plan.buffers[to.buffer], plan.buffers[factor.buffer])
      let isMap = factors.height == buffer.height && factors.width == buffer.width
      var factorView = view(factor)
      if !isMap { factorView.row = 0 }
      let task = ck_product(
        input: view(from), factor: factorView, output: view(to), factor_pixel: isMap ? 16 : 0, images: Int64(images),
        units: Int64(to.units), height: Int64(buffer.height), width: Int64(buffer.width),
        activation: ck_activation(activation))
      let items = images * to.units * buffer.height
      return rows(kernels.product, keep(task), items: items, floats: items * buffer.width * 16)
    case .layerNorm(let layer, let epsilon, let from, let to):
      let buffer = plan.buffers[to.buffer]
      let (scale, shift) = try reader.norm(layer)
      let task = ck_layer_norm(
        input: view(from), output: view(to), scale: lanes(scale, units: to.units),
        shift: lanes(shift, units: to.units), images: Int64(images), channels: Int64(to.channels),
        height: Int64(buffer.height), width: Int64(buffer.width), epsilon: Float(epsilon))
      let items = images * buffer.height
      return rows(kernels.layer_norm, keep(task), items: items, floats: items * buffer.width * to.units * 16)
    case .gather(let work):
      let buffer = plan.buffers[work.output.buffer]
      let source = work.sources.first.map { plan.buffers[$0.buffer] } ?? buffer
      let nowhere = ck_source(base: nil, image: 0, row: 0)
      let lanes = (0..<work.output.units * 16).map { lane in
        lane < work.channels.count ? work.channels[lane].map(self.source) ?? nowhere : nowhere
      }
      let task = ck_assembly(
        output: view(work.output), sources: keep(lanes), images: Int64(images), units: Int64(work.output.units),
        height: Int64(buffer.height), width: Int64(buffer.width), source_height: Int64(source.height),
        source_width: Int64(source.width), stride_y: Int64(work.stride.height), stride_x: Int64(work.stride.width),
        top: Int64(work.top), left: Int64(work.left))
      let items = images * work.output.units * buffer.height
      // Every vector is made of a few others.
      return rows(kernels.assemble, keep(task), items: items, floats: 4 * items * buffer.width * 16)
    case .softmax(let from, let to):
      let buffer = plan.buffers[from.buffer]
      let task = ck_softmax(
        input: view(from), output: view(to), images: Int64(images), channels: Int64(from.channels),
        height: Int64(buffer.height), width: Int64(buffer.width))
      return rows(kernels.softmax, keep(task), items: images, floats: 0)
    case .responseNorm(let size, let alpha, let beta, let k, let from, let to):
      let buffer = plan.buffers[from.buffer]
      let task = ck_response_norm(
        input: view(from), output: view(to), images: Int64(images), channels: Int64(from.channels),
        height: Int64(buffer.height), width: Int64(buffer.width), size: Int64(size), alpha: Float(alpha),
        beta: Float(beta), k: Float(k))
      return rows(
        kernels.response_norm, keep(task), items: images * buffer.height,
        floats: images * from.units * 16 * buffer.height * buffer.width)
    }
  }

  private func compile(_ work: ConvolutionWork, _ reader: WeightReader) throws -> (part: Part, workers: Int) {
    let c = work.convolution
    let (weights, bias) = try reader.folded(work.layer, outputs: c.outputChannels, norms: work.norms)
    switch work.algorithm {
    case .direct(let tiling): return try compile(work, tiling, weights, bias, reader)
    case .winograd(let tiling): return try compile(work, tiling, weights, bias, reader)
    case .strassen(let tiling): return try compile(work, tiling, weights, bias, reader)
    }
  }

  /// What happens to a convolution's sums, and where they go.
  private struct Epilogue {
    var output, residual, second: ck_view
    var scale, shift: UnsafePointer<Float>?
    var activation, secondActivation: ck_activation
  }

  private func epilogue(_ work: ConvolutionWork, units: Int, _ reader: WeightReader) throws -> Epilogue {
    let second = work.second.map { view($0.output) }
    let ones = Array(repeating: 1.0, count: work.convolution.outputChannels)
    let norm = try work.second.map { try $0.norm.map(reader.norm) ?? (scale: ones, shift: []) }
    return Epilogue(
      // Sums of a cut reduction wait where the output goes; without a first output, where the second goes.
      output: work.output.map { view($0) } ?? second ?? CompiledProgram.none,
      residual: work.residual.map { view($0) } ?? CompiledProgram.none, second: second ?? CompiledProgram.none,
      scale: norm.map { lanes($0.scale, units: units) }, shift: norm.map { lanes($0.shift, units: units) },
      activation: ck_activation(work.activation), secondActivation: ck_activation(work.second?.activation))
  }

  private func compile(
    _ work: ConvolutionWork, _ tiling: DirectTiling, _ weights: UnsafeMutableBufferPointer<Float>, _ bias: [Double],
    _ reader: WeightReader
  ) throws -> (part: Part, workers: Int) {
    let c = work.convolution
    let packed = take(tiling.weightFloats(c))
    tiling.pack(weights, c, into: packed)
    let units = (c.outputChannels + 15) / 16

    let buffer = plan.buffers[work.input.buffer]
    let from = view(work.input)
    let lanesPerPixel = buffer.lanes
    var offsets: [Int64] = []
    for step in 0..<tiling.channelSteps {
      let (unit, lane) = (step * tiling.depth).quotientAndRemainder(dividingBy: lanesPerPixel)
      for y in 0..<c.kernel.height {
        for x in 0..<c.kernel.width {
          offsets.append(
            Int64(
              unit * buffer.unitStride + lane + y * c.dilation.height * buffer.rowStride
                + x * c.dilation.width * lanesPerPixel))
        }
      }
    }
    var first = 0
    let panels = tiling.panels.map { panel in
      defer { first += offsets.count * tiling.depth * panel.units * 16 }
      return ck_panel(
        units: Int32(panel.units), first_unit: Int32(panel.firstUnit), weights: Int64(first),
        input: Int64(panel.firstInput * buffer.unitStride))
    }
    let epilogue = try self.epilogue(work, units: units, reader)
    let task = ck_convolution(
      input: UnsafePointer(from.base - c.padding.height * buffer.rowStride - c.padding.width * lanesPerPixel),
      input_image: from.image, input_row: Int64(c.stride.height * buffer.rowStride),
      input_pixel: Int64(c.stride.width * lanesPerPixel),
      output: epilogue.output, residual: epilogue.residual, second: epilogue.second,
      weights: UnsafePointer(packed), bias: lanes(bias, units: units), scale: epilogue.scale, shift: epilogue.shift,
      offsets: keep(offsets), steps: Int64(offsets.count),
      chunks: Int64(min(tiling.chunks, offsets.count)), depth: Int32(tiling.depth), panels: keep(panels),
      panel_count: Int64(panels.count), blocks: Int64(tiling.blocks), panels_outer: tiling.panelsOuter,
      images: Int64(plan.slice), height: Int64(work.outputHeight), width: Int64(work.outputWidth),
      activation: epilogue.activation, second_activation: epilogue.secondActivation)
    return (
      Part(run: kernels.convolution, task: keep(task), items: tiling.blocks * panels.count), tiling.workers
    )
  }

  private func compile(
    _ work: ConvolutionWork, _ tiling: WinogradTiling, _ weights: UnsafeMutableBufferPointer<Float>, _ bias: [Double],
    _ reader: WeightReader
  ) throws -> (part: Part, workers: Int) {
    let c = work.convolution
    let packed = take(tiling.weightFloats)
    tiling.pack(weights, c, into: packed)
    let units = (c.outputChannels + 15) / 16
    var offsets: [Int64] = []
    for block in 0..<tiling.blocks {
      let count = tiling.tiles * (block + 1) / tiling.blocks - tiling.tiles * block / tiling.blocks
      offsets += (0..<tiling.channelSteps).map { Int64($0 / 2 * count * 16 + $0 % 2 * Int(CK_DEPTH)) }
    }
    var first = 0
    let panels = tiling.panels.map { panel in
      defer { first += tiling.products * tiling.channelSteps * Int(CK_DEPTH) * panel.units * 16 }
      return ck_panel(units: Int32(panel.units), first_unit: Int32(panel.firstUnit), weights: Int64(first), input: 0)
    }
    let epilogue = try self.epilogue(work, units: units, reader)
    let buffer = plan.buffers[work.input.buffer]
    let form: ck_winograd_form =
      switch tiling.form {
      case .f4x3: CK_F_4_3
      case .f2x3: CK_F_2_3
      case .f2x5: CK_F_2_5
      default: CK_LINE
      }
    let line = tiling.vertical.outputs > 1 ? tiling.vertical : tiling.horizontal
    let task = ck_winograd(
      form: form, input: view(work.input), output: epilogue.output, residual: epilogue.residual,
      second: epilogue.second,
      weights: UnsafePointer(packed), bias: lanes(bias, units: units),
      scale: epilogue.scale, shift: epilogue.shift,
      offsets: keep(offsets), panels: keep(panels), panel_count: Int64(panels.count), blocks: Int64(tiling.blocks),
      shares: Int64(tiling.shares), products: Int64(tiling.products),
      steps: Int64(tiling.channelSteps), images: Int64(plan.slice),
      input_units: Int64(tiling.inputUnits), input_height: Int64(buffer.height), input_width: Int64(buffer.width),
      height: Int64(work.outputHeight), width: Int64(work.outputWidth), padding_y: Int64(c.padding.height),
      padding_x: Int64(c.padding.width), tile_height: Int64(tiling.vertical.outputs),
      tile_width: Int64(tiling.horizontal.outputs), tiles_y: Int64(tiling.tilesHigh),
      tiles_x: Int64(tiling.tilesWide), input_matrix: keep(line.input.map(Float.init)),
      output_matrix: keep(line.output.map(Float.init)),
      activation: epilogue.activation, second_activation: epilogue.secondActivation)
    return (
      Part(run: kernels.winograd, task: keep(task), items: tiling.blocks * tiling.shares), tiling.workers
    )
  }

  private func compile(
    _ work: ConvolutionWork, _ tiling: StrassenTiling, _ weights: UnsafeMutableBufferPointer<Float>, _ bias: [Double],
    _ reader: WeightReader
  ) throws -> (part: Part, workers: Int) {
    let c = work.convolution
    let packed = take(tiling.weightFloats)
    tiling.pack(weights, c, into: packed)
    let units = 2 * tiling.outputUnits
    let depth = Int(CK_DEPTH)
    let buffer = plan.buffers[work.input.buffer]
    let from = view(work.input)
    /// Where the steps lead, in units so far apart.
    func offsets(_ unit: Int) -> [Int64] {
      (0..<tiling.channelSteps).map { Int64($0 * depth / 16 * unit + $0 * depth % 16) }
    }
    var first = 0
    let panels = tiling.panels.map { panel in
      defer { first += StrassenTiling.products * tiling.channelSteps * depth * panel.units * 16 }
      return ck_panel(units: Int32(panel.units), first_unit: Int32(panel.firstUnit), weights: Int64(first), input: 0)
    }
    let epilogue = try self.epilogue(work, units: units, reader)
    let whole = ck_convolution(
      input: UnsafePointer(from.base), input_image: from.image,
      input_row: Int64(c.stride.height * buffer.rowStride), input_pixel: Int64(c.stride.width * 16),
      output: epilogue.output, residual: epilogue.residual, second: epilogue.second,
      weights: UnsafePointer(packed), bias: lanes(bias, units: units), scale: epilogue.scale, shift: epilogue.shift,
      offsets: keep(offsets(buffer.unitStride)), steps: Int64(tiling.channelSteps), chunks: 1, depth: Int32(depth),
      panels: keep(panels), panel_count: Int64(panels.count), blocks: Int64(tiling.blocks),
      panels_outer: tiling.panelsOuter, images: Int64(plan.slice), height: Int64(work.outputHeight),
      width: Int64(work.outputWidth), activation: epilogue.activation, second_activation: epilogue.secondActivation)
    let task = ck_strassen(
      whole: whole, units: Int64(tiling.inputUnits), output_units: Int64(tiling.outputUnits),
      input_unit: Int64(buffer.unitStride), last_lanes: Int64(c.inputChannels - (2 * tiling.inputUnits - 1) * 16),
      most_pairs: Int64(tiling.blockPairs), sum_offsets: keep(offsets(16)))
    return (Part(run: kernels.strassen, task: keep(task), items: tiling.blocks * panels.count), tiling.workers)
  }

  private func compile(_ work: DepthwiseWork, _ reader: WeightReader) throws -> (part: Part, workers: Int) {
    let (c, from, to) = (work.convolution, work.input, work.output)
    let (weights, bias) = try reader.folded(work.layer, outputs: c.outputChannels, norms: work.norms)
    let area = c.kernel.area
    let packed = take(to.units * area * 16)
    for channel in 0..<c.outputChannels {
      for tap in 0..<area {
        packed[(channel / 16 * area + tap) * 16 + channel % 16] = weights[channel * area + tap]
      }
    }
    let (before, after) = (plan.buffers[from.buffer], plan.buffers[to.buffer])
    var input = view(from)
    input.base -= c.padding.height * before.rowStride + c.padding.width * 16
    let task = ck_depthwise(
      input: input, output: view(to), weights: UnsafePointer(packed),
      bias: lanes(bias, units: to.units), images: Int64(plan.slice),
      units: Int64(to.units), height: Int64(after.height), width: Int64(after.width),
      kernel_height: Int64(c.kernel.height), kernel_width: Int64(c.kernel.width), stride_y: Int64(c.stride.height),
      stride_x: Int64(c.stride.width), dilation_y: Int64(c.dilation.height), dilation_x: Int64(c.dilation.width),
      activation: ck_activation(work.activation))
    let items = plan.slice * to.units * after.height
    let multiplyAdds = items * after.width * 16 * area
    return (
      Part(run: kernels.depthwise, task: keep(task), items: items),
      Double(multiplyAdds) < DirectTiling.serialMultiplyAdds / 2 ? 1 : plan.options.threads
    )
  }
}
