import NetworkGraph

extension Plan {
  /// Floats of memory that a worker needs for itself.
  var scratchFloats: Int {
    let most = steps.reduce(0) { most, step in
      guard case .convolution(let work) = step.work else { return most }
      return switch work.algorithm {
      case .direct(let tiling): max(most, tiling.scratchFloats)
      case .winograd(let tiling): max(most, tiling.scratchFloats)
      case .strassen(let tiling): max(most, tiling.scratchFloats)
      }
    }
    return Plan.aligned(max(most, slabs.map(\.scratchFloats).max() ?? 0))
  }

  static func aligned(_ floats: Int) -> Int { (floats + 15) / 16 * 16 }

  /// Floats of all packed weights, biases and norms.
  var weightFloats: Int {
    steps.reduce(0) { sum, step in
      switch step.work {
      case .convolution(let work):
        let units = (work.convolution.outputChannels + 15) / 16 * 16
        switch work.algorithm {
        case .direct(let tiling): return sum + Plan.aligned(tiling.weightFloats(work.convolution)) + 3 * units
        case .winograd(let tiling):
          return sum + tiling.weightFloats + 3 * units + (work.prologue == nil ? 0 : 2 * 16 * work.input.units)
        case .strassen(let tiling): return sum + tiling.weightFloats + 3 * units
        }
      case .grouped(let work): return sum + work.output.units * 16 * (work.weightsPerLane + 1)
      case .pointwise(let work) where work.norms.isEmpty: return sum
      case .pointwise(let work): return sum + 2 * work.output.units * 16
      case .layerNorm(_, _, _, let to): return sum + 2 * to.units * 16
      default: return sum
      }
    }
  }
}
