/// The medians of passes of the catalogue's networks at their own inputs, as they were measured here.
public struct CatalogueTimes: Codable, Hashable, Sendable {
  fileprivate struct Entry: Codable, Hashable {
    var name: String
    var batch: Int
    var threads: Int
    var fused: Bool
    var exact: Bool
    var coldWeights: Bool
    /// The fingerprint of the tuning that it was planned by.
    var tuning: String
    var median: Milliseconds
  }

  private var entries: [Entry] = []

  public init() {}

  /// The file that they are remembered in.
  public static var file: CacheFile<CatalogueTimes> { CacheFile("times") }

  /// The median that was measured for this network; nil if none was, or what is remembered is no time.
  public subscript(name: String, conditions: Conditions) -> Milliseconds? {
    get {
      guard let index = index(name, conditions), entries[index].isTime else { return nil }
      return entries[index].median
    }
    set {
      if let index = index(name, conditions) { entries.remove(at: index) }
      guard let newValue else { return }
      entries.append(
        Entry(
          name: name, batch: conditions.batch, threads: conditions.threads, fused: conditions.fused,
          exact: conditions.exact, coldWeights: conditions.coldWeights, tuning: conditions.tuningFingerprint,
          median: newValue))
    }
  }

  /// The medians by name for networks measured in these conditions. What is no time is left out.
  public func medians(_ conditions: Conditions) -> [String: Milliseconds] {
    let tuning = conditions.tuningFingerprint
    return entries.reduce(into: [:]) { medians, entry in
      if entry.holds(entry.name, conditions, tuning), entry.isTime {
        medians[entry.name] = entry.median
      }
    }
  }

  private func index(_ name: String, _ conditions: Conditions) -> Int? {
    let tuning = conditions.tuningFingerprint
    return entries.firstIndex { $0.holds(name, conditions, tuning) }
  }
}

extension CatalogueTimes.Entry {
  fileprivate var isTime: Bool { median.isFinite && median > 0 }

  fileprivate func holds(_ name: String, _ conditions: Conditions, _ tuning: String) -> Bool {
    self.name == name && self.tuning == tuning && batch == conditions.batch && threads == conditions.threads
      && fused == conditions.fused && exact == conditions.exact && coldWeights == conditions.coldWeights
  }
}

extension Conditions {
  /// What the tuning has told about this number of threads.
  fileprivate var tuningFingerprint: String { tuning.fingerprint(threads: threads) }
}
