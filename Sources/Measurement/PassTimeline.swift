import Engine

/// One forward pass, thread by thread.
public struct PassTimeline: Hashable, Sendable {
  /// When a thread was at its part of a step, from the beginning of the pass.
  public struct Span: Hashable, Sendable {
    /// The index among the timings' steps.
    public var step: Int
    public var thread: Int
    public var begin: Milliseconds
    public var end: Milliseconds

    public init(step: Int, thread: Int, begin: Milliseconds, end: Milliseconds) {
      self.step = step
      self.thread = thread
      self.begin = begin
      self.end = end
    }
  }

  public var duration: Milliseconds
  public var spans: [Span]

  public init(duration: Milliseconds, spans: [Span]) {
    self.duration = duration
    self.spans = spans
  }

  /// Runs a pass.
  init(_ executor: Executor) {
    let traced = executor.tracedPass()
    duration = Double(traced.nanoseconds) / 1e6
    spans = traced.spans.map {
      Span(step: $0.step, thread: $0.worker, begin: Double($0.begin) / 1e6, end: Double($0.end) / 1e6)
    }
  }
}
