import Canvas

/// The text of the lesson's step: what it says, what it asks, what the answer was worth, and who published it.
enum LessonPane {
  /// The smallest screen that has room for the text and the view.
  static let least = CellSize(columns: 80, rows: 24)
  /// A screen of so many columns has room for a text beside any view.
  static let wide = 120

  static func draw(_ lesson: Lesson, of state: State, isBeside: Bool, on canvas: inout Canvas) {
    let size = canvas.size
    guard size.rows > 1 else {
      let need = "lesson: needs \(least.columns)×\(least.rows), L hides it"
      canvas.put(need, row: 0, column: 0, style: Style(.warning))
      return
    }
    let content = content(of: size, isBeside: isBeside)
    for (row, line) in lines(lesson, of: state, fitting: content).prefix(content.rows).enumerated() {
      canvas.put(line, row: row, column: 0, width: content.columns)
    }
    if isBeside {
      canvas.verticalLine(row: 0, column: size.columns - 1, rows: size.rows)
    } else {
      canvas.horizontalLine(row: size.rows - 1, column: 0, columns: size.columns)
    }
  }

  private static func content(of size: CellSize, isBeside: Bool) -> CellSize {
    CellSize(columns: size.columns - (isBeside ? 2 : 1), rows: size.rows - (isBeside ? 0 : 1))
  }

  /// The answer that is written at a place, from 0.
  static func answer(at row: Int, _ column: Int, of lesson: Lesson, _ state: State, size: CellSize, isBeside: Bool)
    -> Int?
  {
    let lines = lines(lesson, of: state, fitting: content(of: size, isBeside: isBeside))
    guard lines.indices.contains(row) else { return nil }
    var answer: Int?
    var end = 0
    for span in lines[row] where end <= column {
      if span.role == .key { answer = Int(span.text.trimmed).map { $0 - 1 } }
      end += span.text.displayWidth
    }
    return column < end ? answer : nil
  }

  /// The lines, as airy and as full as so many rows allow.
  static func lines(_ lesson: Lesson, of state: State, fitting size: CellSize) -> [[Span]] {
    let full = lines(lesson, of: state, width: size.columns, isAiry: true, isFull: true)
    if full.count <= size.rows { return full }
    let dense = lines(lesson, of: state, width: size.columns, isAiry: false, isFull: true)
    return dense.count <= size.rows
      ? dense : lines(lesson, of: state, width: size.columns, isAiry: false, isFull: false)
  }

  /// - Parameters:
  ///   - isAiry: whether there are blank lines between the parts.
  ///   - isFull: whether papers have their titles.
  private static func lines(_ lesson: Lesson, of state: State, width: Int, isAiry: Bool, isFull: Bool) -> [[Span]] {
    let step = lesson.step
    let place = "\(lesson.index + 1) of \(Lesson.steps.count)  "
    var lines = [[Span(place, .dim), Span(step.title, .title)]]
    func add(_ text: String, _ role: Role, sign: String = "") {
      for (offset, line) in text.folded(width - sign.displayWidth).enumerated() {
        let indent = offset == 0 ? sign : String(repeating: " ", count: sign.displayWidth)
        lines.append([Span(indent, .key), Span(line, role)])
      }
    }
    func gap() { if isAiry { lines.append([]) } }
    gap()
    for paragraph in step.paragraphs { add(paragraph, .text) }
    if let remark = step.remark(state) { add(remark, .changed, sign: Glyphs.changed + " ") }
    gap()
    add(step.question.text, .name, sign: "? ")
    switch step.question.answer {
    case .oneOf(_, let right) where lesson.isAnswered && right(state) == nil:
      add("which of the answers it was is told again as soon as it has been measured", .dim)
    case .oneOf(let choices, let right):
      let right = lesson.isAnswered ? right(state) : nil
      let open = choices.enumerated().filter { right == nil || $0.offset == right }
      let line = open.flatMap { [Span("\($0.offset + 1) ", .key), Span("\($0.element)   ")] }
      if line.reduce(0, { $0 + $1.text.displayWidth }) <= width {
        lines.append(line)
      } else {
        for (place, choice) in open { add(choice, .text, sign: "\(place + 1) ") }
      }
    case .task: break
    }
    if lesson.isAnswered {
      add(step.question.explanation, .better, sign: Glyphs.right + " ")
    } else if let choice = lesson.choice {
      add("\(choice + 1) is not so: look again", .warning, sign: Glyphs.wrong + " ")
    }
    gap()
    if isFull {
      for paper in step.papers { add(paper.reference, .dim) }
    } else {
      add(step.papers.map(\.citation).joined(separator: "; "), .dim)
    }
    return lines
  }
}
