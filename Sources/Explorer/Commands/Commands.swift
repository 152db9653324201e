import Canvas

/// The one table of commands.
enum Commands {
  static let all: [Command] = moving + finding + pictures + editing + measuring + comparing + lesson + program

  /// The command of a key where it is pressed.
  static func command(for key: Key, in place: Place) -> Command? {
    all.first { $0.keys.contains(key) && $0.places.contains(place) }
  }

  /// The command of that name, or the only one that begins so.
  static func command(named name: String, in place: Place) -> Command? {
    let here = all.filter { $0.places.contains(place) }
    if let exact = here.first(where: { $0.name == name }) { return exact }
    let longer = here.filter { $0.name.hasPrefix(name) }
    return longer.count == 1 ? longer[0] : nil
  }

  private static let moving: [Command] = [
    move("up", [.up, .character("k")], "one row up", .rows(-1)),
    move("down", [.down, .character("j")], "one row down", .rows(1)),
    move("page-up", [.pageUp, .control("b")], "one page up", .pages(-1)),
    move("page-down", [.pageDown, .control("f")], "one page down", .pages(1)),
    move("half-page-up", [.control("u")], "half a page up", .halfPages(-1)),
    move("half-page-down", [.control("d")], "half a page down", .halfPages(1)),
    move("first", [.home, .character("g")], "to the first row", .first),
    move("last", [.end, .character("G")], "to the last row", .last),
    Command(
      name: "expand", keys: [.right, .character("l")], group: .move,
      help: "opens a block, then goes to its first child; in pictures right"
    ) { state, _ in state.expand() },
    Command(
      name: "collapse", keys: [.left, .character("h")], group: .move,
      help: "closes a block, then goes to the one around; in pictures left"
    ) { state, _ in state.collapse() },
    Command(
      name: "toggle", keys: [.enter, .character(" ")], group: .move,
      help: "opens or closes a block; in the catalogue opens the network", hint: "open"
    ) { state, _ in state.toggleRow() },
    Command(
      name: "expand-all", keys: [.character("*")], group: .move, help: "opens all blocks below the cursor",
      places: [.network, .comparison], needs: .tree
    ) { state, _ in state.expandAll() },
    Command(
      name: "collapse-all", keys: [.character("-")], group: .move, help: "closes all blocks",
      places: [.network, .comparison], needs: .tree
    ) { state, _ in state.collapseAll() },
    Command(
      name: "pane", keys: [.tab, .backTab], group: .move, help: "to the pane that explains the row, and back",
      hint: "details", places: [.network], needs: .rows
    ) { state, _ in state.nextPane() },
  ]

  private static let finding: [Command] = [
    Command(
      name: "search", keys: [.character("/")], group: .find, argument: "TEXT",
      help: "finds rows, in closed blocks too; Esc ends the search", hint: "search"
    ) { state, text in state.search(text) },
    table("next-match", [.character("n")], .find, "to the next match", .nextMatch),
    table("previous-match", [.character("N")], .find, "to the match before", .previousMatch),
    Command(
      name: "filter", keys: [.character("f")], group: .find, argument: "TEXT",
      help: "shows only rows that match; without text all again"
    ) { state, text in state.filter(text) },
    table(
      "sort", [.character("s")], .find, "orders siblings by the next column", .cycleSorting, hint: "sort",
      needs: .rows),
    table("reverse", [.character("S")], .find, "turns the order round", .flipSorting, needs: .rows),
    Command(
      name: "columns", keys: [.character("C")], group: .find, argument: "time|work|memory",
      help: "other columns (time, work, memory); in pictures other widths, curves, heights"
    ) { state, name in state.showColumns(name) },
    Command(
      name: "scatter", keys: [.character("o")], group: .find,
      help: "draws work or parameters against time, and back", hint: "plot", places: [.catalogue]
    ) { state, _ in
      state.catalogue?.showsScatter.toggle()
      return []
    },
    Command(
      name: "count", keys: [], group: .find, argument: "torchvision|fvcore|strict",
      help: "which work the figures count"
    ) { state, name in state.count(name) },
  ]

