import Canvas

/// What lies over the screen: the help, a form, a choice.
enum OverlayView {
  static func draw(_ state: State, on canvas: inout Canvas) {
    switch state.overlay {
    case .help(let help): HelpView.draw(help, on: &canvas)
    case .form(let form): draw(form, on: &canvas)
    case .export(let menu): draw(menu, on: &canvas)
    case .prompt(let prompt):
      guard case .keeping(let help) = prompt.purpose else { return }
      canvas.inside(Rect(row: 0, column: 0, rows: canvas.size.rows - 1, columns: canvas.size.columns)) {
        HelpView.draw(help, on: &$0)
      }
    case nil: break
    }
  }

  private static func draw(_ form: SettingsForm, on canvas: inout Canvas) {
    let labelWidth = form.fields.map { $0.setting.key.rawValue.count }.max() ?? 0
    let helpWidth = form.fields.map { $0.setting.summary.count }.max() ?? 0
    inBox(rows: form.fields.count + 2, columns: max(70, labelWidth + helpWidth + 21), title: "settings", on: &canvas) {
      canvas in
      for (row, field) in form.fields.enumerated() {
        canvas.put(field.setting.key.rawValue.padded(labelWidth), row: row, column: 1, style: Style(.key))
        canvas.put(field.line.text, row: row, column: labelWidth + 3, limit: 14, style: Style(.number))
        canvas.put(
          "\(field.setting.summary)", row: row, column: labelWidth + 18, style: Style(.dim))
        if row == form.selected {
          canvas.select(row: row)
          canvas.placeCursor(row: row, column: labelWidth + 3 + field.line.cursor)
        }
      }
      let last = form.fields.count + 1
      if let error = form.error {
        canvas.put("! " + error, row: last, column: 1, style: Style(.error))
      } else {
        let values = form.fields.indices.contains(form.selected) ? form.fields[form.selected].setting.values : nil
        canvas.put(
          "Enter applies  Esc leaves  \(values.map { "expected: \($0)" } ?? "")", row: last, column: 1,
          style: Style(.dim))
      }
    }
  }

  private static func draw(_ menu: ExportMenu, on canvas: inout Canvas) {
    inBox(rows: menu.choices.count, columns: 40, title: "export", on: &canvas) { canvas in
      for (row, choice) in menu.choices.enumerated() {
        canvas.put([Span(String(choice.key), .key), Span("  " + choice.title)], row: row, column: 1, width: 36)
        if row == menu.selected {
          canvas.select(row: row)
          canvas.placeCursor(row: row, column: 1)
        }
      }
    }
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
