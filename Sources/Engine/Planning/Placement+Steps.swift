import NetworkGraph

extension Placement {
  mutating func emitSteps() throws(PlanError) {
    for group in groups {
      emit(group)
      if let tiling = slabTilings[group.main] { appendSlab(tiling) }
    }
    append(covers: [], owner: nil, reads: [storage(network.output)], .unpack(from: storage(network.output)))
    for slab in slabs {
      for step in slab.steps {
        steps[step].turns = step == slab.steps.lowerBound ? .begin(slabs: slab.tiling.slabs) : .goOn
        // What the first one reads must be there until the last one is done.
        keep(reading[step], until: slab.steps.upperBound)
      }
    }
    for i in steps.indices { steps[i].expectedCycles = expectedCycles(of: steps[i]) }
    // The halo of a planar input is filled with zeros once, so nothing else may lie there.
    for i in buffers.indices where buffers[i].isPlanar { buffers[i].live = 0...steps.count }
  }

  private func expectedCycles(of step: Step) -> Double {
    if let chosen = step.candidates.first { return chosen.cycles }
    let covered = Set(step.covers)
    let inputs = Set(step.covers.flatMap { network[$0].inputs }.filter { !covered.contains($0) })
    let output = shape(step.owner ?? network.output)
    // What comes from plain memory or goes there has as many values on the other side.
    let plain = 4 * Double(options.batch) * Double(output.elements)
    let values = inputs.isEmpty ? [plain, plain] : (inputs.map { shape($0) } + [output]).map { bytes(of: $0) }
    let perOutput =
      switch step.work {
      case .grouped(let work): work.weightsPerLane
      case .pool(let pooling, _, _, _, _): pooling.kernel.area
      default: 1
      }
    return CostModel.cycles(
      moving: values, computing: Double(perOutput) * bytes(of: output) / 4,
      isNear: step.turns != nil, options)
  }

  /// Of a value of all images, its channels in whole units.
  func bytes(of shape: Shape) -> Double {
    Double(options.batch) * Double((shape.channels + 15) / 16 * 64) * Double(shape.height * shape.width)
  }

  mutating func append(covers: [LayerID], owner: LayerID?, reads: [Storage], _ work: Step.Work) {
    let step = Step(covers: covers, owner: owner, work: work)
    keep(reads + step.outputs, until: steps.count)
    steps.append(step)
    reading.append(reads)
  }

  mutating func keep(_ values: [Storage], until step: Int) {
    for storage in values {
      let live = buffers[storage.buffer].live
      let last = live.upperBound == Int.max ? step : max(live.upperBound, step)
      buffers[storage.buffer].live = min(live.lowerBound, step)...last
    }
  }

