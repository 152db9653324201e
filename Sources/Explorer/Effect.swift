import Architectures
import Measurement
import NetworkGraph

/// A file format that the data of a network or a comparison is written in.
public enum DataFormat: String, Hashable, Sendable, CaseIterable {
  case json, csv, markdown, torchinfo, timm, modelExplorer

  /// The usual ending of a file of this format.
  public var fileExtension: String {
    switch self {
    case .json, .csv: rawValue
    case .markdown: "md"
    case .torchinfo: "torchinfo.txt"
    case .timm: "timm.csv"
    case .modelExplorer: "model-explorer.json"
    }
  }
}

/// What the explorer asks the world to do. Results come back as events.
public enum Effect: Hashable, Sendable {
  /// Starts timing this network in place of whatever is being timed.
  case measure(NetworkSpec, Conditions)
  /// Starts timing two networks or blocks (by the paths of their specs) in alternation.
  case measurePair(NetworkSpec, NetworkSpec, Conditions)
  /// Measures networks at every value of a range, value by value, in place of whatever is being timed.
  case sweep([NetworkSpec], Conditions, SweepRange)
  /// Computes how far the answer of a network lies from that of its exact plan.
  case findDeviation(NetworkSpec, Conditions)
  /// Holds the timing where it is, and goes on with it.
  case pause, resume
  /// Ends the timing; no more events of it are wanted.
  case stop
  /// Reads the file that the spec names, and opens its network.
  case openFile(NetworkSpec)
  /// Writes the data of a network, with its timings if there are any, to a file.
  case exportNetwork(NetworkSpec, CountingConvention, Timings?, DataFormat, path: String)
  /// Writes a network as it is set and turned, with its weights, as an ONNX file.
  case exportModel(NetworkSpec, path: String)
  /// Writes the list of networks and building blocks to a file.
  case exportCatalogue(CountingConvention, DataFormat, path: String)
  /// Writes a comparison to a file.
  case exportComparison(a: NetworkSpec, b: NetworkSpec, CountingConvention, PairTimings?, DataFormat, path: String)
  /// Writes what a sweep has found to a file.
  case exportSweep([SweepPoint], SweepRange, CountingConvention, DataFormat, path: String)
  /// Writes the cells on the screen to a file, as text, `.ansi` or `.svg` by its ending.
  case saveDisplay(path: String)
  /// Writes the help to a file, in the same forms.
  case saveHelp(path: String)
  /// Asks for the lesson where it was left.
  case recallLesson
  /// Keeps how far somebody has come in the lesson.
  case rememberLesson(LessonProgress)
  /// Stops the program until the shell brings it back.
  case suspend
  /// Draws every cell anew, for a terminal that something else has written on.
  case redraw
  case quit(status: Int32)

  /// Whether it begins or ends a measurement, which puts an end to any other.
  var takesTheEngine: Bool {
    switch self {
    case .measure, .measurePair, .sweep, .stop: true
    default: false
    }
  }
}

/// The timings of two networks measured in alternation.
public struct PairTimings: Hashable, Sendable {
  public var a: Timings
  public var b: Timings
  public var difference: TimeDifference

  public init(a: Timings, b: Timings, difference: TimeDifference) {
    self.a = a
    self.b = b
    self.difference = difference
  }

  /// Those of the side that other programs have disturbed more.
  var moreDisturbed: Timings { b.preempted > a.preempted ? b : a }
}
