import ConvKernels
import NetworkGraph

/// The tasks of convolutions and linear layers: packed weights, tables and epilogues.
extension CompiledProgram {
  func compile(_ work: ConvolutionWork, _ reader: WeightReader) throws -> (part: Part, workers: Int) {
    let c = work.convolution
    let (weights, bias) = try reader.weights(of: work.layer, outputs: c.outputChannels, work.folded)
    switch work.algorithm {
    case .direct(let tiling):
      let task = try task(work, tiling, weights, bias, reader)
      let items = tiling.blocks * tiling.panels.count
      return (Part(run: kernels.convolution, task: keep(task), items: items), tiling.workers)
    case .winograd(let tiling): return try compile(work, tiling, weights, bias, reader)
    case .strassen(let tiling): return try compile(work, tiling, weights, bias, reader)
    }
  }

  /// Panels as the kernels know them.
  ///
  /// - Parameters:
  ///   - taps: steps of the reduction for each of the channels' steps.
  ///   - rows: rows of weights for each of the channels' steps, each as wide as the panel.
  ///   - inputUnit: floats between units of the input, where panels of groups read their own.
  private func kernelPanels(_ panels: [OutputPanel], taps: Int = 1, rows: Int, inputUnit: Int = 0) -> [ck_panel] {
    var weights = 0
    return panels.map { panel in
      defer { weights += panel.channelSteps * rows * panel.lanes }
      return ck_panel(
        lanes: Int32(panel.lanes), first_unit: Int32(panel.firstUnit), weights: Int64(weights),
        input: Int64(panel.firstInputUnit * inputUnit), steps: Int64(panel.channelSteps * taps))
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

  func task(
    _ work: ConvolutionWork, _ tiling: DirectTiling, _ weights: UnsafeMutableBufferPointer<Float>, _ bias: [Double],
    _ reader: WeightReader
  ) throws -> ck_convolution {
    let c = work.convolution
    let packed = take(tiling.weightFloats(c))
    tiling.pack(weights, c, into: packed)
    let units = (c.outputChannels + 15) / 16

    let buffer = plan.buffers[work.input.buffer]
    let from = view(work.input)
    let lanesPerPixel = buffer.lanes
    var offsets: [Int64] = []
    for step in 0..<(tiling.panels.map(\.channelSteps).max() ?? 0) {
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
    let panels = kernelPanels(
      tiling.panels, taps: c.kernel.area, rows: c.kernel.area * tiling.depth, inputUnit: buffer.unitStride)
    let epilogue = try self.epilogue(work, units: units, reader)
    return ck_convolution(
      input: UnsafePointer(from.base - c.padding.height * buffer.rowStride - c.padding.width * lanesPerPixel),
      input_image: from.image, input_row: Int64(c.stride.height * buffer.rowStride),
      input_pixel: Int64(c.stride.width * lanesPerPixel),
      output: epilogue.output, residual: epilogue.residual, second: epilogue.second,
      weights: UnsafePointer(packed), bias: lanes(bias, units: units), scale: epilogue.scale, shift: epilogue.shift,
      offsets: keep(offsets), chunks: Int64(min(tiling.chunks, offsets.count)), depth: Int32(tiling.depth),
      panels: keep(panels),
      panel_count: Int64(panels.count), blocks: Int64(tiling.blocks), panels_outer: tiling.panelsOuter,
      images: Int64(plan.slice), height: Int64(work.outputHeight), width: Int64(work.outputWidth),
      activation: epilogue.activation, second_activation: epilogue.secondActivation)
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
    let steps = tiling.panels.map(\.channelSteps).max() ?? 0
    for block in 0..<tiling.blocks {
      let count = tiling.tiles * (block + 1) / tiling.blocks - tiling.tiles * block / tiling.blocks
      offsets += (0..<steps).map { Int64($0 / 2 * count * 16 + $0 % 2 * Int(CK_DEPTH)) }
    }
    let panels = kernelPanels(tiling.panels, rows: tiling.products * Int(CK_DEPTH), inputUnit: 1)
    let epilogue = try self.epilogue(work, units: units, reader)
    let buffer = plan.buffers[work.input.buffer]
    let form: ck_winograd_form =
      switch tiling.form {
      case .f6x3: CK_F_6_3
      case .f4x3: CK_F_4_3
      case .f2x3: CK_F_2_3
      case .f2x5: CK_F_2_5
      default: CK_LINE
      }
    let line = tiling.vertical.outputs > 1 ? tiling.vertical : tiling.horizontal
    let prologue = try work.prologue.map { try reader.scaling(by: $0.norms, outputs: c.inputChannels) }
    let task = ck_winograd(
      form: form, input: view(work.input), output: epilogue.output, residual: epilogue.residual,
      second: epilogue.second,
      weights: UnsafePointer(packed), bias: lanes(bias, units: units),
      scale: epilogue.scale, shift: epilogue.shift,
      offsets: keep(offsets), panels: keep(panels), panel_count: Int64(panels.count), blocks: Int64(tiling.blocks),
      shares: Int64(tiling.shares), products: Int64(tiling.products),
      steps: Int64(steps), shares_outer: tiling.hasGroups, most_units: Int64(tiling.mostUnits),
      images: Int64(plan.slice), input_height: Int64(buffer.height), input_width: Int64(buffer.width),
      height: Int64(work.outputHeight), width: Int64(work.outputWidth), padding_y: Int64(c.padding.height),
      padding_x: Int64(c.padding.width), tile_height: Int64(tiling.vertical.outputs),
      tile_width: Int64(tiling.horizontal.outputs), tiles_y: Int64(tiling.tilesHigh),
      tiles_x: Int64(tiling.tilesWide), input_matrix: keep(line.input.map(Float.init)),
      output_matrix: keep(line.output.map(Float.init)),
      input_scale: prologue.map { lanes($0.factors, units: work.input.units) },
      input_shift: prologue.map { lanes($0.shifts, units: work.input.units) },
      activation: epilogue.activation, second_activation: epilogue.secondActivation,
      input_activation: ck_activation(work.prologue?.activation))
    let items = tiling.blocks * tiling.shares
    let grain = tiling.hasGroups ? 1 : tiling.shares
    return (Part(run: kernels.winograd, task: keep(task), items: items, grain: grain), tiling.workers)
  }

  private func compile(
    _ work: ConvolutionWork, _ tiling: StrassenTiling, _ weights: UnsafeMutableBufferPointer<Float>, _ bias: [Double],
    _ reader: WeightReader
  ) throws -> (part: Part, workers: Int) {
    let c = work.convolution
    let packed = take(tiling.weightFloats)
    tiling.pack(weights, c, into: packed)
    let units = (c.outputChannels + 15) / 16
    let depth = Int(CK_DEPTH)
    let buffer = plan.buffers[work.input.buffer]
    let from = view(work.input)
    /// Where the steps lead, in units so far apart.
    func offsets(_ unit: Int, steps: Int) -> [Int64] {
      (0..<steps).map { Int64($0 * depth / 16 * unit + $0 * depth % 16) }
    }
    let panels = kernelPanels(tiling.panels, rows: StrassenTiling.products * depth)
    let epilogue = try self.epilogue(work, units: units, reader)
    let whole = ck_convolution(
      input: UnsafePointer(from.base), input_image: from.image,
      input_row: Int64(c.stride.height * buffer.rowStride), input_pixel: Int64(c.stride.width * 16),
      output: epilogue.output, residual: epilogue.residual, second: epilogue.second,
      weights: UnsafePointer(packed), bias: lanes(bias, units: units), scale: epilogue.scale, shift: epilogue.shift,
      offsets: keep(offsets(buffer.unitStride, steps: 2 * tiling.channelSteps)), chunks: 1, depth: Int32(depth),
      panels: keep(panels), panel_count: Int64(panels.count), blocks: Int64(tiling.blocks),
      panels_outer: tiling.panelsOuter, images: Int64(plan.slice), height: Int64(work.outputHeight),
      width: Int64(work.outputWidth), activation: epilogue.activation, second_activation: epilogue.secondActivation)
    let task = ck_strassen(
      whole: whole, units: Int64(tiling.inputUnits), upper_units: Int64(tiling.upperInputUnits),
      output_units: Int64(tiling.outputUnits), input_unit: Int64(buffer.unitStride),
      last_lanes: Int64(c.inputChannels - (tiling.inputUnits + tiling.upperInputUnits - 1) * 16),
      most_pairs: Int64(tiling.blockPairs), sum_offsets: keep(offsets(16, steps: tiling.channelSteps)))
    let part = Part(
      run: kernels.strassen, task: keep(task), items: tiling.blocks * panels.count,
      grain: tiling.panelsOuter ? 1 : panels.count)
    return (part, tiling.workers)
  }

  func compile(_ work: GroupedWork, _ reader: WeightReader) throws -> (part: Part, workers: Int) {
    let task = try task(work, reader)
    let items = plan.slice * Int(task.rows.units * task.rows.height)
    let multiplyAdds = items * Int(task.width) * 16 * work.weightsPerLane
    return (
      Part(run: kernels.grouped, task: keep(task), items: items),
      Double(multiplyAdds) < DirectTiling.serialMultiplyAdds / 2 ? 1 : plan.options.threads
    )
  }

  func task(_ work: GroupedWork, _ reader: WeightReader) throws -> ck_grouped {
    let (c, from, to) = (work.convolution, work.input, work.output)
    let (weights, bias) = try reader.weights(of: work.layer, outputs: c.outputChannels, work.folded)
    let area = c.kernel.area
    let group = c.inputChannels / c.groups
    let packed = take(to.units * work.weightsPerLane * 16)
    let hasSeveral = group < Int(kernels.lanes)
    for channel in 0..<c.outputChannels {
      for i in 0..<group {
        let place = channel % group
        let (lane, row) = hasSeveral ? (channel % 16 - place + i, place ^ i) : (channel % 16, i)
        for tap in 0..<area {
          packed[((channel / 16 * area + tap) * group + row) * 16 + lane] = weights[(channel * group + i) * area + tap]
        }
      }
    }
    let (before, after) = (plan.buffers[from.buffer], plan.buffers[to.buffer])
    var input = view(from)
    input.base -= c.padding.height * before.rowStride + c.padding.width * 16
    return ck_grouped(
      input: input, output: view(to), weights: UnsafePointer(packed),
      bias: lanes(bias, units: to.units), group: Int64(group),
      multiplier: Int64(c.outputChannels / c.inputChannels), rows: rowsShared(from, to), width: Int64(after.width),
      kernel_height: Int64(c.kernel.height), kernel_width: Int64(c.kernel.width), stride_y: Int64(c.stride.height),
      stride_x: Int64(c.stride.width), dilation_y: Int64(c.dilation.height), dilation_x: Int64(c.dilation.width),
      activation: ck_activation(work.activation))
  }
}
