/// What the published forms of the residual block differ in, beyond its widths.
struct ResidualOptions: Hashable, Sendable {
  var shortcut = Shortcut()
  /// The pre-activation form starts with a norm and ReLU. Without them the block takes a value that is activated.
  var leadingActivation = true
  /// The last convolution adds a bias.
  var lastBias = false
  var epsilon = 1e-5
  var names = NamingScheme.torchvision
}
