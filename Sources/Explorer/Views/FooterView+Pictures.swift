import NetworkGraph

/// What stands first in the footer of a picture: its own keys, by their commands' names, with what they do there.
extension State {
  var pictureHints: [(command: String, hint: String)] {
    if let picture = network?.picture {
      guard pictureSize.holds(picture.least) else { return [(picture.rawValue, "tree")] }
      return network.map { picture.hints(on: $0) + [(picture.rawValue, "tree")] } ?? []
    }
    if catalogue?.showsScatter == true {
      return [
        ("down", "next"), ("up", "before"), ("toggle", "open"), ("columns", "other heights"), ("mark", "mark"),
        ("scatter", "table"),
      ]
    }
    return switch comparison?.picture {
    case .diagrams: [("down", "down"), ("toggle", "open"), ("diagram", "table"), ("times", "times")]
    case .times: [("times", "table"), ("diagram", "diagrams")]
    case .sweep: Picture.sweepHints(isRunning: comparison?.sweep?.isRunning) + [("sweep", "table")]
    case nil: []
    }
  }
}

extension Picture {
  fileprivate func hints(on screen: NetworkScreen) -> [(command: String, hint: String)] {
    switch self {
    case .diagram:
      [("up", "up"), ("down", "down"), ("expand", "right"), ("toggle", "open"), ("form", "pre/post")]
    case .icicle:
      [("toggle", "zoom")] + (screen.icicle.zoom.isRoot ? [] : [("escape", "out")])
        + [("expand", "right"), ("down", "in"), ("search", "highlight"), ("columns", "widths")]
    case .roofline: [("down", "next loss"), ("up", "back"), ("expand", "next point"), ("collapse", "point before")]
    case .timeline:
      [("expand", "next step"), ("collapse", "step before"), ("toggle", "enlarge")]
        + (screen.timelineZoom > 0 ? [("escape", "out")] : [])
    case .sweep: Self.sweepHints(isRunning: screen.sweep?.isRunning)
    }
  }

  fileprivate static func sweepHints(isRunning: Bool?) -> [(command: String, hint: String)] {
    (isRunning == true ? [("escape", "end")] : [("restart", "again"), ("export", "export")])
      + [("columns", "other curves")]
  }
}
