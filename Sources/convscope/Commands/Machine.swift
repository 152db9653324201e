import ArgumentParser
import Measurement
import Reports

/// `convscope machine`
struct Machine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure this machine: what its processors can compute and its memory can deliver.")

  @OptionGroup var output: FormatOptions<MachineReport>

  func run() throws { try Output.write(MachineReport(MachineFacts.measured()), as: output.format.form) }
}
