/// What a piece of text is for. A theme turns it into colours and attributes, so that a view cannot ask for a colour
/// that some terminal does not have.
public enum Role: Hashable, Sendable {
  case text, dim, title, header, name, kind, number, bar, key
  /// What changed for the better, for the worse, or just changed; what came and what went.
  case better, worse, changed, added, removed
  case marked, match, warning, error, status
  /// A share from 0 (least) to 7 (most).
  case heat(Int)
}

/// A role, whether the row it stands on is selected, and whether its colour fills the cell.
public struct Style: Hashable, Sendable {
  public var role: Role
  public var isSelected: Bool
  /// The colour stands behind the text; where there are no colours the text is as it would be without.
  public var isFilled: Bool

  public init(_ role: Role, selected: Bool = false, filled: Bool = false) {
    self.role = role
    self.isSelected = selected
    self.isFilled = filled
  }

  public static let plain = Style(.text)
}
