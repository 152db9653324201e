import Canvas

/// What the keys for moving, finding and leaving do.
extension State {
  /// How many rows of the table are on the screen.
  private var visibleRows: Int { Layout(self, size: size)?.visibleRows ?? 1 }

  mutating func onTable(_ action: TableAction) -> [Effect] {
    guard !screens.isEmpty else { return [] }
    let before = network?.table.selected
    screens[screens.count - 1].perform(action, height: visibleRows)
    if network?.table.selected != before { network?.detailTop = 0 }
    return []
  }

  mutating func move(_ motion: Motion) -> [Effect] {
    if network?.picture != nil { return moveInPicture(motion) }
    return network?.focus == .detail ? scrollDetail(motion) : onTable(.move(motion))
  }

  mutating func scrollDetail(_ motion: Motion) -> [Effect] {
    guard let screen = network, let area = Layout(self, size: size)?.detail else { return [] }
    let height = max(1, area.rows - 1)
    let lines = DetailPane.lines(of: screen, machine: machine, width: area.columns - 2).count
    let target =
      switch motion {
      case .rows(let count): screen.detailTop + count
      case .pages(let count): screen.detailTop + count * height
      case .halfPages(let count): screen.detailTop + count * max(1, height / 2)
      case .first: 0
      case .last: lines
      }
    network?.detailTop = max(0, min(target, lines - height))
    return []
  }

  mutating func expand() -> [Effect] {
    if network?.picture != nil { return stepInPicture(1) }
    network?.openRow()
    comparison?.openRow()
    if let row = catalogue?.table.selectedRow {
      switch row.id {
      case .entry: return openSelectedEntry()
      case .group(let group):
        if row.disclosure == .open { return onTable(.move(.rows(1))) }
        catalogue?.setOpen(true, group)
      }
    }
    return []
  }

  mutating func collapse() -> [Effect] {
    if network?.picture != nil { return stepInPicture(-1) }
    network?.closeRow()
    comparison?.closeRow()
    if let screen = catalogue, let row = screen.table.selectedRow {
      switch row.id {
      case .entry: if let item = screen.item(row.id) { catalogue?.table.select(.group(item.group)) }
      case .group(let group): catalogue?.setOpen(false, group)
      }
    }
    return []
  }

  /// True on a layer, which has nothing to open.
  private var selectedIsLeaf: Bool {
    network?.table.selectedRow?.isLeaf ?? comparison?.table.selectedRow?.isLeaf ?? false
  }

  mutating func toggleRow() -> [Effect] {
    if let picture = network?.picture, picture != .diagram || !selectedIsLeaf { return enterPicture() }
    if !showsPicture || showsDiagram, selectedIsLeaf {
      say("a layer has nothing to open" + (network == nil || showsDiagram ? "" : "; Tab tells all of it"))
      return []
    }
    network?.toggleRow()
    comparison?.toggleRow()
    if let row = catalogue?.table.selectedRow {
      switch row.id {
      case .entry: return openSelectedEntry()
      case .group(let group): catalogue?.setOpen(row.disclosure == .closed, group)
      }
    }
    return []
  }

  mutating func expandAll() -> [Effect] {
    network?.openAll()
    comparison?.openAll()
    return []
  }

  mutating func collapseAll() -> [Effect] {
    network?.closeAll()
    comparison?.closeAll()
    return []
  }

  mutating func nextPane() -> [Effect] {
    guard network?.picture == nil, let focus = network?.focus else { return [] }
    network?.focus = focus == .tree ? .detail : .tree
    return []
  }

  mutating func search(_ text: String) -> [Effect] {
    guard text.isEmpty else { return onTable(.search(text)) }
    overlay = .prompt(Prompt(.search, label: "/"))
    return []
  }

  mutating func filter(_ text: String) -> [Effect] {
    guard catalogue != nil || !showsPicture else {
      refuse("a filter is for the rows, in whose place there is a picture")
      return []
    }
    guard text.isEmpty else { return onTable(.filter(text)) }
    overlay = .prompt(Prompt(.filter, label: "filter: ", text: screens.last?.filter ?? ""))
    return []
  }

  /// Esc ends one thing at a time: the search, the filter, the visit to the other pane, the mark.
  mutating func escape() -> [Effect] {
    if screens.last?.searchQuery != nil { return onTable(.clearSearch) }
    if screens.last?.filter.isEmpty == false { return onTable(.filter("")) }
    if showsSweep, sweep?.isRunning == true { return endSweep() }
    if network?.picture != nil { return leavePicture() }
    if network?.focus == .detail {
      network?.focus = .tree
    } else if comparison?.picture != nil {
      comparison?.picture = nil
    } else if catalogue?.showsScatter == true {
      catalogue?.showsScatter = false
    } else {
      mark = nil
      network?.mark = nil
      catalogue?.mark = nil
    }
    return []
  }

  mutating func back() -> [Effect] {
    if screens.last?.searchQuery != nil { return onTable(.clearSearch) }
    if stepOutOfLesson() { return [] }
    if catalogue?.showsScatter == true || comparison?.picture != nil { return escape() }
    if network?.picture != nil {
      network?.picture = nil
      return []
    }
    guard screens.count > 1 else { return [.quit(status: 0)] }
    screens.removeLast()
    return [.stop] + measureAgain()
  }

  /// What is to be measured when a screen is come back to: what had not settled, held if it was held.
  func measureAgain() -> [Effect] {
    switch screens.last {
    case .network(let screen):
      guard isMeasuring || screen.isPaused else { return [] }
      return screen.measuring
    case .comparison(let screen):
      guard isMeasuring || screen.isPaused else { return [] }
      return screen.measuring
    case .catalogue, nil: return []
    }
  }
}
