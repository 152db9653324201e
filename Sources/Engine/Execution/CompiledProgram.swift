import ConvKernels
import NetworkGraph

/// The steps of a plan as calls of kernels, with the memory that their tasks, tables and weights lie in.
final class CompiledProgram {
  private(set) var program: Program
  let plan: Plan
  let kernels: ck_kernels
  private let arena: UnsafeMutablePointer<Float>
  /// Buffers that global pools read.
  private let globallyPooled: Set<Int>
  private let weights: MappedMemory
  private let scratch: MappedMemory
  private var weightsUsed = 0
  private let weightFloats: Int
  /// Tasks and tables, freed with the program.
  private var allocations: [UnsafeMutableRawPointer] = []
  /// Tasks that are objects, alive as long as the program.
  var portableTasks: [PortableTask] = []
  /// When slabs and their layers were done, for each of the plan's.
  private(set) var slabTimes: [UnsafePointer<UInt64>] = []
  /// What a step that is being compiled does behind a barrier.
  var secondPhase: [Part] = []

  init(
    _ plan: Plan, weights source: any WeightSource, arena: UnsafeMutablePointer<Float>,
    input: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>
  ) throws {
    self.plan = plan
    self.arena = arena
    globallyPooled = Set(
      plan.steps.compactMap { if case .globalPool(let from, _) = $0.work { from.buffer } else { nil } })
    kernels = plan.options.instructionSet.table.pointee
    weightFloats = plan.weightFloats
    guard let memory = MappedMemory(bytes: weightFloats * 4) else {
      throw PlanError.notEnoughMemory(needed: plan.requiredBytes, available: Memory.available)
    }
    weights = memory
    let scratchFloats = plan.scratchFloats
    guard let scratch = MappedMemory(bytes: scratchFloats * plan.options.threads * 4) else {
      throw PlanError.notEnoughMemory(needed: plan.requiredBytes, available: Memory.available)
    }
    self.scratch = scratch
    program = Program(
      steps: .allocate(capacity: plan.steps.count), count: 0, slices: plan.slices,
      scratch: scratch.floats, scratchStride: scratchFloats)
    let reader = try WeightReader(plan.network, source)
    var slabs = plan.slabs[...]
    for (index, step) in plan.steps.enumerated() {
      if let slab = slabs.first, slab.steps.contains(index) {
        let isLast = index == slab.steps.upperBound
        append(
          isLast ? [try compile(slab, reader)] + step.outputs.compactMap(haloPart) : [], workers: plan.options.threads)
        if isLast { slabs.removeFirst() }
        continue
      }
      var work = try compile(step, reader, input: input, output: output)
      if !isLong(step) { work.part.grain = max(1, work.part.items) }
      append(
        [work.part] + secondPhase + step.outputs.compactMap(haloPart), workers: work.workers,
        isPhased: !secondPhase.isEmpty)
      secondPhase = []
    }
  }

  private func append(_ all: [Part], workers: Int, isPhased: Bool = false) {
    let parts = UnsafeMutablePointer<Part>.allocate(capacity: all.count)
    parts.initialize(from: all, count: all.count)
    (program.steps + program.count).initialize(
      to: ProgramStep(parts: parts, partCount: all.count, workers: workers, isPhased: isPhased))
    program.count += 1
  }

  deinit {
    for i in 0..<program.count { program.steps[i].parts.deallocate() }
    program.steps.deallocate()
    for allocation in allocations { allocation.deallocate() }
  }

  // MARK: Memory

  func keep<T>(_ value: T) -> UnsafeRawPointer {
    let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
    pointer.initialize(to: value)
    allocations.append(UnsafeMutableRawPointer(pointer))
    return UnsafeRawPointer(pointer)
  }

  /// Room for the times of a slab's items.
  func takeTimes(items: Int) -> UnsafeMutablePointer<UInt64> {
    let times = UnsafeMutablePointer<UInt64>.allocate(capacity: 4 * items)
    times.initialize(repeating: 0, count: 4 * items)
    allocations.append(UnsafeMutableRawPointer(times))
    slabTimes.append(UnsafePointer(times))
    return times
  }

  func keep<T>(_ values: [T]) -> UnsafePointer<T> {
    let pointer = UnsafeMutablePointer<T>.allocate(capacity: values.count)
    pointer.initialize(from: values, count: values.count)
    allocations.append(UnsafeMutableRawPointer(pointer))
    return UnsafePointer(pointer)
  }

