/// Dots on a part of a canvas, two columns and four rows of them to a cell, drawn as braille.
public struct DotGrid: Hashable, Sendable {
  private let size: CellSize
  /// The dots of each cell, as the bits of its braille pattern (Unicode Standard, chapter 21.1).
  private var patterns: [UInt8]

  /// - Parameter size: in cells.
  public init(size: CellSize) {
    self.size = CellSize(columns: max(size.columns, 0), rows: max(size.rows, 0))
    patterns = Array(repeating: 0, count: self.size.columns * self.size.rows)
  }

  /// How many dots stand beside and above one another.
  public var columns: Int { size.columns * 2 }
  public var rows: Int { size.rows * 4 }

  /// Sets a dot, counted from the upper left; outside it leaves no trace.
  public mutating func set(column: Int, row: Int) {
    guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
    patterns[row / 4 * size.columns + column / 2] |= Self.bits[row % 4][column % 2]
  }

  /// The cell that a dot lies in.
  public func cell(ofDot dot: (column: Int, row: Int)) -> (column: Int, row: Int) { (dot.column / 2, dot.row / 4) }

  /// Draws the cells that hold dots, and leaves all others as they are.
  public func draw(on canvas: inout Canvas, style: Style) {
    for (index, pattern) in patterns.enumerated() where pattern != 0 {
      guard let scalar = Unicode.Scalar(0x2800 + UInt32(pattern)) else { continue }
      canvas.put(
        String(Character(scalar)), row: index / size.columns, column: index % size.columns, style: style)
    }
  }

  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
}
