/// A key as a person thinks of it.
public enum Key: Hashable, Sendable {
  case character(Character)
  /// A letter with Ctrl: `control("c")`.
  case control(Character)
  case up, down, left, right, pageUp, pageDown, home, end
  case enter, escape, tab, backTab, backspace, delete
  case function(Int)
}

/// What a person does at a terminal.
public enum InputEvent: Hashable, Sendable {
  public enum MouseAction: Hashable, Sendable { case click, doubleClick, wheelUp, wheelDown }

  case key(Key)
  /// A mouse action at a cell, counted from 0.
  case mouse(MouseAction, column: Int, row: Int)
  case resize(CellSize)
}
