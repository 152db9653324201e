import ConvKernels
import NetworkGraph

extension CompiledProgram {
  /// The steps of a slab as one part, which the last of them carries out.
  func compile(_ slab: Slab, _ reader: WeightReader) throws -> Part {
    let threads = plan.options.threads
    let items = plan.slice * slab.tiling.slabs
    let task = ck_slab(
      before: try slab.hasBefore ? convolution(plan.steps[slab.middle - 1], reader) : ck_convolution(),
      after: try slab.hasAfter ? convolution(plan.steps[slab.middle + 1], reader) : ck_convolution(),
      middle: try middle(plan.steps[slab.middle], reader), slabs: Int64(slab.tiling.slabs),
      height: Int64(slab.tiling.outputHeight), input_height: Int64(slab.tiling.inputHeight),
      top: Int64(slab.tiling.top), left: Int64(slab.tiling.left), reach: Int64(slab.tiling.reach),
      wide_floats: Int64(slab.wideFloats),
      narrow_floats: Int64(slab.narrowFloats), block_pixels: Int64(Slab.blockPixels), times: takeTimes(items: items))
    let share = (items + threads - 1) / threads
    return Part(
      run: kernels.slab, task: keep(task), items: items, grain: max(1, share / SlabTiling.portions))
  }

  private func middle(_ step: Step, _ reader: WeightReader) throws -> ck_grouped {
    switch step.work {
    case .grouped(let work): return try task(work, reader)
    case .pointwise(let work):
      let (to, width) = (work.output, plan.buffers[work.output.buffer].width)
      let scaling = try reader.scaling(by: work.norms, outputs: to.channels)
      return ck_grouped(
        input: view(work.input), output: view(to), weights: lanes(scaling.factors, units: to.units),
        bias: lanes(scaling.shifts, units: to.units), group: 1, multiplier: 1, rows: rowsShared(work.input, to),
        width: Int64(width),
        kernel_height: 1, kernel_width: 1, stride_y: 1, stride_x: 1, dilation_y: 1, dilation_x: 1,
        activation: ck_activation(work.activation))
    default: preconditionFailure("slabs are for depthwise convolutions and norms")
    }
  }

  private func convolution(_ step: Step, _ reader: WeightReader) throws -> ck_convolution {
    guard case .convolution(let work) = step.work, case .direct(let tiling) = work.algorithm else {
      preconditionFailure("slabs are for direct convolutions")
    }
    let (weights, bias) = try reader.weights(of: work.layer, outputs: work.convolution.outputChannels, work.folded)
    return try task(work, tiling, weights, bias, reader)
  }
}
