import ConvKernels
import NetworkGraph

/// Runs a plan: weights packed, memory laid out, every step a call that is ready to go.
///
/// A pass without stamps allocates nothing and counts no references, but for operations of files that have no kernel. An
/// executor is used by one thread at a time.
public final class Executor: @unchecked Sendable {
  // Unchecked: it owns plain memory, and is handed from thread to thread, never shared.
  public let plan: Plan
  let team: WorkerTeam
  let arena: MappedMemory
  private let program: CompiledProgram

  /// The images of a pass, plain `[image][channel][row][pixel]`; where the network has several inputs the others follow
  /// in its order, each of them whole.
  public let input: UnsafeMutableBufferPointer<Float>
  /// The answers of the last pass, plain `[image][channel][row][pixel]` or `[image][feature]`.
  public let output: UnsafeBufferPointer<Float>
  private let inputMemory: MappedMemory
  private let outputMemory: MappedMemory
  /// When workers had done their parts of the steps of the last pass.
  private var ends: [UInt64]

  /// Generates or reads the weights, folds and packs them.
  ///
  /// - Parameters:
  ///   - weights: the source of the network's tensors; nil generates them.
  ///   - team: the workers; nil makes a team of the plan's number of threads.
  /// - Throws: `PlanError.notEnoughMemory`, or the error of the weights.
  public init(_ plan: Plan, weights: (any WeightSource)? = nil, team: WorkerTeam? = nil) throws {
    self.plan = plan
    try plan.checkMemory()
    self.team = team ?? WorkerTeam(threads: plan.options.threads)
    let images = plan.options.batch
    let inputs = images * plan.network.inputElements
    let outputs = images * plan.network.outputShape.elements
    guard let arena = MappedMemory(bytes: plan.arenaBytes), let inputMemory = MappedMemory(bytes: inputs * 4),
      let outputMemory = MappedMemory(bytes: outputs * 4)
    else { throw PlanError.notEnoughMemory(needed: plan.requiredBytes, available: Memory.available) }
    self.arena = arena
    self.inputMemory = inputMemory
    self.outputMemory = outputMemory
    input = UnsafeMutableBufferPointer(start: inputMemory.floats, count: inputs)
    output = UnsafeBufferPointer(start: outputMemory.floats, count: outputs)
    ends = Array(repeating: 0, count: plan.steps.count * plan.slices * self.team.threads)
    program = try CompiledProgram(
      plan, weights: weights ?? SeededWeights(for: plan.network), arena: arena.floats,
      input: inputMemory.floats, output: outputMemory.floats)
  }

  /// One forward pass.
  ///
  /// - Parameter stamps: room for `plan.steps.count + 1` times in nanoseconds: before the first step and after each, which
  ///   is when the last worker has done its part. Where the batch runs in slices, a step's time is that of all slices
  ///   together.
  public func pass(stamps: UnsafeMutablePointer<UInt64>? = nil) {
    withProgram { program in
      guard let stamps else {
        team.run(program)
        return
      }
      let (count, runs) = (plan.steps.count, plan.steps.count * program.pointee.slices)
      ends.withUnsafeMutableBufferPointer { ends in
        let (begin, end) = team.run(program, noting: PassTimes(ends: ends.baseAddress))
        for step in 0...count { stamps[step] = 0 }
        var last = begin
        for run in 0..<runs {
          // The pass ends when its caller goes on.
          var now = run == runs - 1 ? end : last
          for worker in 0..<team.threads { now = max(now, ends[worker * runs + run]) }
          stamps[run % count + 1] += now - last
          last = now
        }
        for (index, slab) in plan.slabs.enumerated() {
          let total = slab.steps.reduce(0) { $0 + stamps[$1 + 1] }
          for (step, share) in zip(slab.steps, layerShares(of: index)) {
            stamps[step + 1] = UInt64(Double(total) * share)
          }
        }
        stamps[0] = begin
        for step in 0..<count { stamps[step + 1] += stamps[step] }
      }
    }
  }
}

extension Executor {
  /// Which shares of a slab's time its steps took in the last pass.
  func layerShares(of slab: Int) -> [Double] {
    let times = program.slabTimes[slab]
    let (steps, middle) = (plan.slabs[slab].steps, plan.slabs[slab].middle)
    var sums = [UInt64](repeating: 0, count: steps.count)
    for item in 0..<plan.slice * plan.slabs[slab].tiling.slabs {
      for (index, step) in steps.enumerated() {
        let phase = 4 * item + step - middle + 1
        sums[index] += times[phase + 1] - times[phase]
      }
    }
    let total = sums.reduce(0, +)
    return sums.map { total > 0 ? Double($0) / Double(total) : 0 }
  }
}

extension Executor {
  /// Takes the weights out of all caches, so that the next pass reads them from memory.
  public func evictWeights() { program.evictWeights() }

  /// The part of `input` that one of the network's inputs has, for all images.
  public func input(_ layer: LayerID) -> UnsafeMutableBufferPointer<Float> {
    let start = plan.options.batch * plan.network.inputOffset(of: layer)
    return UnsafeMutableBufferPointer(
      rebasing: input[start..<start + plan.options.batch * plan.network[layer].output.elements])
  }
}

extension Network {
  /// The values of all inputs for one image.
  var inputElements: Int { inputs.reduce(0) { $0 + $1.output.elements } }

  /// The values of the inputs before this one, for one image.
  func inputOffset(of layer: LayerID) -> Int {
    inputs.prefix { $0.id < layer }.reduce(0) { $0 + $1.output.elements }
  }
}

extension Executor {
  func withProgram(_ body: (UnsafePointer<Program>) -> Void) { withUnsafePointer(to: program.program, body) }

  /// Fills all memory for values with NaN, so that a test sees whatever is read before it is written. The halo of a
  /// planar input is written once, when the executor is made, and stays.
  package func poison() {
    withProgram { program in
      program.pointee.scratch.update(repeating: .nan, count: program.pointee.scratchStride * plan.options.threads)
    }
    let planar = plan.buffers.filter(\.isPlanar)
    for i in 0..<plan.arenaBytes / 4 where !planar.contains(where: { ($0.offset..<$0.offset + $0.floats).contains(i) })
    {
      arena.floats[i] = .nan
    }
  }
}

extension Executor {
  /// Fills the input with numbers between -1 and 1, the same every time.
  public func fillInput() {
    var state: UInt32 = 1
    for i in input.indices {
      state = state &* 1_664_525 &+ 1_013_904_223
      input[i] = Float(Int32(bitPattern: state)) / 2_147_483_648
    }
  }
}
