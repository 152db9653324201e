import NetworkGraph

extension Placement {
  /// Finds depthwise convolutions and norms whose large inputs or outputs are better never whole in memory.
  mutating func chooseSlabs() {
    // The first group that can still go before another one: no slab behind a norm or depthwise convolution has it.
    var taken = 0
    for (index, group) in groups.enumerated() where !flat.contains(group.first) {
      let layer = network[group.main]
      guard isNarrow(group), let convolution = layer.operation.convolution else {
        if let norm = singleTap(group), index + 1 < groups.count {
          if chooseSlab(of: group, norm, before: groups[index + 1]) { taken = index + 2 }
        }
        continue
      }
      let (input, output) = (network.source(of: layer.inputs[0]), group.first)
      let canHaveBefore =
        index > taken && frames[input] == nil && isLarge(input) && canRun(groups[index - 1], before: group)
      let canHaveAfter =
        index + 1 < groups.count && canRun(groups[index + 1], after: group)
        && !isBetter(index + 1, before: index + 2, than: output)
      // With the convolution before it where its rows fit into a slab, else without.
      for hasBefore in canHaveBefore ? [true, false] : [false] {
        let hasAfter = canHaveAfter && (hasBefore || isLarge(output))
        guard hasBefore || hasAfter,
          let tiling = SlabTiling(
            convolution, input: shape(input), output: layer.output, options: options, hasBefore: hasBefore,
            hasAfter: hasAfter)
        else { continue }
        slabTilings[group.main] = tiling
        if hasBefore { shrink(storage(input).buffer, tiling.inputRows, tiling.inputPixels) }
        if hasAfter {
          shrink(storage(output).buffer, tiling.outputRows, layer.output.width)
          taken = index + 2
        }
        break
      }
    }
  }

  /// The depthwise convolution of one tap that a norm with its activation is. There is none before it that could take
  /// turns with it: it would have the norm as its second output.
  private func singleTap(_ group: FusedGroup) -> Convolution? {
    guard network[group.main].operation.scalesChannels, group.addition == nil else { return nil }
    let channels = shape(group.main).channels
    return Convolution(inputChannels: channels, outputChannels: channels, kernel: 1, groups: channels)
  }

  private mutating func chooseSlab(
    of norm: FusedGroup, _ convolution: Convolution, before next: FusedGroup
  ) -> Bool {
    let value = norm.first
    guard isLarge(value, SlabTiling.largeNormBytes),
      canRun(next, after: norm, mostWeightBytes: SlabTiling.mostWeightBytesBehindNorm),
      let tiling = SlabTiling(
        convolution, input: shape(value), output: shape(value), options: options, hasBefore: false, hasAfter: true)
    else { return false }
    slabTilings[norm.main] = tiling
    shrink(storage(value).buffer, tiling.outputRows, shape(value).width)
    return true
  }

  private func isNarrow(_ group: FusedGroup) -> Bool {
    let layer = network[group.main]
    guard hasNarrowKernel(layer), let c = layer.operation.convolution else { return false }
    return c.inputChannels == c.outputChannels
  }

  /// True if a pointwise convolution between two depthwise ones is better taken by the one behind it: if what it hands on
  /// is larger than what it takes.
  private func isBetter(_ index: Int, before next: Int, than value: LayerID) -> Bool {
    guard next < groups.count, isNarrow(groups[next]), isLarge(groups[index].first) else { return false }
    return canRun(groups[index], before: groups[next]) && bytes(groups[index].first) > bytes(value)
  }

  private func isLarge(_ value: LayerID, _ least: Int = SlabTiling.largeBytes) -> Bool {
    options.forcedSlabRows != nil || bytes(value) >= Double(least * options.threads)
  }

  private func bytes(_ value: LayerID) -> Double { bytes(of: shape(value)) }

  /// True if a group's only value is for the depthwise convolution alone, and can be had row by row.
  private func canRun(_ group: FusedGroup, before middle: FusedGroup) -> Bool {
    isDirect(group) && group.second == nil && isPassed(group.first, to: middle)
  }

  private func canRun(
    _ group: FusedGroup, after middle: FusedGroup, mostWeightBytes: Int = SlabTiling.mostWeightBytes
  ) -> Bool {
    guard isDirect(group, mostWeightBytes), let c = algorithms[group.main]?.convolution, c.kernel == 1, c.stride == 1,
      c.padding == 0
    else { return false }
    return isPassed(middle.first, to: group)
  }

  private func isDirect(_ group: FusedGroup, _ mostWeightBytes: Int = SlabTiling.mostWeightBytes) -> Bool {
    guard let (convolution, _, candidates) = algorithms[group.main], convolution.groups == 1,
      case .direct(let tiling) = candidates[0].algorithm
    else { return false }
    return tiling.weightFloats(convolution) * 4 <= mostWeightBytes
  }

  /// True if one group's value is read by the other one and nothing else, and lies by itself.
  private func isPassed(_ value: LayerID, to reader: FusedGroup) -> Bool {
    network.source(of: network[reader.main].inputs[0]) == value && network.readers(of: value).count == 1
      && !network.isAnswer(value) && slices[value] == nil && !flat.contains(value)
      && reader.addition.map { network.source(of: $0.residual) != value } ?? true
  }

  private mutating func shrink(_ buffer: Int, _ rows: Int, _ pixels: Int) {
    buffers[buffer].images = 1
    buffers[buffer].height = rows
    buffers[buffer].width = pixels
    buffers[buffer].isSlab = true
  }

  /// Notes the steps that run together, where the depthwise convolution is the last one so far.
  mutating func appendSlab(_ tiling: SlabTiling) {
    let middle = steps.count - 1
    let (input, output): (Storage, Storage)
    switch steps[middle].work {
    case .grouped(let work): (input, output) = (work.input, work.output)
    case .pointwise(let work): (input, output) = (work.input, work.output)
    default: return
    }
    let (wide, narrow) = (buffers[input.buffer], buffers[output.buffer])
    slabs.append(
      Slab(
        steps: (wide.isSlab ? middle - 1 : middle)...(narrow.isSlab ? middle + 1 : middle), middle: middle,
        tiling: tiling, wideFloats: wide.isSlab ? wide.floats : 0, narrowFloats: narrow.isSlab ? narrow.floats : 0))
  }
}
