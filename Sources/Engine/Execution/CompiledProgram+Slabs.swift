import ConvKernels
import NetworkGraph

extension CompiledProgram {
  /// The steps of a slab as one part, which the last of them carries out.
  func compile(_ slab: Slab, _ reader: WeightReader) throws -> Part {
    guard case .grouped(let middle) = plan.steps[slab.middle].work else { preconditionFailure("a slab has a middle") }
    let (c, threads) = (middle.convolution, plan.options.threads)
    let items = plan.slice * slab.tiling.slabs
    let task = ck_slab(
      before: try slab.hasBefore ? convolution(plan.steps[slab.middle - 1], reader) : ck_convolution(),
      after: try slab.hasAfter ? convolution(plan.steps[slab.middle + 1], reader) : ck_convolution(),
      middle: try self.task(middle, reader), slabs: Int64(slab.tiling.slabs), height: Int64(slab.tiling.outputHeight),
      input_height: Int64(slab.tiling.inputHeight), top: Int64(c.padding.height), left: Int64(c.padding.width),
      reach: Int64((c.kernel.height - 1) * c.dilation.height + 1), wide_floats: Int64(slab.wideFloats),
      narrow_floats: Int64(slab.narrowFloats), block_pixels: Int64(Slab.blockPixels), times: takeTimes(items: items))
    let share = (items + threads - 1) / threads
    return Part(
      run: kernels.slab, task: keep(task), items: items, grain: max(1, share / SlabTiling.portions))
  }

  private func convolution(_ step: Step, _ reader: WeightReader) throws -> ck_convolution {
    guard case .convolution(let work) = step.work, case .direct(let tiling) = work.algorithm else {
      preconditionFailure("slabs are for direct convolutions")
    }
    let (weights, bias) = try reader.weights(of: work.layer, outputs: work.convolution.outputChannels, work.folded)
    return try task(work, tiling, weights, bias, reader)
  }
}
