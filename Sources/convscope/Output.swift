import Canvas
import Glibc
import Reports
import Terminal

/// Standard output and standard error.
enum Output {
  /// Writes all of the text. A reader who has gone away ends the program as quietly as it would end any other.
  static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) throws(Failure) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EPIPE {
        exit(128 + SIGPIPE)
      } else if errno != EINTR {
        throw Failure(.inputOutput, "cannot write the output: \(String(cString: strerror(errno)))")
      }
    }
  }

  /// Refuses a form that a report does not have, before anything is measured for it.
  static func check(_ format: ReportFormat, for report: (some Report).Type) throws(Failure) {
    do throws(ReportFormatError) { try report.check(format) } catch {
      throw Failure(.usage, "--format: \(error)")
    }
  }

  /// Writes a report to standard output; what people read in the letters that their locale has.
  static func write(_ report: some Report, as format: ReportFormat) throws {
    let text = try report.text(format)
    if format.isForPeople { try tell(text) } else { try write(text) }
  }

  /// Writes text for people, in the letters that their locale has. What a terminal would obey instead of showing, as the
  /// name of a file may hold it, is a question mark.
  static func tell(_ text: String, to descriptor: Int32 = STDOUT_FILENO) throws(Failure) {
    let isUnicode = CharacterLocale.glyphs == .unicode
    let shown = text.unicodeScalars.contains(where: \.isObeyed) ? text.withoutObeyed : text
    try write(isUnicode ? shown : String(shown.map { $0.isASCII ? $0 : $0.asciiStandIn }), to: descriptor)
  }
}

extension String {
  fileprivate var withoutObeyed: String { String(UnicodeScalarView(unicodeScalars.map { $0.isObeyed ? "?" : $0 })) }
}

extension Unicode.Scalar {
  /// True for control characters but those of plain text.
  fileprivate var isObeyed: Bool { (value < 0x20 && ![9, 10].contains(value)) || (0x7F...0x9F).contains(value) }
}
