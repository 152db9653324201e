import Architectures
import ArgumentParser
import Formats
import Glibc
import Measurement
import NetworkGraph
import Reports
import Workbench

extension CountingConvention: ExpressibleByArgument {}
extension ReportFormat: ExpressibleByArgument {}

extension CompletionKind {
  /// The names of the catalogue, networks and families; and ONNX files, with the folders on the way to them.
  static var models: CompletionKind {
    .custom { _, _, typed in
      (Catalogue.entries + Catalogue.families).map(\.name)
        + paths(beginningWith: typed).filter { $0.hasSuffix(".onnx") || $0.hasSuffix("/") }
    }
  }

  /// What there is whose path begins so; folders end in `/`.
  private static func paths(beginningWith typed: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(typed + "*", GLOB_MARK, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }
}

/// The settings of a block or family.
struct SettingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A setting of a block or family, such as width=64. Repeatable.", valueName: "key=value"))
  var set: [String] = []

  /// The spec that a model's name and these settings stand for.
  func spec(of model: String) throws(Failure) -> NetworkSpec {
    do {
      var spec = try NetworkSpec(parsing: model)
      if spec.isFile { try NetworkFile.open(spec.entry) }
      _ = try Catalogue.entry(named: spec.entry)
      for assignment in set { spec = try spec.setting(assignment) }
      return spec
    } catch let error as FormatError {
      throw Failure(error)
    } catch let error as CatalogueError {
      throw Failure(error)
    } catch { throw Failure(.data, "\(error)") }
  }
}

/// What is built: the options that belong to a model's name.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The size of one image, such as 3x224x224 or 224.", valueName: "CxHxW"))
  var input: String?

  @OptionGroup var settings: SettingOptions

  /// The spec that a model's name and these options stand for.
  ///
  /// - Parameter notes: false where a size that a file leaves open is told elsewhere.
  func spec(of model: String, notes: Bool = true) throws(Failure) -> NetworkSpec {
    var spec = try settings.spec(of: model)
    do throws(CatalogueError) {
      let entry = try Catalogue.entry(named: spec.entry)
      if let input {
        spec.input = try Shape(parsing: input, for: entry)
      } else if notes, entry.file?.isInputOpen == true {
        Progress.note("\(spec.entry) leaves its input's size open: \(entry.input) is assumed; --input says otherwise")
      }
      return spec
    } catch { throw Failure(error) }
  }
}

/// The names of those options that are given.
func names(given options: KeyValuePairs<String, Bool>) -> [String] { options.filter(\.value).map(\.key) }

/// Refuses options that are given where they have no effect.
///
/// - Parameter reason: what they are for, as the message goes on behind the name of one.
func refuse(_ options: [String], _ reason: String) throws(ValidationError) {
  if let option = options.first { throw ValidationError("\(option) \(reason)") }
}

/// How many threads compute.
struct ThreadOptions: ParsableArguments {
  @Option(help: "How many threads compute. (default: all processors)")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...Conditions.mostThreads).contains(threads) {
      throw ValidationError("--threads is \(threads), expected 1 to \(Conditions.mostThreads)")
    }
  }

  var count: Int { threads ?? MachineFacts.processors }

  var given: [String] { names(given: ["--threads": threads != nil]) }
}

/// Which algorithms compute.
struct AlgorithmOptions: ParsableArguments {
  @Flag(help: "Run layer by layer, so that every layer has a time of its own.")
  var unfused = false

  @Flag(help: "Leave out algorithms that change the order of the arithmetic.")
  var exact = false

  var given: [String] { names(given: ["--unfused": unfused, "--exact": exact]) }
}

/// How it runs.
struct RunOptions: ParsableArguments {
  @Option(name: .customLong("batch"), help: "How many images run through the network at once. (default: 1)")
  var givenBatch: Int?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var algorithms: AlgorithmOptions

  @Flag(help: "Take the weights out of the caches before every pass, for a layer alone.")
  var coldWeights = false

  func validate() throws {
    guard (1...Conditions.mostImages).contains(batch) else {
      throw ValidationError("--batch is \(batch), expected 1 to \(Conditions.mostImages)")
    }
  }

  var batch: Int { givenBatch ?? 1 }

  var given: [String] {
    names(given: ["--batch": givenBatch != nil, "--cold-weights": coldWeights]) + threads.given + algorithms.given
  }

