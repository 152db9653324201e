import Canvas

/// Something that a person can tell the explorer to do: by a key, by its name behind `:`, or by clicking on it.
///
/// The key map, the footer, the help and the typed commands are all read from `Commands.all`.
struct Command: Sendable {
  /// The part of the help that it stands in.
  enum Group: String, Sendable, CaseIterable {
    case move = "Moving"
    case find = "Finding and ordering"
    case picture = "Pictures"
    case edit = "Changing the network"
    case measure = "Timing"
    case compare = "Comparing"
    case lesson = "The lesson"
    case program = "Program"
  }

  /// What a command works on, without which nothing that it does could be seen.
  enum Needs: Sendable {
    /// Rows, in whose place no picture stands.
    case rows
    /// The tree of blocks, as rows or as a diagram.
    case tree
  }

  /// What is typed behind `:`.
  let name: String
  let keys: [Key]
  let group: Group
  /// What may follow the name, as the help shows it: `CxHxW`.
  var argument: String?
  /// One line for the help.
  let help: String
  /// A word for the footer, if it stands there.
  var hint: String?
  /// True if it stands in the footer also where there is not room for all: what the program is for, and the ways out.
  var isEssential = false
  var places: Set<Place> = Set(Place.allCases)
  /// What it works on; nil for whatever is shown.
  var needs: Needs?
  let run: @Sendable (inout State, _ argument: String) -> [Effect]
}

extension Key {
  var isArrow: Bool { [.up, .down, .left, .right].contains(self) }

  /// As the help and the footer write it: `^C`, `PgDn`, `Space`.
  var label: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "^" + character.uppercased()
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .home: "Home"
    case .end: "End"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "S-Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .function(let number): "F\(number)"
    }
  }
}
