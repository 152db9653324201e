/// One call of a kernel, shared by the workers of a step.
struct Part {
  var run: @convention(c) (UnsafeRawPointer?, Int64, Int64, UnsafeMutablePointer<Float>?) -> Void
  var task: UnsafeRawPointer
  var items: Int
  /// Bytes from the task of one slice to that of the next: zero where all slices share one.
  var taskStride = 0
}

/// Parts that may run side by side, without a barrier between them.
struct ProgramStep {
  var parts: UnsafeMutablePointer<Part>
  var partCount: Int
  var workers: Int
}

/// What the workers carry out: plain memory, nothing that counts references.
struct Program {
  var steps: UnsafeMutablePointer<ProgramStep>
  var count: Int
  /// How often all steps run: once for every slice of the batch.
  var slices: Int
  /// Memory of the workers' own, so many floats for each.
  var scratch: UnsafeMutablePointer<Float>
  var scratchStride: Int
}
