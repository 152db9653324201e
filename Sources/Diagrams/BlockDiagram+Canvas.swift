import Canvas
import NetworkGraph

extension BlockDiagram {
  /// A sign in the upper edge of a box, and the look that the box takes.
  public struct Mark: Hashable, Sendable {
    public var sign: String
    public var role: Role

    public init(sign: String, role: Role) {
      self.sign = sign
      self.role = role
    }
  }

  /// Draws the part of the diagram whose upper left cell is `origin` into the whole of a canvas.
  ///
  /// - Parameter mark: what is special about a box; its look takes the place of the tint of the cost.
  public func draw(
    on canvas: inout Canvas, origin: CellPosition = CellPosition(row: 0, column: 0), selected: NodePath? = nil,
    mark: (Box) -> Mark? = { _ in nil }
  ) {
    let view = Rect(row: origin.row, column: origin.column, rows: canvas.size.rows, columns: canvas.size.columns)
    let greatest = greatestWeight
    var strokes = StrokeGrid(view)
    for wire in wires { strokes.add(wire, style: Style(.dim)) }
    let visible = boxes.filter { !$0.rect.intersection(view).isEmpty }
    for box in visible {
      let tint = box.isFrame ? Role.dim : box.figure.map { Role.heat(Self.heat($0.weight, of: greatest)) } ?? .text
      strokes.add(box.rect, style: Style(mark(box)?.role ?? tint), isRounded: box.isFrame)
    }
    strokes.draw(on: &canvas)
    let selection = selected.flatMap(box(showing:))
    for box in visible {
      let row = box.rect.row - origin.row
      let column = box.rect.column - origin.column + 2
      if box.isFrame {
        canvas.putClipped(" \(box.lines[0]) ", row: row, column: column, style: Style(mark(box)?.role ?? .title))
      } else {
        for (offset, line) in box.lines.enumerated() {
          canvas.putClipped(line, row: row + 1 + offset, column: column, style: Style(mark(box)?.role ?? .name))
        }
      }
    }
    for box in visible {
      guard let mark = mark(box) else { continue }
      canvas.putClipped(
        mark.sign, row: box.rect.row - origin.row, column: box.rect.column - origin.column + 1, style: Style(mark.role))
    }
    for label in labels {
      canvas.putClipped(
        label.text, row: label.place.row - origin.row, column: label.place.column - origin.column, style: Style(.number)
      )
    }
    for place in brackets.joined() {
      let (row, column) = (place.row - origin.row, place.column - origin.column)
      if canvas[row: row, column: column]?.character == " " {
        canvas.put(Self.bracketGlyph, row: row, column: column, style: Style(.key))
      }
    }
    if let selection {
      let rect = selection.handle
      let part = Rect(
        row: rect.row - origin.row, column: rect.column - origin.column, rows: rect.rows, columns: rect.columns)
      canvas.restyle(part) { $0.isSelected = true }
      canvas.placeCursor(row: max(0, part.row), column: max(0, part.column))
    }
  }

  /// What `brackets` are drawn with.
  public static let bracketGlyph = "┊"

  /// The whole diagram on a canvas of its own.
  ///
  /// - Parameter mark: what is special about a box.
  public func canvas(mark: (Box) -> Mark? = { _ in nil }) -> Canvas {
    var canvas = Canvas(size: size)
    draw(on: &canvas, mark: mark)
    return canvas
  }

  private static func heat(_ weight: Double, of greatest: Double) -> Int {
    let share = weight / greatest
    return share.isFinite ? Int(max(0, min(7, share * 8))) : 0
  }
}

extension Canvas {
  /// Writes text that may begin to the left of the canvas.
  fileprivate mutating func putClipped(_ text: String, row: Int, column: Int, style: Style) {
    guard row >= 0, row < size.rows, column < size.columns else { return }
    var (rest, column) = (text[...], column)
    while column < 0, let first = rest.popFirst() { column += first.displayWidth }
    put(String(rest), row: row, column: column, style: style)
  }
}