  mutating func emit(_ group: FusedGroup) {
    guard rearranged[group.main] == nil, frames[group.main] == nil else { return }
    let layer = network[group.main]
    if layer.operation.onlyMovesValues, !flat.contains(layer.id) { return emitGather(layer) }
    func single(_ work: Step.Work, reads: [Storage]) {
      append(covers: group.layers.sorted(), owner: group.first, reads: reads, work)
    }
    let input = layer.inputs.first.map { storage($0) }
    switch layer.operation {
    case .input:
      single(.pack(input: layer.id, to: storage(layer.id)), reads: [])
    case .convolution(let c):
      if hasNarrowKernel(layer), let input {
        append(
          covers: (takeRearranged(before: layer) + group.layers).sorted(), owner: group.main, reads: [input],
          .grouped(
            GroupedWork(
              layer: layer.id, convolution: c.framed(by: frame(of: layer)), folded: group.folded,
              activation: activation(group.activation),
              input: input,
              output: storage(group.first))))
      } else {
        emitConvolution(group, layer)
      }
    case .linear: emitConvolution(group, layer)
    case .scale where flat.contains(group.first):
      single(.portable(layer.id, from: [input!], to: storage(layer.id)), reads: [input!])
    case .batchNorm, .layerScale, .channelBias, .scale, .shift:
      let other = group.addition.map { storage($0.residual) }
      single(
        .pointwise(
          PointwiseWork(
            norms: [layer.id] + group.folded.norms, other: other, activation: activation(group.activation),
            input: input!, output: storage(group.first))),
        reads: [input!] + (other.map { [$0] } ?? []))
    case .activation(let activation):
      single(
        .pointwise(PointwiseWork(activation: activation, input: input!, output: storage(layer.id))), reads: [input!])
    case .layerNorm(_, let epsilon):
      single(.layerNorm(layer.id, epsilon: epsilon, from: input!, to: storage(layer.id)), reads: [input!])
    case .add:
      let to = storage(group.first)
      var sum = input!
      for (i, other) in layer.inputs.map({ storage($0) }).enumerated().dropFirst() {
        let last = i == layer.inputs.count - 1 ? activation(group.activation) : nil
        single(
          .pointwise(PointwiseWork(other: other, activation: last, input: sum, output: to)), reads: [sum, other])
        sum = to
      }
    case .multiply:
      // Single numbers for the channels are factors; what is multiplied by them is a whole map.
      let whole = layer.inputs.firstIndex { shape($0) == layer.output } ?? 0
      var work = PointwiseWork(input: storage(layer.inputs[whole]), output: storage(group.first))
      let factors = layer.inputs.indices.filter { $0 != whole }
      for i in factors {
        work.factor = storage(layer.inputs[i])
        if i == factors.last {
          work.norms = group.folded.norms
          work.other = group.addition.map { storage($0.residual) }
          work.activation = activation(group.activation)
        }
        single(.pointwise(work), reads: [work.input, work.factor, work.other].compactMap { $0 })
        work.input = work.output
      }
    case .maxPool(let pooling):
      single(
        .pool(pooling, average: false, countsPadding: false, from: input!, to: storage(layer.id)), reads: [input!])
    case .averagePool(let pooling, let countsPadding):
      single(
        .pool(pooling, average: true, countsPadding: countsPadding, from: input!, to: storage(layer.id)),
        reads: [input!])
    case .globalAveragePool:
      single(.globalPool(from: input!, to: storage(layer.id)), reads: [input!])
    case .adaptiveAveragePool:
      single(.adaptivePool(from: input!, to: storage(layer.id)), reads: [input!])
    case .softmax: single(.softmax(from: input!, to: storage(layer.id)), reads: [input!])
    case .localResponseNorm(let size, let alpha, let beta, let k):
      single(
        .responseNorm(size: size, alpha: alpha, beta: beta, k: k, from: input!, to: storage(layer.id)),
        reads: [input!])
    case .portable(.groupNorm(let groups, _, let epsilon)) where hasLanes(group):
      let work = PointwiseWork(
        norms: group.folded.norms, other: group.addition.map { storage($0.residual) },
        activation: activation(group.activation), input: input!, output: storage(group.first))
      single(
        .groupNorm(layer.id, groups: groups, epsilon: epsilon, work),
        reads: [input!] + (work.other.map { [$0] } ?? []))
    case .portable(.stored):
      // The image is its input in name alone.
      single(.portable(layer.id, from: [], to: storage(layer.id)), reads: [])
    case .portable, .flatten, .unflatten, .concat, .slice, .channelShuffle, .padChannels, .subsample, .zeroPad:
      let inputs = layer.inputs.map { storage($0) }
      // The same values in the same order, where they lie.
      if layer.operation.keepsOrder, inputs == [storage(layer.id)] { break }
      single(.portable(layer.id, from: inputs, to: storage(layer.id)), reads: inputs)
    case .dropout, .stochasticDepth, .unsupported: break
    }
  }

  /// True if the group takes a map of pixels with lanes and gives one.
  private func hasLanes(_ group: FusedGroup) -> Bool {
    let layer = network[group.main]
    return flat.isDisjoint(with: [network.source(of: layer.inputs[0]), group.first])
      && layer.output.height * layer.output.width > 1
  }

  mutating func emitGather(_ layer: Layer) {
    let work = GatherWork(layer.operation, channels(of: layer), to: storage(layer.id))
    var covers = takeRearranged(before: layer).sorted() + [layer.id]
    for part in work.movingParts {
      append(covers: covers, owner: layer.id, reads: part.sources, .gather(part))
      covers = [layer.id]
    }
  }

  mutating func emitConvolution(_ group: FusedGroup, _ layer: Layer) {
    guard let (convolution, signature, candidates) = algorithms[layer.id] else { return }
    let input = storage(group.prologue?.input ?? layer.inputs[0])
    let second = group.second.map {
      (norm: $0.norm, activation: activation($0.activation), output: storage(group.secondValue!))
    }
    let residual = group.addition.map { storage($0.residual) }
    let work = ConvolutionWork(
      layer: layer.id, convolution: convolution, folded: group.folded, input: input,
      output: group.keepsFirst ? storage(group.first) : nil, residual: residual,
      prologue: group.prologue.map { ($0.norms, activation($0.activation)) },
      activation: activation(group.activation),
      second: second, outputHeight: layer.output.height, outputWidth: layer.output.width, candidates: candidates,
      signature: signature)
    append(
      covers: (takeRearranged(before: layer) + group.layers).sorted(), owner: group.main,
      reads: [input] + (residual.map { [$0] } ?? []),
      .convolution(work))
  }
}