  /// The conditions, with what tuning has told before.
  var conditions: Conditions {
    Conditions(
      batch: batch, threads: threads.count, fused: !algorithms.unfused, exact: algorithms.exact,
      coldWeights: coldWeights, tuning: RememberedTuning.tuning)
  }
}

/// How long is measured.
struct LimitOptions: ParsableArguments {
  @Option(help: "Measure for so many seconds.")
  var seconds: Double?

  @Option(help: "Measure so many forward passes.")
  var passes: Int?

  func validate() throws {
    if seconds != nil, passes != nil { throw ValidationError("--seconds and --passes contradict each other") }
    if let seconds, !(seconds > 0 && seconds <= Self.mostSeconds) {
      throw ValidationError("--seconds is \(seconds), expected more than 0 and at most \(Self.mostSeconds)")
    }
    if let passes, !(1...Self.mostPasses).contains(passes) {
      throw ValidationError("--passes is \(passes), expected 1 to \(Self.mostPasses)")
    }
  }

  var given: [String] { names(given: ["--seconds": seconds != nil, "--passes": passes != nil]) }

  private static let mostSeconds = 86_400.0
  private static let mostPasses = 10_000_000
  private static let patience = 10.0

  private var limit: MeasurementLimit {
    passes.map { .passes($0) } ?? seconds.map { .seconds($0) } ?? .settled(withinSeconds: Self.patience)
  }

  /// The timings of one network, measured for two seconds if nothing else is asked for; nil if it is stopped.
  func timings(
    of network: Network, _ conditions: Conditions, while mayGoOn: () -> Bool
  ) throws(Failure) -> Timings? {
    try timings(of: [network], conditions, while: mayGoOn)?.first
  }

  /// The same of one network or of two in alternation.
  func timings(
    of networks: [Network], _ conditions: Conditions, while mayGoOn: () -> Bool
  ) throws(Failure) -> [Timings]? {
    let limit = seconds == nil && passes == nil ? .settled(withinSeconds: Self.shortPatience) : limit
    do {
      let measured = try Measurement.measure(networks, conditions, until: limit) { _ in mayGoOn() }
      return mayGoOn() ? measured.timings : nil
    } catch { throw Failure(.usage, "\(error)") }
  }

  private static let shortPatience = 2.0

  /// Measures one network, or two in alternation.
  ///
  /// - Parameter weights: those of the networks; nil generates them.
  func measure(
    _ networks: [Network], _ conditions: Conditions, weights: (any WeightSource)? = nil
  ) throws(Failure) -> MeasurementReport {
    do {
      return try Measurement.measure(networks, conditions, weights: weights, until: limit)
    } catch { throw Failure(.usage, "\(error)") }
  }
}

/// What is counted.
struct CountOptions: ParsableArguments {
  @Option(name: .customLong("count"), help: "What counts as an operation. (default: torchvision)")
  var givenConvention: CountingConvention?

  var count: CountingConvention { givenConvention ?? .torchvision }

  var given: [String] { names(given: ["--count": givenConvention != nil]) }
}

/// What is told besides, where costs are printed.
struct CostOptions: ParsableArguments {
  @Flag(help: "Tell floating-point operations too, two for a multiply-add.")
  var flops = false

  var given: [String] { names(given: ["--flops": flops]) }
}

/// One of the forms that a report of this kind can be written in.
struct FormatOf<Kind: Report>: ExpressibleByArgument {
  let form: ReportFormat

  static var table: Self { Self(form: .table) }

  private init(form: ReportFormat) { self.form = form }

  init?(argument: String) {
    guard let form = ReportFormat(rawValue: argument), Kind.formats.contains(form) else { return nil }
    self.form = form
  }

  static var allValueStrings: [String] { Kind.formats.map(\.rawValue) }
  var defaultValueDescription: String { form.rawValue }
}

/// How the result is written.
struct FormatOptions<Kind: Report>: ParsableArguments {
  @Option(help: "How the result is written.")
  var format = FormatOf<Kind>.table
}

extension Catalogue {
  /// As `build`, with an error that ends the program.
  static func network(_ spec: NetworkSpec) throws(Failure) -> Network {
    do throws(CatalogueError) { return try build(spec) } catch { throw Failure(error) }
  }
}
