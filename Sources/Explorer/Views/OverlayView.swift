import Canvas

/// What lies over the screen: the help, a form, a choice.
enum OverlayView {
  static func draw(_ state: State, on canvas: inout Canvas) {
    switch state.overlay {
    case .help(let help): HelpView.draw(help, in: state.screens.last?.place, on: &canvas)
    case .form(let form): draw(form, on: &canvas)
    case .export(let menu): draw(menu, on: &canvas)
    case .prompt(let prompt):
      guard case .keeping(let help) = prompt.purpose else { return }
      canvas.inside(Rect(row: 0, column: 0, rows: canvas.size.rows - 1, columns: canvas.size.columns)) {
        HelpView.draw(help, in: state.screens.last?.place, on: &$0)
      }
    case nil: break
    }
  }

  private static func draw(_ form: SettingsForm, on canvas: inout Canvas) {
    let labelWidth = form.fields.map { $0.setting.key.rawValue.count }.max() ?? 0
    let valueWidth = 14
    let summaryColumn = labelWidth + valueWidth + 4
    let summaryWidth = form.fields.map { $0.setting.summary.displayWidth }.max() ?? 0
    let columns = min(max(70, summaryColumn + summaryWidth + 3), canvas.size.columns)
    func notes(at index: Int) -> [Span] {
      self.notes(of: form, at: index, width: columns - 4, summaryWidth: columns - 2 - summaryColumn)
    }
    let shown = notes(at: form.selected)
    // As high as for any field, so that nothing moves with the cursor.
    let mostNotes = form.fields.indices.map { notes(at: $0).count }.max() ?? shown.count
    inBox(rows: form.fields.count + 1 + mostNotes, columns: columns, title: "settings", on: &canvas) { canvas in
      // On a low screen the fields scroll, and stand close to what is said below them.
      let rows = canvas.size.rows
      let window = scrolled(form.fields.count, to: form.selected, rows: rows - shown.count)
      for (row, index) in window.enumerated() {
        let field = form.fields[index]
        let line = field.line.visible(in: valueWidth - 1)
        canvas.put(field.setting.key.rawValue.padded(labelWidth), row: row, column: 1, style: Style(.key))
        canvas.put(line.text, row: row, column: labelWidth + 3, limit: valueWidth, style: Style(.number))
        canvas.put(field.setting.summary, row: row, column: summaryColumn, style: Style(.dim))
        if index == form.selected {
          canvas.select(row: row)
          canvas.placeCursor(row: row, column: labelWidth + 3 + line.cursor)
        }
      }
      for (offset, note) in shown.enumerated() {
        canvas.put([note], row: rows - shown.count + offset, column: 1, width: canvas.size.columns - 1)
      }
    }
  }

  /// What is wrong, or what a field is and takes; and the keys.
  private static func notes(of form: SettingsForm, at index: Int, width: Int, summaryWidth: Int) -> [Span] {
    var lines: [Span] = []
    func add(_ text: String, _ role: Role) { lines += text.wrapped(to: width).map { Span(String($0), role) } }
    if let error = form.error {
      add("! " + error, .error)
    } else if form.fields.indices.contains(index) {
      let setting = form.fields[index].setting
      if setting.summary.displayWidth > summaryWidth { add(setting.summary, .text) }
      add("expected: \(setting.values)", .dim)
    }
    add("Enter applies, Esc leaves", .dim)
    return lines
  }

  private static func draw(_ menu: ExportMenu, on canvas: inout Canvas) {
    inBox(rows: menu.choices.count, columns: 40, title: "export", on: &canvas) { canvas in
      for (row, index) in scrolled(menu.choices.count, to: menu.selected, rows: canvas.size.rows).enumerated() {
        let choice = menu.choices[index]
        canvas.put([Span(String(choice.key), .key), Span("  " + choice.title)], row: row, column: 1, width: 36)
        if index == menu.selected {
          canvas.select(row: row)
          canvas.placeCursor(row: row, column: 1)
        }
      }
    }
  }

  /// The entries of a list that are seen in so many rows, one at least, the selected one among them.
  private static func scrolled(_ count: Int, to selected: Int, rows: Int) -> Range<Int> {
    let visible = min(count, max(1, rows))
    let top = max(0, min(selected - visible / 2, count - visible))
    return top..<top + visible
  }

  /// Draws into a framed part in the middle of the screen.
  private static func inBox(
    rows: Int, columns: Int, title: String, on canvas: inout Canvas, draw: (inout Canvas) -> Void
  ) {
    let size = CellSize(columns: min(columns, canvas.size.columns), rows: min(rows + 2, canvas.size.rows))
    let frame = Rect(
      row: (canvas.size.rows - size.rows) / 2, column: (canvas.size.columns - size.columns) / 2, rows: size.rows,
      columns: size.columns)
    canvas.fill(frame)
    canvas.box(frame, title: title)
    canvas.inside(
      Rect(row: frame.row + 1, column: frame.column + 1, rows: frame.rows - 2, columns: frame.columns - 2), draw: draw)
  }
}
