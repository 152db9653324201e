import Architectures
import Canvas
import Measurement
import NetworkGraph

/// What happens to the explorer. `update` is the only reader.
public enum Event: Sendable {
  /// Opens the catalogue: the first screen of `convscope` without a network.
  case openCatalogue
  /// Opens a network; its path is where the cursor stands.
  case open(NetworkSpec)
  /// Opens a step of the lesson.
  case openLesson(LessonProgress)
  /// A key, the mouse, or a new size of the terminal.
  case input(InputEvent)
  /// What measuring a network has given so far. Ignored unless this very network is shown under these conditions.
  case timings(NetworkSpec, Timings)
  /// What measuring two networks or blocks in alternation has given so far.
  case pair(a: NetworkSpec, b: NetworkSpec, Timings, Timings, TimeDifference)
  /// What a sweep of networks has found of one of them at one value; nil at its end.
  case swept([NetworkSpec], SweepRange, SweepPoint?)
  /// How far the answer of a network lies from that of its exact plan (`deviationFromExact`), or why that is not known.
  case deviation(NetworkSpec, Conditions, Result<Double, Refusal>)
  /// A network cannot be measured under these conditions: why. Where an edit has led there, it is taken back.
  case notMeasurable(NetworkSpec, Conditions, String)
  /// Two networks or blocks cannot be measured under these conditions: why.
  case pairNotMeasurable(a: NetworkSpec, b: NetworkSpec, Conditions, String)
  /// Nothing is measured, and the timings that are shown instead have none of these networks.
  case notRecorded([NetworkSpec])
  /// What is known about the machine that measures.
  case machine(MachineFacts)
  /// An effect has been carried out: what to tell the person, such as `wrote resnet50.svg`.
  case done(String)
  /// An effect could not be carried out: why.
  case failed(String)
  /// A file that is written while the explorer goes on could not be written: why.
  case notWritten(String)
}

/// Why something that was asked for cannot be had.
public struct Refusal: Error, Hashable, Sendable {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }
}
