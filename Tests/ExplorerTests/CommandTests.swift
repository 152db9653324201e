import Architectures
import Canvas
import Testing

@testable import Explorer

@Suite("The command table does not drift")
struct CommandTests {
  @Test(arguments: Place.allCases)
  func aKeyMeansOneThing(_ place: Place) {
    var seen: [Key: String] = [:]
    for command in Commands.all where command.places.contains(place) {
      for key in command.keys {
        #expect(seen[key] == nil, "\(key.label) is \(command.name) and \(seen[key] ?? "")")
        seen[key] = command.name
      }
    }
  }

  @Test func namesAreUnique() {
    #expect(Set(Commands.all.map(\.name)).count == Commands.all.count)
  }

  @Test func theHelpCanBeKept() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.type("?e")
    #expect(journey.screen.last?.hasPrefix("write the help to: help.txt") == true)
    #expect(journey.screen[0].contains("help"))
    journey.type("a.svg")
    journey.press(.enter)
    #expect(journey.takeEffects().last == .saveHelp(path: "a.svg"))
    #expect(journey.screen[0].contains("help") && journey.screen.contains { $0.contains("Moving") })
    journey.type("/exp")
    #expect(journey.screen.contains { $0.contains("find: exp") })
  }

  @Test func marksJoinWhatIsTyped() {
    var journey = Journey(NetworkSpec(entry: "resnet18"))
    journey.type(":")
    // One scalar after the other, as a terminal sends them: an accent, a flag, a family.
    for scalar in "e\u{301}🇩🇪👩‍👧x".unicodeScalars { journey.press(.character(Character(scalar))) }
    #expect(journey.screen.last == ":e\u{301}🇩👩x")
    for _ in 0..<3 { journey.press(.left) }
    journey.press(.character("\u{302}"), .right, .delete, .backspace, .end)
    for _ in 0..<8 { journey.press(.backspace) }
    #expect(journey.state.overlay == nil)
  }

  @Test func theCursorStandsBehindWhatIsTyped() {
    var line = LineEditor("日本")
    #expect(line.visible(in: 10).cursor == 4)
    _ = line.take(.left)
    #expect(line.visible(in: 10).cursor == 2)
    #expect(line.visible(in: 1) == ("本", 0))
  }

  @Test(arguments: [40, 80, 100, 200]) func theHelpIsWhole(columns: Int) {
    let width = HelpView.width(in: CellSize(columns: columns, rows: 24))
    let lines = HelpView.lines(matching: "", width: width)
    #expect(lines.allSatisfy { $0.reduce(0) { $0 + $1.text.displayWidth } <= width })
    let words = lines.flatMap { $0.dropFirst().flatMap { $0.text.split(separator: " ") } }
    for command in Commands.all {
      for word in (command.help + " :" + command.name).split(separator: " ") where columns > 40 {
        #expect(words.contains(word))
      }
    }
    #expect(drawHelp().plainText.contains(":redraw"))
  }

  @Test func everyCommandIsInTheHelp() {
    let help = HelpView.lines(matching: "", width: 200).map { $0.map(\.text).joined() }
    for command in Commands.all {
      #expect(help.contains { $0.contains(":" + command.name) && $0.contains(command.help) })
      for key in command.keys { #expect(help.contains { $0.contains(key.label) && $0.contains(command.help) }) }
    }
  }

  @Test func theHelpCanBeSearched() {
    var journey = Journey()
    journey.type("?")
    #expect(!journey.screen.contains { $0.contains("find: ") })
    journey.type("/undo")
    #expect(journey.screen.contains { $0.contains("takes back the last change") })
    #expect(!journey.screen.contains { $0.contains("one row up") })
    journey.press(.escape)
    journey.type("/eq")
    #expect(journey.screen.contains { $0.contains("find: eq") })
    journey.press(.escape, .escape)
    #expect(journey.screen[0].hasPrefix("convscope"))
    journey.type("?q")
    #expect(journey.screen[0].hasPrefix("convscope"))
  }

  @Test("What does not apply stands at the end of the help")
  func theHelpOfAPlace() throws {
    for place in Place.allCases {
      let lines = HelpView.lines(matching: "", in: place, width: 200).map { $0.map(\.text).joined() }
      let border = try #require(lines.firstIndex(of: "Not here, but on other screens"))
      for command in Commands.all {
        let line = try #require(lines.firstIndex { $0.contains(command.help) })
        #expect((line < border) == command.places.contains(place), "\(command.name)")
      }
    }
  }

  @Test(arguments: [NetworkSpec?.none, NetworkSpec(entry: "resnet18")])
  func theFooterShowsOnlyWhatApplies(_ spec: NetworkSpec?) throws {
    let journey = Journey(spec, columns: 200, rows: 24)
    let footer = try #require(journey.screen.last)
    let place = try #require(journey.state.screens.last?.place)
    let items = FooterView.items(journey.state, width: 200)
    #expect(!items.isEmpty)
    for item in items {
      #expect(item.command.places.contains(place))
      let written = footer.dropFirst(item.start).prefix(item.end - item.start)
      #expect(written == "\(item.label) \(item.hint)")
    }
  }

  @Test("A name may be cut short where only one command begins so")
  func abbreviations() {
    #expect(Commands.command(named: "thr", in: .network)?.name == "threads")
    #expect(Commands.command(named: "r", in: .network) == nil)
    #expect(Commands.command(named: "preset", in: .catalogue) == nil)
  }

  @Test func unknownCommandsAreRefused() {
    var journey = Journey()
    journey.command("nonsense")
    #expect(journey.state.notice == Notice(text: "no command is called 'nonsense'; ? shows all", isError: true))
    journey.command("preset")
    #expect(journey.state.notice?.text == "'preset' does not apply here")
  }
}