  private static let pictures: [Command] = [
    Command(
      name: "diagram", keys: [.character("d")], group: .picture,
      help: "the dataflow of the block under the cursor; back to the tree", hint: "diagram",
      places: [.network, .comparison]
    ) { state, _ in state.toggleDiagram() },
    Command(
      name: "icicle", keys: [.character("w")], group: .picture,
      help: "widths are costs; Enter zooms, Esc zooms out; back to the tree", hint: "icicle", places: [.network]
    ) { state, _ in state.toggle(.icicle) },
    Command(
      name: "roofline", keys: [.character("o")], group: .picture,
      help: "every step under this machine's roofs; back to the tree", hint: "roofline", places: [.network]
    ) { state, _ in state.toggle(.roofline) },
    Command(
      name: "timeline", keys: [.character("y")], group: .picture,
      help: "one pass thread by thread, and its memory; back to the tree", hint: "timeline",
      places: [.network]
    ) { state, _ in state.toggle(.timeline) },
    Command(
      name: "times", keys: [.character("y")], group: .picture,
      help: "what was found: how the times are distributed, which layers differ; back to the table", hint: "times",
      places: [.comparison]
    ) { state, _ in state.toggle(ComparisonScreen.Picture.times) },
    Command(
      name: "sweep", keys: [.character("x")], group: .picture, argument: "KEY=VALUES [MODEL …]",
      help: "measures this, or both, over input, batch, threads or a setting: input=128:512:32", hint: "sweep",
      places: [.network, .comparison]
    ) { state, range in state.startSweep(range) },
    Command(
      name: "widths", keys: [], group: .picture, argument: "time|mult-adds|params|activations|traffic",
      help: "what the widths of the icicle are", places: [.network]
    ) { state, name in state.showWidths(name) },
  ]

  private static let editing: [Command] = [
    Command(
      name: "form", keys: [.character("p")], group: .edit,
      help:
        "turns the block under the cursor, or those of a stage (on the first row the network), between post- and pre-activation",
      hint: "pre/post", isEssential: true, places: [.network]
    ) { state, _ in state.toggleForm() },
    Command(
      name: "form-all", keys: [.character("P")], group: .edit,
      help: "turns the whole network wherever the cursor is", places: [.network]
    ) { state, _ in state.toggleWholeForm() },
    Command(
      name: "preset", keys: [.character("v")], group: .edit, argument: "NAME",
      help: "the next preset, or the one of that name", hint: "preset", places: [.network]
    ) { state, name in state.choosePreset(name) },
    Command(
      name: "input", keys: [.character("i")], group: .edit, argument: "CxHxW", help: "the size of the input",
      hint: "input", places: [.network, .comparison]
    ) { state, size in state.setInput(size) },
    Command(
      name: "batch", keys: [.character("b")], group: .edit, argument: "N", help: "how many images a pass takes",
      places: [.network]
    ) { state, count in state.setBatch(count) },
    Command(
      name: "threads", keys: [.character("T")], group: .edit, argument: "N", help: "how many threads compute",
      places: [.network]
    ) { state, count in state.setThreads(count) },
    Command(
      name: "set", keys: [.character("=")], group: .edit, argument: "KEY=VALUE",
      help: "changes a setting of a block or family, of both in a comparison; without one, opens a form",
      places: [.network, .comparison]
    ) { state, assignment in state.set(assignment) },
    Command(
      name: "undo", keys: [.character("U")], group: .edit, help: "takes back the last change", hint: "undo",
      places: [.network, .comparison]
    ) { state, _ in state.undo() },
  ]

