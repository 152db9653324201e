import FoundationEssentials

/// A file that holds the JSON of a `BenchReport`, or an array of such.
public enum TimingsFile {
  /// Why such a file cannot be used.
  public enum ReadingError: Error, CustomStringConvertible {
    /// The field, as a path of keys and indices, and what was expected there.
    case badField(String, expected: String)

    public var description: String {
      switch self {
      case .badField(let field, let expected): field.isEmpty ? expected : "\(field): \(expected)"
      }
    }
  }

  /// - Returns: at least one.
  public static func reports(from data: some Sequence<UInt8>) throws(ReadingError) -> [BenchReport] {
    do {
      let data = Data(data)
      let isArray = data.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "[")
      let reports =
        isArray
        ? try JSONDecoder().decode([BenchReport].self, from: data)
        : [try JSONDecoder().decode(BenchReport.self, from: data)]
      if reports.isEmpty { throw ReadingError.badField("", expected: "it holds no timings") }
      return reports
    } catch let error as ReadingError {
      throw error
    } catch let error as DecodingError {
      throw ReadingError(error)
    } catch {
      throw .badField("", expected: "\(error)")
    }
  }
}

extension TimingsFile.ReadingError {
  fileprivate init(_ error: DecodingError) {
    switch error {
    case .keyNotFound(let key, let context):
      self = .badField(Self.field(context.codingPath + [key]), expected: "is missing")
    case .valueNotFound(let type, let context), .typeMismatch(let type, let context):
      self = .badField(Self.field(context.codingPath), expected: "expected \(Self.name(of: type))")
    case .dataCorrupted(let context):
      self = .badField(Self.field(context.codingPath), expected: context.debugDescription)
    @unknown default: self = .badField("", expected: "\(error)")
    }
  }

  /// `layers[3].median_ms`
  private static func field(_ path: [any CodingKey]) -> String {
    path.reduce("") { text, key in
      key.intValue.map { "\(text)[\($0)]" } ?? (text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)")
    }
  }

  /// A type in the words of JSON.
  private static func name(of type: Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is Int.Type: "a whole number"
    case is Double.Type: "a number"
    case is [Any].Type: "an array"
    default: "an object"
    }
  }
}
