import Canvas

/// Lets an event happen: changes the state, and says what the world is to do. The only place where a state changes.
public func update(_ state: inout State, _ event: Event) -> [Effect] {
  let effects = state.take(event) + state.checkLessonTask()
  state.endSweeps(with: effects)
  if let layout = Layout(state, size: state.size), !state.screens.isEmpty {
    state.screens[state.screens.count - 1].scroll(height: layout.visibleRows)
    state.network?.keepDiagram(columns: layout.table.columns)
  }
  return effects
}

extension State {
  fileprivate mutating func take(_ event: Event) -> [Effect] {
    switch event {
    case .openCatalogue:
      screens = [.catalogue(CatalogueScreen(convention: convention, times: catalogueTimes))]
      return [.stop]
    case .open(let spec): return open(spec)
    case .openLesson(let progress): return openLesson(progress)
    case .input(.resize(let size)):
      self.size = size
      return []
    case .input(.key(let key)): return press(key)
    case .input(.mouse(let action, let column, let row)): return mouse(action, column: column, row: row)
    case .timings(let spec, let timings): network?.receive(timings, of: spec)
    case .pair(let a, let b, let timingsA, let timingsB, let difference):
      let timings = PairTimings(a: timingsA, b: timingsB, difference: difference)
      comparison?.receive(timings, a: a, b: b)
      network?.receive(timings, a: a, b: b)
    case .swept(let specs, let range, let point): return receive(point, of: range, specs)
    case .deviation(let spec, let conditions, let result): return receiveDeviation(result, of: spec, conditions)
    case .notMeasurable(let spec, let conditions, let reason):
      return takeBack(spec, conditions, because: reason)
    case .pairNotMeasurable(let a, let b, let conditions, let reason):
      return giveUp(a, b, conditions, because: reason)
    case .notRecorded(let specs): tellMissing(specs)
    case .machine(let facts): machine = facts
    case .done(let text): say(text)
    case .failed(let reason), .notWritten(let reason): refuse(reason)
    }
    return []
  }

  private mutating func press(_ key: Key) -> [Effect] {
    notice = nil
    if !looksRound(key) { network?.diagram.showsChanges = false }
    // These three work whatever lies over the screen.
    if [.control("c"), .control("z"), .control("l")].contains(key) { return run(key) }
    if overlay != nil { return pressInOverlay(key) }
    return run(key)
  }

  /// True for a key that only scrolls a diagram, to see what an edit has changed in the rest of it.
  private func looksRound(_ key: Key) -> Bool {
    guard let screen = network, screen.diagram.showsChanges,
      Commands.command(for: key, in: .network)?.group == .move
    else { return false }
    return !pictureSize.holds(screen.blockDiagram(columns: pictureSize.columns).size)
  }

  private mutating func run(_ key: Key) -> [Effect] {
    guard let place = screens.last?.place else { return [] }
    guard let command = Commands.command(for: key, in: place) else {
      let all = Commands.all.filter { $0.keys.contains(key) }
      let elsewhere = all.first { $0.places.contains(.network) } ?? all.first
      if let elsewhere { refuse("\(key.label) (\(elsewhere.name)) does not apply here; ? shows first what does") }
      return []
    }
    if showsPicture, command.needs == .rows || command.needs == .tree && !showsDiagram {
      refuse("\(key.label) (\(command.name)) is for the rows; \(key.label) does not apply to a picture")
      return []
    }
    return command.run(&self, "")
  }

  /// Runs what was typed behind `:`.
  mutating func runTyped(_ text: String) -> [Effect] {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard let name = words.first, let place = screens.last?.place else { return [] }
    guard let command = Commands.command(named: name, in: place) else {
      let elsewhere = Commands.all.contains { $0.name == name }
      refuse(elsewhere ? "'\(name)' does not apply here" : "no command is called '\(name)'; ? shows all")
      return []
    }
    return command.run(&self, words.count > 1 ? words[1].trimmed : "")
  }
}