  private static let measuring: [Command] = [
    Command(
      name: "time", keys: [.character("t")], group: .measure, help: "holds the timing, or goes on with it",
      hint: "pause", places: [.network, .comparison]
    ) { state, _ in state.pauseOrResume() },
    Command(
      name: "restart", keys: [.character("r")], group: .measure,
      help: "starts the timing afresh; asks for a sweep again",
      places: [.network, .comparison]
    ) { state, _ in state.restart() },
    Command(
      name: "fused", keys: [.character("u")], group: .measure,
      help: "runs layers fused, or one by one so that each has a time of its own", hint: "fused", places: [.network]
    ) { state, _ in state.toggleFusion() },
    Command(
      name: "deviation", keys: [.character("D")], group: .measure,
      help: "how far the answer lies from that of the exact plan", places: [.network]
    ) { state, _ in state.findDeviation() },
  ]

  private static let comparing: [Command] = [
    Command(
      name: "mark", keys: [.character("m")], group: .compare, help: "marks the row, to compare another with it",
      hint: "mark", places: [.catalogue, .network]
    ) { state, _ in state.toggleMark() },
    Command(
      name: "compare", keys: [.character("c")], group: .compare,
      help: "compares the row with the mark; without a mark, with its other form", hint: "compare",
      isEssential: true, places: [.catalogue, .network]
    ) { state, _ in state.compare() },
  ]

  private static let program: [Command] = [
    Command(
      name: "open", keys: [], group: .program, argument: "NAME", help: "opens a network: resnet50:preact#layer3.0"
    ) { state, name in state.openNetwork(named: name) },
    Command(
      name: "export", keys: [.character("e")], group: .program, argument: "FILE",
      help:
        "writes data (.json .csv .md .timm.csv .torchinfo.txt .model-explorer.json), the network (.onnx) or the screen (.txt .ansi .svg)",
      hint: "export"
    ) { state, path in state.export(to: path) },
    Command(
      name: "save-display", keys: [], group: .program, argument: "FILE",
      help: "writes the cells of the screen, as text or by the ending .ansi (.16.ansi, .8.ansi) or .svg"
    ) { state, path in state.saveDisplay(to: path) },
    Command(
      name: "help", keys: [.character("?"), .function(1)], group: .program, help: "this help", hint: "help",
      isEssential: true
    ) {
      state, _ in
      state.overlay = .help(Help())
      return []
    },
    Command(name: "command", keys: [.character(":")], group: .program, help: "runs a command by its name") { state, _ in
      state.overlay = .prompt(Prompt(.command, label: ":"))
      return []
    },
    Command(name: "escape", keys: [.escape], group: .program, help: "ends a search or a filter, leaves a pane") {
      state, _ in state.escape()
    },
    Command(
      name: "back", keys: [.character("q")], group: .program, help: "back to where this was opened from, at last quits",
      hint: "back", isEssential: true
    ) { state, _ in state.back() },
    Command(name: "quit", keys: [], group: .program, help: "quits") { _, _ in [.quit(status: 0)] },
    Command(name: "interrupt", keys: [.control("c")], group: .program, help: "quits at once, with status 130") { _, _ in
      [.quit(status: 130)]
    },
    Command(name: "suspend", keys: [.control("z")], group: .program, help: "back to the shell; fg returns") { _, _ in
      [.suspend]
    },
    Command(name: "redraw", keys: [.control("l")], group: .program, help: "draws the screen anew") { _, _ in [.redraw]
    },
  ]

  private static func move(_ name: String, _ keys: [Key], _ help: String, _ motion: Motion) -> Command {
    Command(name: name, keys: keys, group: .move, help: help) { state, _ in state.move(motion) }
  }

  private static func table(
    _ name: String, _ keys: [Key], _ group: Command.Group, _ help: String, _ action: TableAction, hint: String? = nil,
    needs: Command.Needs? = nil
  ) -> Command {
    Command(name: name, keys: keys, group: group, help: help, hint: hint, needs: needs) { state, _ in
      state.onTable(action)
    }
  }
}
