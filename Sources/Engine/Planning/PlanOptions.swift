/// How a network is to be run.
public struct PlanOptions: Hashable, Sendable {
  /// Images of a pass.
  public var batch: Int
  public var threads: Int
  /// False runs layer by layer: nothing folded, nothing in an epilogue, every concatenation copied.
  public var fused: Bool
  /// True leaves out algorithms that change the order of the arithmetic (Winograd, Strassen).
  public var exact: Bool
  /// True expects the weights of every pass from memory, however small the network.
  public var coldWeights = false
  public var instructionSet: InstructionSet
  /// What the cost model reckons with: 16, or 32 where a core has two multipliers of 512 bits.
  package var multiplyAddsPerCycle: Int
  /// Bytes of a core's second cache, by which blocks are cut where weights reach a core more slowly than it uses them.
  package var secondCacheBytes = Memory.secondCache
  /// Runs Winograd's algorithm with tiles of so many rows wherever there is such a form, however slow: for its tests.
  package var forcedWinograd: Int?
  /// Runs Strassen's algorithm wherever it applies, however slow: for its tests.
  package var forcedStrassen = false
  /// Runs convolutions on slabs of so many rows at the most wherever they can, however small their values: for its tests.
  package var forcedSlabRows: Int?
  /// The most images of a slice, however many fit: for its tests.
  package var forcedSlice: Int?
  /// Runs every layer by its candidate of this rank, or by its last one: for measuring and testing all of them.
  package var forcedRank: Int?
  /// What measurements have told about the candidates of layers.
  public var tuning = Tuning.none

  public init(
    batch: Int = 1, threads: Int = 1, fused: Bool = true, exact: Bool = false, instructionSet: InstructionSet = .best
  ) {
    self.batch = batch
    self.threads = threads
    self.fused = fused
    self.exact = exact
    self.instructionSet = instructionSet
    multiplyAddsPerCycle = instructionSet.multiplyAddsPerCycle
  }
}