  /// Floats at a cache line.
  func aligned(_ values: [Float]) -> UnsafePointer<Float> {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(64, values.count * 4), alignment: 64)
    allocations.append(memory)
    let floats = memory.bindMemory(to: Float.self, capacity: values.count)
    floats.initialize(from: values, count: values.count)
    return UnsafePointer(floats)
  }

  /// Takes the weights out of all caches.
  func evictWeights() { ck_evict(weights.floats, weightsUsed * 4) }

  /// Room for packed weights, at a cache line.
  func take(_ floats: Int) -> UnsafeMutablePointer<Float> {
    let pointer = weights.floats + weightsUsed
    weightsUsed += Plan.aligned(floats)
    precondition(weightsUsed <= weightFloats, "steps take more weights than their plan has counted")
    return pointer
  }

  /// Values for every channel, with zeros in the lanes that have none.
  func lanes(_ values: some Collection<Double>, units: Int) -> UnsafePointer<Float> {
    let pointer = take(units * 16)
    for (i, value) in values.enumerated() { pointer[i] = Float(value) }
    return UnsafePointer(pointer)
  }

  func view(_ storage: Storage) -> ck_view {
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

  /// Floats that a step of memory traffic touches below which it runs on one thread.
  static let serialFloats = 4096
  /// Pixels of a map whose convolutions are usually cut by pixels.
  static let largePixels = 28 * 28

  /// The rows that a step writes, in the order in which threads share them.
  ///
  /// Convolutions of large maps are cut by pixels: where threads take bands of rows too, each finds what it reads in its
  /// own cache, and leaves there what it reads next. A global pool takes whole channels, and so does what writes or reads
  /// beside one.
  func rowsShared(_ from: Storage, _ to: Storage) -> ck_rows {
    let (before, after) = (plan.buffers[from.buffer], plan.buffers[to.buffer])
    let isLarge = before.height * before.width >= CompiledProgram.largePixels
    let bands = isLarge && plan.slice == 1 && globallyPooled.isDisjoint(with: [from.buffer, to.buffer])
    return ck_rows(
      units: Int64(to.units), height: Int64(after.height),
      bands: bands ? Int64(min(plan.options.threads, after.height)) : 1)
  }

  static var none: ck_view { ck_view(base: nil, image: 0, unit: 0, row: 0) }

  /// The part that fills the halo around a value with zeros.
  private func haloPart(_ storage: Storage) -> Part? {
    let buffer = plan.buffers[storage.buffer]
    guard buffer.halo != 0, !buffer.isPlanar, !buffer.isSlab else { return nil }
    let task = ck_halo(
      value: view(storage), units: Int64(storage.units), height: Int64(buffer.height),
      width: Int64(buffer.width), top: Int64(buffer.halo.height), left: Int64(buffer.halo.width),
      bottom: Int64(buffer.halo.height), right: Int64(buffer.halo.width))
    return Part(run: kernels.zero_halo, task: keep(task), items: buffer.images * storage.units)
  }

  // MARK: Steps

  /// Cycles of a step from which on its portions are worth counting.
  private static let longCycles = 60_000

  /// True for a step that takes a few tens of microseconds or more.
  private func isLong(_ step: Step) -> Bool {
    let cycles = step.covers.reduce(0) { sum, layer in
      let cost = plan.network[layer].cost
      return sum + cost.multiplyAdds / 32 + (cost.inputElements + cost.outputElements) / 8
    }
    return cycles >= CompiledProgram.longCycles / plan.slice
  }

  private func compile(
    _ step: Step, _ reader: WeightReader, input: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>
  ) throws -> (part: Part, workers: Int) {
    let images = plan.slice

    /// A step of memory traffic: shared if it touches enough.
    func rows(
      _ run: @escaping ck_run, _ task: UnsafeRawPointer, items: Int, floats: Int, taskStride: Int = 0
    ) -> (part: Part, workers: Int) {
      let part = Part(run: run, task: task, items: items, taskStride: taskStride)
      return (part, floats < CompiledProgram.serialFloats ? 1 : plan.options.threads)
    }

    /// The border between plain memory and a value, for each slice.
    func border(
      _ plain: UnsafeMutablePointer<Float>, _ shape: Shape, _ storage: Storage, planar: Bool
    ) -> UnsafeRawPointer {
      let buffer = plan.buffers[storage.buffer]
      let tasks = (0..<plan.slices).map { slice in
        ck_border(
          plain: plain + slice * images * shape.elements, view: view(storage), channels: Int64(storage.channels),
          height: Int64(buffer.height), width: Int64(buffer.width), planar: planar)
      }
      return UnsafeRawPointer(keep(tasks))
    }

    switch step.work {
    case .pack(let layer, let to):
      let buffer = plan.buffers[to.buffer]
      let place = plan.options.batch * plan.network.inputOffset(of: layer)
      return rows(
        kernels.pack, border(input + place, plan.network[layer].output, to, planar: buffer.isPlanar),
        items: images * buffer.units * buffer.height, floats: buffer.floats, taskStride: MemoryLayout<ck_border>.stride)
    case .unpack(let from):
      let buffer = plan.buffers[from.buffer]
      let items = images * from.units * buffer.height
      return rows(
        kernels.unpack, border(output, plan.network.outputShape, from, planar: false), items: items,
        floats: items * buffer.width * 16, taskStride: MemoryLayout<ck_border>.stride)
    case .convolution(let work):
      return try compile(work, reader)
    case .grouped(let work): return try compile(work, reader)
    case .pool(let pooling, let average, let countsPadding, let from, let to):
      let (before, after) = (plan.buffers[from.buffer], plan.buffers[to.buffer])
      let task = ck_pool(
        input: view(from), output: view(to), rows: rowsShared(from, to), input_height: Int64(before.height),
        input_width: Int64(before.width), width: Int64(after.width), kernel_height: Int64(pooling.kernel.height),
        kernel_width: Int64(pooling.kernel.width), stride_y: Int64(pooling.stride.height),
        stride_x: Int64(pooling.stride.width), padding_y: Int64(pooling.padding.height),
        padding_x: Int64(pooling.padding.width), average: average, counts_padding: countsPadding)
      let items = images * from.units * after.height
      return rows(kernels.pool, keep(task), items: items, floats: items * after.width * 16 * pooling.kernel.area)
    case .globalPool(let from, let to):
      let buffer = plan.buffers[from.buffer]
      let task = ck_global_pool(
        input: view(from), output: view(to), units: Int64(from.units), height: Int64(buffer.height),
        width: Int64(buffer.width))
      let items = images * from.units
      return rows(kernels.global_pool, keep(task), items: items, floats: items * 16 * buffer.height * buffer.width)
    case .adaptivePool(let from, let to):
      let (before, after) = (plan.buffers[from.buffer], plan.buffers[to.buffer])
      let task = ck_adaptive_pool(
        input: view(from), output: view(to), rows: rowsShared(from, to), input_height: Int64(before.height),
        input_width: Int64(before.width), width: Int64(after.width))
      let items = images * from.units * after.height
      return rows(
        kernels.adaptive_pool, keep(task), items: items, floats: images * from.units * before.height * before.width * 16
      )
    case .pointwise(let work):
      let (to, buffer) = (work.output, plan.buffers[work.output.buffer])
      let scaling = work.norms.isEmpty ? nil : try reader.scaling(by: work.norms, outputs: to.channels)
      var factor = work.factor.map { view($0) } ?? CompiledProgram.none
      let isMap =
        work.factor.map { plan.buffers[$0.buffer] }
        .map { $0.height == buffer.height && $0.width == buffer.width } ?? false
      if !isMap { factor.row = 0 }
      let task = ck_pointwise(
        input: view(work.input), factor: factor, other: work.other.map { view($0) } ?? CompiledProgram.none,
        output: view(to), factor_pixel: isMap ? 16 : 0,
        scale: scaling.map { lanes($0.factors, units: to.units) },
        shift: scaling.map { lanes($0.shifts, units: to.units) },
        rows: rowsShared(work.input, to), width: Int64(buffer.width), activation: ck_activation(work.activation))
      let items = images * to.units * buffer.height
      return rows(kernels.pointwise, keep(task), items: items, floats: items * buffer.width * 16)
    case .layerNorm(let layer, let epsilon, let from, let to):
      let buffer = plan.buffers[to.buffer]
      let (scale, shift) = try reader.norm(layer)
      let task = ck_layer_norm(
        input: view(from), output: view(to), scale: lanes(scale, units: to.units),
        shift: lanes(shift, units: to.units), channels: Int64(to.channels),
        height: Int64(buffer.height), width: Int64(buffer.width), epsilon: Float(epsilon))
      let items = images * buffer.height
      return rows(kernels.layer_norm, keep(task), items: items, floats: items * buffer.width * to.units * 16)
    case .groupNorm(let layer, let groups, let epsilon, let work):
      return try compileGroupNorm(layer, groups, epsilon, work, reader)
    case .gather(let work):
      let buffer = plan.buffers[work.output.buffer]
      let source = work.sources.first.map { plan.buffers[$0.buffer] } ?? buffer
      let nowhere = ck_source(base: nil, image: 0, row: 0)
      let lanes = (0..<work.output.units * 16).map { lane in
        lane < work.channels.count ? work.channels[lane].map(self.source) ?? nowhere : nowhere
      }
      let task = ck_assembly(
        output: view(work.output), sources: keep(lanes), units: Int64(work.output.units),
        height: Int64(buffer.height), width: Int64(buffer.width), source_height: Int64(source.height),
        source_width: Int64(source.width), stride_y: Int64(work.stride.height), stride_x: Int64(work.stride.width),
        top: Int64(work.top), left: Int64(work.left))
      let items = images * work.output.units * buffer.height
      // Every vector is made of a few others.
      return rows(kernels.assemble, keep(task), items: items, floats: 4 * items * buffer.width * 16)
    case .portable(let layer, let from, let to): return try compilePortable(layer, from: from, to: to, reader)
    case .softmax(let from, let to):
      let buffer = plan.buffers[from.buffer]
      let task = ck_softmax(
        input: view(from), output: view(to), rows: 1, channels: Int64(from.channels), height: Int64(buffer.height),
        width: Int64(buffer.width), plain: false)
      return rows(kernels.softmax, keep(task), items: images, floats: 0)
    case .responseNorm(let size, let alpha, let beta, let k, let from, let to):
      let buffer = plan.buffers[from.buffer]
      let task = ck_response_norm(
        input: view(from), output: view(to), channels: Int64(from.channels),
        height: Int64(buffer.height), width: Int64(buffer.width), size: Int64(size), alpha: Float(alpha),
        beta: Float(beta), k: Float(k))
      return rows(
        kernels.response_norm, keep(task), items: images * buffer.height,
        floats: images * from.units * 16 * buffer.height * buffer.width)
    }
  }
}
