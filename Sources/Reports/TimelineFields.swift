import Measurement

/// The keys of one pass, thread by thread: for every span its step (counted from 0 among `layers`), its thread, and
/// when it begins and ends.
struct TimelineFields: Codable {
  private let duration: Double
  private let spans: [Span]

  private enum CodingKeys: String, CodingKey {
    case spans
    case duration = "duration_ms"
  }

  private struct Span: Codable {
    let step: Int
    let thread: Int
    let begin: Double
    let end: Double

    init(_ span: PassTimeline.Span) {
      step = span.step
      thread = span.thread
      begin = span.begin
      end = span.end
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      step = try container.decodeCount(.step)
      thread = try container.decodeCount(.thread)
      begin = try container.decodeTime(.begin)
      end = try container.decodeTime(.end)
    }

    enum CodingKeys: String, CodingKey {
      case step, thread
      case begin = "begin_ms"
      case end = "end_ms"
    }
  }

  init(_ timeline: PassTimeline) {
    duration = timeline.duration
    spans = timeline.spans.map(Span.init)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    duration = try container.decodeTime(.duration)
    spans = try container.decode([Span].self, forKey: .spans)
  }

  var timeline: PassTimeline {
    PassTimeline(
      duration: duration,
      spans: spans.map { PassTimeline.Span(step: $0.step, thread: $0.thread, begin: $0.begin, end: $0.end) })
  }
}
