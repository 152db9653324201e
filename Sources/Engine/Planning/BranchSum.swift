import NetworkGraph

/// Branches that read the same value and whose results are added, as MobileOne and RepVGG are trained: together they are
/// one convolution, whose weights are the sum of theirs.
///
/// Every branch is linear: a convolution with the norms behind it, norms alone, which are a convolution by one number for
/// each channel, or the value as it is. Smaller windows stand inside the largest (Ding et al. 2021, "RepVGG: Making
/// VGG-style ConvNets Great Again", section 3.3).
struct BranchSum {
  /// The branch with the largest window: its convolution computes the sum.
  var main: Branch
  var others: [Branch]
  /// The additions among them, the one that gives their sum first.
  var additions: [LayerID]
  /// A summand that is something else: it is added behind the others, by the last addition.
  var residual: (addition: LayerID, value: LayerID)?

  struct Branch: Hashable, Sendable {
    /// Without one, the norms read the value itself; without those, it is the value.
    var convolution: LayerID?
    var norms: [LayerID]
    /// The tap of the main branch's window where its own begins.
    var place: Extent = 0

    var layers: [LayerID] { (convolution.map { [$0] } ?? []) + norms }
  }

  /// The same with a summand that is something else.
  fileprivate func adding(_ value: LayerID) -> BranchSum {
    var sum = self
    sum.residual = (sum.additions.removeFirst(), value)
    return sum
  }
}

/// The layers that go into a convolution's weights.
struct FoldedLayers: Hashable, Sendable {
  /// Batch norms and scales behind it.
  var norms: [LayerID] = []
  /// What is added to it then.
  var branches: [BranchSum.Branch] = []
  /// Batch norms and scales behind the sum.
  var sumNorms: [LayerID] = []
}

extension Network {
  /// The sums of branches, by the convolution that computes each.
  func branchSums() -> [LayerID: BranchSum] {
    var sums: [LayerID: BranchSum] = [:]
    var seen: Set<LayerID> = []
    // The addition that gives a sum comes behind those inside it.
    for layer in layers.reversed() where layer.operation == .add && !seen.contains(layer.id) {
      let (leaves, additions) = summands(of: layer.id)
      seen.formUnion(additions)
      guard let sum = branchSum(leaves, additions), let main = sum.main.convolution else { continue }
      sums[main] = sum
    }
    return sums
  }

  /// What is added up, through additions whose values nothing else reads.
  private func summands(of root: LayerID) -> (leaves: [LayerID], additions: [LayerID]) {
    var (leaves, additions): ([LayerID], [LayerID]) = ([], [root])
    var open = Array(self[root].inputs.reversed())
    while let next = open.popLast() {
      let value = source(of: next)
      if self[value].operation == .add, isReadOnce(value) {
        additions.append(value)
        open += self[value].inputs.reversed()
      } else {
        leaves.append(value)
      }
    }
    return (leaves, additions)
  }

  /// True if one layer takes a value, as it is or through others that keep it, and nothing else does.
  private func isReadOnce(_ id: LayerID) -> Bool {
    var id = id
    while id != output, consumers(of: id).count == 1 {
      let next = consumers(of: id)[0]
      guard keepsValues(self[next]) else { return true }
      id = next
    }
    return false
  }

  /// The branch that ends in a value, and what it reads; nil for what is none.
  private func branch(to end: LayerID) -> (branch: BranchSum.Branch, origin: LayerID)? {
    guard isReadOnce(end) else { return nil }
    var branch = BranchSum.Branch(norms: [])
    var value = end
    while self[value].operation.scalesChannels, value == end || isReadOnce(value) {
      branch.norms.append(value)
      value = source(of: self[value].inputs[0])
    }
    branch.norms.reverse()
    if self[value].operation.convolution != nil, isReadOnce(value) {
      branch.convolution = value
      return (branch, source(of: self[value].inputs[0]))
    }
    return branch.norms.isEmpty ? nil : (branch, value)
  }

  private func branchSum(_ leaves: [LayerID], _ additions: [LayerID]) -> BranchSum? {
    let found = leaves.map { branch(to: $0) }
    // At most one of the summands reads something else.
    let origins = zip(found, leaves).prefix(2).map { $0?.origin ?? $1 }
    return branchSum(leaves, found, of: origins[0], additions)
      ?? (origins[1] == origins[0] ? nil : branchSum(leaves, found, of: origins[1], additions))
  }

  /// The sum of the branches that read a value.
  private func branchSum(
    _ leaves: [LayerID], _ found: [(branch: BranchSum.Branch, origin: LayerID)?], of origin: LayerID,
    _ additions: [LayerID]
  ) -> BranchSum? {
    var branches = found.map { $0?.origin == origin ? $0?.branch : nil }
    // Only inside the largest window all others can stand.
    guard
      let largest = branches.indices.filter({ branches[$0]?.convolution != nil })
        .max(by: { area(branches[$0]) < area(branches[$1]) }),
      let main = branches[largest], let layer = main.convolution
    else { return nil }
    let mostResiduals = self[layer].hasNarrowGroups ? 0 : 1
    func placed(_ i: Int) -> BranchSum.Branch? {
      guard i != largest, var other = branches[i], let place = place(of: other, inside: layer) else { return nil }
      other.place = place
      return other
    }
    func isLeft(_ i: Int) -> Bool { i != largest && placed(i) == nil }
    // The value itself is added exactly where there is room for a residual, by the weights elsewhere.
    if leaves.indices.count(where: isLeft) > mostResiduals {
      for i in leaves.indices where found[i] == nil && leaves[i] == origin { branches[i] = BranchSum.Branch(norms: []) }
    }
    let others = leaves.indices.compactMap(placed)
    let rest = leaves.indices.filter(isLeft)
    guard !others.isEmpty, rest.count <= mostResiduals else { return nil }
    let sum = BranchSum(main: main, others: others, additions: additions)
    guard let other = rest.first else { return sum }
    return sum.adding(leaves[other])
  }

  private func area(_ branch: BranchSum.Branch?) -> Int {
    branch?.convolution.flatMap { self[$0].operation.convolution?.kernel.area } ?? 0
  }

  /// The tap of a convolution's window where a branch's window begins; nil if it does not stand inside it.
  private func place(of branch: BranchSum.Branch, inside main: LayerID) -> Extent? {
    guard let whole = self[main].operation.convolution else { return nil }
    let part: Convolution
    if let convolution = branch.convolution.flatMap({ self[$0].operation.convolution }) {
      part = convolution
    } else {
      part = Convolution(
        inputChannels: whole.inputChannels, outputChannels: whole.inputChannels, kernel: 1, groups: whole.groups)
    }
    guard part.inputChannels == whole.inputChannels, part.outputChannels == whole.outputChannels,
      part.groups == whole.groups, part.stride == whole.stride, part.kernel == 1 || part.dilation == whole.dilation
    else { return nil }
    func tap(_ side: KeyPath<Extent, Int>) -> Int? {
      let (first, rest) = (whole.padding[keyPath: side] - part.padding[keyPath: side])
        .quotientAndRemainder(dividingBy: whole.dilation[keyPath: side])
      let fits = first >= 0 && first + part.kernel[keyPath: side] <= whole.kernel[keyPath: side]
      return rest == 0 && fits ? first : nil
    }
    guard let y = tap(\.height), let x = tap(\.width) else { return nil }
    return .by(y, x)
  }
}
